// The length of the day in the data, which need not be 24 hours of the clock.
#ifndef LOADLINE_FORECAST_SEASON_H_
#define LOADLINE_FORECAST_SEASON_H_

#include <span>

namespace loadline {

// The lag about `expected` steps, from a quarter of it to twice, after which `values` repeat themselves best, where it
// is clearly better than `expected`: the least mean absolute difference over the last 14 days. REQUIRES: 3 days of
// values.
int FindDay(std::span<const double> values, int expected);

}  // namespace loadline

#endif  // LOADLINE_FORECAST_SEASON_H_
