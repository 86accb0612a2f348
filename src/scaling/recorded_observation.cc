#include "scaling/recorded_observation.h"

namespace loadline {

CalendarLookup RecordedObservation::Lookup() const {
  return [this](const std::string& name) -> const Calendar* {
    const auto found = calendars.find(name);
    return found == calendars.end() ? nullptr : &found->second;
  };
}

std::vector<const SignalForecast*> RecordedObservation::Forecasts() const {
  std::vector<const SignalForecast*> list;
  for (const std::optional<SignalForecast>& each : forecasts) list.push_back(each ? &*each : nullptr);
  return list;
}

Observation RecordedObservation::Seen(const CalendarLookup& lookup,
                                      std::span<const SignalForecast* const> forecast_list) const {
  Observation seen{now, interval, {}, &lookup, overrides, forecast_list, learned};
  if (objective) seen.objective.report = std::make_shared<const ObjectiveReport>(*objective);
  seen.objective.levels = levels;
  for (const RecordedWindow& window : windows) seen.windows.push_back({window.ticks, window.problem});
  return seen;
}

RecordedObservation Record(const Policy& policy, const Observation& seen) {
  RecordedObservation recorded;
  recorded.now = seen.now;
  recorded.interval = seen.interval;
  recorded.overrides.assign(seen.overrides.begin(), seen.overrides.end());
  if (seen.objective.report != nullptr) recorded.objective = *seen.objective.report;
  recorded.levels.assign(seen.objective.levels.begin(), seen.objective.levels.end());
  for (const SignalForecast* each : seen.forecasts)
    recorded.forecasts.push_back(each != nullptr ? std::optional(*each) : std::nullopt);
  while (!recorded.forecasts.empty() && !recorded.forecasts.back()) recorded.forecasts.pop_back();
  recorded.learned.assign(seen.learned.begin(), seen.learned.end());
  while (!recorded.learned.empty() && recorded.learned.back() == nullptr) recorded.learned.pop_back();
  recorded.windows.reserve(seen.windows.size());
  for (const ReadingWindow& window : seen.windows)
    recorded.windows.push_back({{window.ticks.begin(), window.ticks.end()}, std::string(window.problem)});
  if (seen.calendars == nullptr) return recorded;
  for (const Signal& signal : policy.signals) {
    if (!signal.schedule) continue;
    for (const std::string& name : signal.schedule->except.calendars) {
      if (const Calendar* calendar = (*seen.calendars)(name)) recorded.calendars.emplace(name, *calendar);
    }
  }
  return recorded;
}

}  // namespace loadline
