#include "replay/look_back.h"

#include <algorithm>

#include "base/text.h"
#include "scaling/fit_forecast.h"
#include "scaling/fit_objective.h"
#include "scaling/forecast_plan.h"

namespace loadline {
namespace {

constexpr Duration kUsualRefit = std::chrono::minutes(10);  // of forecasts, as serve's

}  // namespace

LookBack::LookBack(const std::vector<std::unique_ptr<const LoadedPolicy>>& policies, Duration interval,
                   std::optional<Duration> stated)
    : stated_(stated) {
  const auto need = [this](const std::string& source, const std::string& text, Duration span) {
    needs_.push_back({source, FoldBlanks(text), span});
  };
  const CalendarLookup no_calendars = [](const std::string&) { return nullptr; };
  for (const auto& each : policies) {
    for (const PlannedQuery& query : each->plan.queries) {
      if (!query.desired_of) need(query.source, query.text, query.window);
    }
    for (const auto& forecast : PlanForecasts(each->policy, each->plan, no_calendars)) {
      if (!forecast) continue;
      const ForecastTimes times = TimesOf(*forecast, interval, kUsualRefit);
      need(forecast->source, forecast->text, times.step * JudgedHistory(*forecast, times) + kTrustInterval);
    }
    for (const auto& number : each->plan.learned) {
      if (!number) continue;
      for (const PlannedNumber::Query& query : number->queries) need(number->source, query.text, number->history);
    }
    const auto objective = PlanObjective(each->policy, each->plan, interval);
    if (objective && *objective) need((*objective)->source, (*objective)->text, kObjectiveHistory);
  }
}

Duration LookBack::Of(std::string_view source, std::string_view text) const {
  if (stated_) return *stated_;
  const std::string folded = FoldBlanks(text);
  Duration most{0};
  for (const Need& each : needs_) {
    if (each.source == source && each.text == folded) most = std::max(most, each.span);
  }
  return most;
}

Duration LookBack::Longest() const {
  if (stated_) return *stated_;
  Duration most{0};
  for (const Need& each : needs_) most = std::max(most, each.span);
  return most;
}

}  // namespace loadline
