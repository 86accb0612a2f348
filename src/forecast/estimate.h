// A number that was estimated from what was seen, and how sure it is.
#ifndef LOADLINE_FORECAST_ESTIMATE_H_
#define LOADLINE_FORECAST_ESTIMATE_H_

#include <limits>
#include <optional>

namespace loadline {

struct Estimate {
  std::optional<double> value;  // none: too little is known
  double low = 0;               // where the truth is with a probability of 95 %
  double high = std::numeric_limits<double>::infinity();
  int count = 0;  // of what it was estimated from

  friend bool operator==(const Estimate&, const Estimate&) = default;
};

}  // namespace loadline

#endif  // LOADLINE_FORECAST_ESTIMATE_H_
