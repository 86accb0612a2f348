// Exponential smoothing, from a level alone to a level, a day and a week, with what is left over decaying.
//
// One pass over the series serves all origins: the state at an origin knows what lies before it. Double seasonal:
// Taylor, "Short-term electricity demand forecasting using double seasonal exponential smoothing", J. Operational
// Research Society 54 (2003). The constants are fixed: on short histories fitted ones follow the noise. Cost: a few
// operations a value.
#include <cmath>
#include <numeric>
#include <vector>

#include "forecast/models/models.h"
#include "forecast/scale.h"

namespace loadline {
namespace {

struct Constants {
  double level, day, week, decay;
};

constexpr Constants kDoubleSeasonal = {.level = 0.01, .day = 0.03, .week = 0.3, .decay = 0.95};

}  // namespace

Answers DoubleSeasonal(const ForecastQuestion& question) {
  const Scale scale(Curve::kLog, question.values, question.first());
  const std::vector<double> z = scale.Apply(question.values);
  const int day = question.day;
  const int week = question.week();
  const Constants& c = kDoubleSeasonal;

  double level = std::accumulate(z.begin(), z.begin() + week, 0.0) / week;
  std::vector<double> of_day(day), of_week(week);
  for (int t = 0; t < week; ++t) of_day[t % day] += (z[t] - level) / 7;
  for (int t = 0; t < week; ++t) of_week[t] = z[t] - level - of_day[t % day];
  double rest = 0;

  Answers answers;
  int t = week;
  for (int origin : question.origins) {
    for (; t < origin; ++t) {
      const double off = z[t] - level - of_day[t % day] - of_week[t % week];
      const double surprise = off - c.decay * rest;
      level += c.level * surprise;
      of_day[t % day] += c.day * surprise;
      of_week[t % week] += c.week * surprise;
      rest = off;
    }
    std::vector<double>& answer = answers.emplace_back();
    double fading = rest;
    for (int i = origin; i < origin + question.horizon; ++i) {
      fading *= c.decay;
      answer.push_back(scale.Invert(level + of_day[i % day] + of_week[i % week] + fading));
    }
  }
  return answers;
}

Answers LevelSmoothing(const ForecastQuestion& question) {
  constexpr double kShare = 0.2;
  Answers answers;
  double level = question.values[0];
  int t = 1;
  for (int origin : question.origins) {
    for (; t < origin; ++t) level += kShare * (question.values[t] - level);
    answers.emplace_back(question.horizon, level);
  }
  return answers;
}

}  // namespace loadline
