// A history as models want it: every value known, and none of an outage.
#ifndef LOADLINE_FORECAST_HISTORY_H_
#define LOADLINE_FORECAST_HISTORY_H_

#include <span>
#include <vector>

namespace loadline {

struct History {
  std::vector<double> values;  // finite; begins with the first known one
  int missing = 0;             // values that were filled in
  int outage = 0;              // values that were replaced
  int unknown_at_end = 0;      // of both, those that come last: so many as kOutageAtEnd are no late sample
};
inline constexpr int kOutageAtEnd = 3;

// Fills in what is not known: a short gap by a line, a longer one by what was at the same time of the days around it. A
// stretch that falls to almost nothing, where there is always load at that time of day, is an outage and treated as
// not known: so that the forecast is of the load that there will be again. `day`: steps of a day, 0 for none.
History CleanHistory(std::span<const double> raw, int day);

}  // namespace loadline

#endif  // LOADLINE_FORECAST_HISTORY_H_
