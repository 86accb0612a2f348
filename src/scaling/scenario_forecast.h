// What a scenario says of a forecast: the values that are expected of each time, and how far it is trusted.
#ifndef LOADLINE_SCALING_SCENARIO_FORECAST_H_
#define LOADLINE_SCALING_SCENARIO_FORECAST_H_

#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "scaling/reading.h"
#include "scaling/signal_forecast.h"

namespace loadline {

// What became of the fit at a step: a reason for trust or none ("Better", "Worse"), "_" for not fitted yet, "failed"
// for a history that is not there.
struct ScenarioFit {
  enum class State { kNotFitted, kFailed, kFitted };
  State state = State::kFitted;
  TrustReason reason = TrustReason::kBetter;
};

// Words such as Better, Worsex3, _ and failed. Fails with kInvalidArgument; the message shows the word.
Result<std::vector<ScenarioFit>> ParseFits(std::string_view text);

struct ScenarioForecast {
  Duration step{0};
  std::vector<Reading> values;  // expected of time 0, of a step later, ...
  Duration fit_step{0};         // 0: fitted and trusted at all times
  std::vector<ScenarioFit> fits;

  // As it is known `now` after time 0, which is `begin`; none where it is not fitted yet.
  std::optional<SignalForecast> At(Timestamp begin, Duration now) const;
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_SCENARIO_FORECAST_H_
