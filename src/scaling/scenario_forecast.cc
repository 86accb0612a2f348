#include "scaling/scenario_forecast.h"

#include <fmt/format.h>

#include <limits>
#include <string>

#include "base/text.h"
#include "scaling/scenario_series.h"

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
  std::vector<ScenarioFit> fits;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (word.empty()) continue;
    const std::size_t times = word.rfind('x');
    const Result<double> count =
        times == std::string_view::npos ? Result<double>(1) : ParseNumber(word.substr(times + 1));
    const auto fit = ParseFit(count ? word.substr(0, times) : word);
    if (!fit || (count && (*count < 1 || *count > kMostSteps))) {
      return Fail(Code::kInvalidArgument,
                  fmt::format("want why it is trusted or not, such as Better, Worsex3, NotBetter, _ or failed; found "
                              "\"{}\"",
                              OneLine(word, 40)));
    }
    fits.insert(fits.end(), count ? static_cast<std::size_t>(*count) : 1, *fit);
    if (fits.size() > kMostSteps)
      return Fail(Code::kInvalidArgument, fmt::format("want at most {} steps; found more", kMostSteps));
  }
  if (fits.empty()) return Fail(Code::kInvalidArgument, "want at least one step; found none");
  return fits;
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
