#include "api/forecasts_page.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/binding_selection.h"
#include "scaling/learned_law.h"
#include "scaling/trigger_metadata.h"

namespace loadline {
namespace {

using Object = nlohmann::ordered_json;

// A forecast is hundreds of numbers.
constexpr std::size_t kBindings = 100;

std::string_view WordOf(ForecastSpec::Mode mode) {
  switch (mode) {
    case ForecastSpec::Mode::kShadow: return "shadow";
    case ForecastSpec::Mode::kActive: return "active";
    case ForecastSpec::Mode::kOff: return "off";
  }
  return "";
}

Object TrustJson(const Trust& trust) {
  return {{"on", trust.on},
          {"reason", TrustCode(trust.reason)},
          {"says", TrustSentence(trust.reason)},
          {"loss", trust.ours},
          {"naive_loss", trust.naive},
          {"naive_rule", trust.rule},
          {"coverage", trust.coverage},
          {"coverage_corrected", trust.corrected},
          {"shift", trust.shift},
          {"origins", trust.origins}};
}

// The end of history and what was forecast, in seconds since 1970: values are `step_seconds` apart.
Object Row(Timestamp first, Duration step) { return {{"first", ToSeconds(first)}, {"step_seconds", ToSeconds(step)}}; }

Object ForecastJson(const PublishedForecast& published) {
  const SignalForecast& forecast = published.forecast;
  const auto stretches = static_cast<Duration::rep>(published.history.size());
  Object history = Row(forecast.fitted - published.history_step * (stretches - 1), published.history_step);
  history["values"] = published.history;  // what is not known is null
  Object ahead = Row(forecast.fitted + forecast.step, forecast.step);
  ahead["middle"] = forecast.middle;
  ahead["upper"] = forecast.upper;
  return {{"fitted", FormatTimestamp(forecast.fitted)},
          {"problem", forecast.problem},
          {"trust", TrustJson(forecast.trust)},
          {"history", std::move(history)},
          {"forecast", std::move(ahead)}};
}

// Null while it is not known.
Object AheadJson(const ForecastSpec& spec, const Decision& decision, std::size_t signal) {
  const LearnedNumber* learned = signal < decision.signals.size() ? decision.signals[signal].learned.get() : nullptr;
  const auto ahead = AheadBy(spec.ahead, learned);
  return ahead ? Object(ToSeconds(*ahead)) : Object();
}

Object SignalJson(const Binding& binding, const PublishedAnswer& answer, std::size_t signal) {
  const ForecastSpec& spec = *answer.policy->signals[signal].forecast;
  const BindingKey& key = binding.key();
  Object json = {{"namespace", key.object_namespace},
                 {"name", key.object_name},
                 {"policy", std::string(key.policy())},
                 {"metadata", ShownMetadata(key.metadata)},
                 {"signal", answer.policy->signals[signal].name},
                 {"of", spec.of},
                 {"mode", WordOf(spec.mode)},
                 {"ahead_seconds", AheadJson(spec, answer.decision, signal)},
                 {"quantile", spec.quantile},
                 {"time", FormatTimestamp(answer.time)}};
  const auto& published = answer.forecasts[signal];
  if (published == nullptr) {
    json["problem"] = "not fitted yet";
  } else {
    json.update(ForecastJson(*published));
  }
  return json;
}

}  // namespace

ServerResponse ForecastsPage(const AdminSources& sources, const ServerRequest& request) {
  const Result<BindingSelection> selection = SelectBindings(sources.controller, request, kBindings);
  if (!selection) return ProblemResponse(400, "Bad Request", selection.error().message);
  Object forecasts = Object::array();
  std::size_t total = 0;
  for (const auto& binding : selection->bindings) {
    const auto answer = binding->Latest();
    if (answer == nullptr || answer->policy == nullptr) continue;
    for (std::size_t signal = 0; signal < answer->forecasts.size(); ++signal) {
      const auto& spec = answer->policy->signals[signal].forecast;
      if (!spec || spec->mode == ForecastSpec::Mode::kOff) continue;
      if (++total <= selection->limit) forecasts.push_back(SignalJson(*binding, *answer, signal));
    }
  }
  const Object body = {{"total", total}, {"forecasts", std::move(forecasts)}};
  return {200, "application/json", body.dump(-1, ' ', false, Object::error_handler_t::replace) + "\n"};
}

}  // namespace loadline
