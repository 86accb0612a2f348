// One forecast out of many: candidates are weighted by what they would have said at earlier origins.
#ifndef LOADLINE_FORECAST_MIXTURE_H_
#define LOADLINE_FORECAST_MIXTURE_H_

#include <span>
#include <vector>

#include "forecast/question.h"

namespace loadline {

// Forecasts of one candidate: [0] from the end of history, [l] from the l-th origin before it.
struct Candidate {
  Answers answers;
  double error = 0;   // mean absolute, at the earlier origins
  double weight = 0;  // all of them make 1
};

// What happened after the earlier origins: [l - 1][step - 1], as far as it is known, and what it counts by its age.
struct HoldOuts {
  // `count` origins, `spacing` steps apart; the newest lies that far before the end of `values`.
  HoldOuts(std::span<const double> values, int spacing, int count, int horizon);

  std::vector<std::vector<double>> truth;
  std::vector<double> age_weights;
};

// Fills in errors and weights: error ^ -6 over the newest 7 origins, hard enough to drop a kind of model that does not
// fit the series, soft among near equals. `size`: of a usual value; errors far below it do not count as better.
void Weigh(const HoldOuts& hold_outs, double size, std::vector<Candidate>& candidates);

// Half the weighted mean, half the weighted median over the candidates: [origin][step - 1].
Answers Mix(const std::vector<Candidate>& candidates);

}  // namespace loadline

#endif  // LOADLINE_FORECAST_MIXTURE_H_
