// Models that see an origin by itself, on a scale of logarithms.
#ifndef LOADLINE_FORECAST_MODELS_ON_LOGARITHMS_H_
#define LOADLINE_FORECAST_MODELS_ON_LOGARITHMS_H_

#include <span>
#include <vector>

#include "forecast/question.h"
#include "forecast/scale.h"

namespace loadline {

// `predict(known)` for each origin: the forecast on the scale, of what is known then on it.
template <class Predict>
Answers OnLogarithms(const ForecastQuestion& question, const Predict& predict) {
  const Scale scale(Curve::kLog, question.values, question.first());
  const std::vector<double> z = scale.Apply(question.values);
  Answers answers;
  for (int origin : question.origins) {
    answers.push_back(predict(std::span(z).first(origin)));
    for (double& value : answers.back()) value = scale.Invert(value);
  }
  return answers;
}

}  // namespace loadline

#endif  // LOADLINE_FORECAST_MODELS_ON_LOGARITHMS_H_
