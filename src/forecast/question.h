// What is asked of every model: how a series goes on from several points in time.
//
// A forecast is trusted by what it would have said earlier. So each model is fitted again at origins that lie whole
// days apart, and what those fits have in common (features, the sums of the normal equations) is computed once.
#ifndef LOADLINE_FORECAST_QUESTION_H_
#define LOADLINE_FORECAST_QUESTION_H_

#include <span>
#include <vector>

namespace loadline {

struct ForecastQuestion {
  std::span<const double> values;  // finite, on a regular grid, oldest first
  std::vector<int> origins;  // ascending, each a whole number of days after the first; from n, values[0, n) is known
  int day = 24;              // steps of a day
  int horizon = 1;           // steps

  int week() const { return 7 * day; }
  int first() const { return origins.front(); }
};

// A forecast for each origin: [origin][step - 1].
using Answers = std::vector<std::vector<double>>;

}  // namespace loadline

#endif  // LOADLINE_FORECAST_QUESTION_H_
