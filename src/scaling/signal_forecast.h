// What is expected of a signal: an input of a decision, like its readings.
#ifndef LOADLINE_SCALING_SIGNAL_FORECAST_H_
#define LOADLINE_SCALING_SIGNAL_FORECAST_H_

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "forecast/trust.h"

namespace loadline {

// A function of history that ends at `fitted`, so equal on every pod and in a replay.
struct SignalForecast {
  Timestamp fitted;            // the aligned refit time: history before it was used
  Duration refit{0};           // how often it is fitted anew; from two of these on it is too old. 0: that is not known
  Duration step{0};            // between predicted values
  std::vector<double> middle;  // the signal's value at fitted + (i + 1) * step: the median
  std::vector<double> upper;   // and the policy's quantile, the shift of `trust` in it
  Trust trust;                 // whether it may be used, and why
  std::string problem;         // why there is none; then middle and upper are empty

  friend bool operator==(const SignalForecast&, const SignalForecast&) = default;
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_SIGNAL_FORECAST_H_
