// What comes within the next minutes and hours, on a grid of minutes: quantiles straight from regressions.
#ifndef LOADLINE_FORECAST_SHORT_TERM_H_
#define LOADLINE_FORECAST_SHORT_TERM_H_

#include <span>
#include <vector>

#include "base/time.h"

namespace loadline {

// The quantiles, [quantile][step - 1], of the `horizon` values that follow `values` (finite, regular by `step`, oldest
// first; a day has `day` of them). Never falling from one quantile to a higher one.
// REQUIRES: at least ShortTermNeeds(horizon, step) values; quantiles ascending.
std::vector<std::vector<double>> ShortTermQuantiles(std::span<const double> values, Duration step, int day, int horizon,
                                                    std::span<const double> quantiles);

int ShortTermNeeds(int horizon, Duration step);

}  // namespace loadline

#endif  // LOADLINE_FORECAST_SHORT_TERM_H_
