// What a forecast says of a time.
#ifndef LOADLINE_SCALING_FORECAST_LAW_H_
#define LOADLINE_SCALING_FORECAST_LAW_H_

#include <optional>
#include <string>

#include "base/time.h"
#include "scaling/policy.h"
#include "scaling/signal_forecast.h"

namespace loadline {

// The value that is expected `ahead` after `now`, of the policy's quantile; between two steps in proportion. None where
// `problem` says why: there is none, it is too old, or it does not reach so far.
struct ExpectedValue {
  std::optional<double> value;
  std::string problem;
};
ExpectedValue ExpectedAt(const SignalForecast& forecast, Timestamp now, Duration ahead);

// Why nothing of it may be gone by at `now`, whatever the time that is asked about: there is none, or it is too old.
// Empty: nothing speaks against it.
std::string WhyUnusable(const SignalForecast& forecast, Timestamp now);

// The signal that a forecast is of, by its place; none where there is no such signal.
std::optional<std::size_t> IndexOfForecast(const Policy& policy, const ForecastSpec& spec);

// Whether it is of a backlog's arrivals.
bool IsOfArrivals(const ForecastSpec& spec);

}  // namespace loadline

#endif  // LOADLINE_SCALING_FORECAST_LAW_H_
