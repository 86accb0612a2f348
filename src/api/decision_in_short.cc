#include "api/decision_in_short.h"

#include "scaling/explain.h"
#include "scaling/without_reading.h"

namespace loadline {
namespace {

PageJson WithoutReading(const Policy& policy, const Decision& decision) {
  PageJson signals = PageJson::array();
  for (std::size_t i = 0; i < decision.signals.size(); ++i) {
    const Reason reason = decision.signals[i].reason;
    if (IsWithoutReading(reason))
      signals.push_back({{"signal", policy.signals[i].name}, {"reason", ReasonCode(reason)}});
  }
  return signals;
}

PageJson ForecastsJson(const Policy& policy, const Decision& decision) {
  PageJson forecasts = PageJson::array();
  for (std::size_t i = 0; i < decision.signals.size(); ++i) {
    const auto& spec = policy.signals[i].forecast;
    if (!spec || spec->mode == ForecastSpec::Mode::kOff) continue;
    const auto& trust = decision.signals[i].trust;
    forecasts.push_back(
        {{"signal", policy.signals[i].name}, {"trusted", trust == nullptr ? PageJson() : PageJson(trust->on)}});
  }
  return forecasts;
}

}  // namespace

PageJson InShort(const Policy* policy, const Decision* decision, const std::optional<Error>& error) {
  const bool decided = policy != nullptr && decision != nullptr;
  const bool answered = decided && !error;
  return {{"replicas", answered ? PageJson(decision->replicas) : PageJson()},
          {"wanted", answered ? PageJson(decision->wanted) : PageJson()},
          {"active", answered ? PageJson(decision->active) : PageJson()},
          {"confidence", answered ? PageJson(decision->confidence.Product()) : PageJson()},
          {"observed", decided ? ValueOrNull(decision->observed) : PageJson()},
          {"error", ErrorJson(error)},
          {"winner", decided ? WinningSignal(*policy, *decision) : ""},
          {"summary", decided ? Summary(*policy, *decision)
                      : error ? error->message
                              : ""},
          {"without_reading", decided ? WithoutReading(*policy, *decision) : PageJson::array()},
          {"forecasts", decided ? ForecastsJson(*policy, *decision) : PageJson::array()}};
}

}  // namespace loadline
