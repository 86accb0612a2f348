#include "scaling/scenario_forecast.h"

#include <limits>

#include "scaling/scenario_words.h"

namespace loadline {
namespace {

std::optional<ScenarioFit> ParseFit(std::string_view word) {
  if (word == "_") return ScenarioFit{ScenarioFit::State::kNotFitted, TrustReason::kShortHistory};
  if (word == "failed") return ScenarioFit{ScenarioFit::State::kFailed, TrustReason::kShortHistory};
  const auto reason = ParseTrustCode(word);
  return reason ? std::optional(ScenarioFit{ScenarioFit::State::kFitted, *reason}) : std::nullopt;
}

}  // namespace

Result<std::vector<ScenarioFit>> ParseFits(std::string_view text) {
  return ParseSteps<ScenarioFit>(text, ParseFit,
                                 "why it is trusted or not, such as Better, Worsex3, NotBetter, _ or failed");
}

std::optional<SignalForecast> ScenarioForecast::At(Timestamp begin, Duration now) const {
  ScenarioFit fit;
  if (fit_step > Duration::zero()) {
    const auto index = static_cast<std::size_t>(now / fit_step);
    if (index >= fits.size()) return std::nullopt;
    fit = fits[index];
  }
  if (values.empty() || fit.state == ScenarioFit::State::kNotFitted) return std::nullopt;
  SignalForecast forecast;
  forecast.fitted = begin - step;
  forecast.step = step;
  forecast.trust.reason = fit.reason;
  forecast.trust.on = fit.reason == TrustReason::kBetter || fit.reason == TrustReason::kStillBetter;
  if (fit.state == ScenarioFit::State::kFailed) {
    forecast.problem = "its history is not there";
    return forecast;
  }
  for (const Reading& each : values) {
    const bool known = each.state == ReadingState::kValue;
    forecast.middle.push_back(known ? each.value : std::numeric_limits<double>::quiet_NaN());
  }
  forecast.upper = forecast.middle;
  return forecast;
}

}  // namespace loadline
