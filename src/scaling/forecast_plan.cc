#include "scaling/forecast_plan.h"

#include <algorithm>
#include <utility>

#include "scaling/learned_law.h"

namespace loadline {
namespace {

constexpr std::int64_t kMostHistory = 28 * 24 * 60;
constexpr std::int64_t kMostHorizon = 180;

std::int64_t CeilDivide(Duration a, Duration b) { return (a + b - Duration(1)) / b; }

// The query that `of` means: a signal's own, or a backlog's arrivals. -1 where there is none.
int QueryOf(const Policy& policy, const QueryPlan& plan, const std::string& of) {
  constexpr std::string_view kArrivals = ".arrivals";
  const bool arrivals = of.ends_with(kArrivals);
  const std::string name = arrivals ? of.substr(0, of.size() - kArrivals.size()) : of;
  for (std::size_t i = 0; i < policy.signals.size(); ++i) {
    if (policy.signals[i].name == name) return arrivals ? plan.signals[i].arrivals : plan.signals[i].value;
  }
  return -1;
}

std::vector<DateRange> DatesOf(const std::vector<std::string>& names, const CalendarLookup& calendars) {
  std::vector<DateRange> dates;
  for (const std::string& name : names) {
    const Calendar* calendar = calendars(name);
    if (calendar != nullptr) dates.insert(dates.end(), calendar->ranges.begin(), calendar->ranges.end());
  }
  return MergeRanges(std::move(dates));
}

}  // namespace

std::vector<std::optional<PlannedForecast>> PlanForecasts(const Policy& policy, const QueryPlan& plan,
                                                          const CalendarLookup& calendars) {
  std::vector<std::optional<PlannedForecast>> forecasts(policy.signals.size());
  for (std::size_t i = 0; i < policy.signals.size(); ++i) {
    const std::optional<ForecastSpec>& spec = policy.signals[i].forecast;
    if (!spec || spec->mode == ForecastSpec::Mode::kOff) continue;
    const int query = QueryOf(policy, plan, spec->of);
    if (query < 0 || plan.queries[static_cast<std::size_t>(query)].desired_of) continue;
    const PlannedQuery& planned = plan.queries[static_cast<std::size_t>(query)];
    const std::string of = spec->of.substr(0, spec->of.find('.'));
    const auto signal = std::ranges::find(policy.signals, of, &Signal::name);
    const bool empty_is_zero = signal != policy.signals.end() && OnEmptyOf(policy, *signal) == OnEmpty::kZero;
    PlannedForecast& forecast = forecasts[i].emplace();
    forecast.source = planned.source;
    forecast.text = planned.text;
    forecast.empty_is_zero = empty_is_zero;
    forecast.history = spec->history;
    forecast.ahead = AssumedOf(spec->ahead);
    forecast.quantile = spec->quantile;
    forecast.holidays = DatesOf(spec->holidays, calendars);
    if (!forecast.holidays.empty()) forecast.zone = spec->zone;
    if (std::holds_alternative<LearnedAhead>(spec->ahead)) forecast.farthest = FarthestOf(spec->ahead);
  }
  return forecasts;
}

ForecastTimes TimesOf(const PlannedForecast& forecast, Duration tick, Duration refit) {
  using std::chrono::minutes;
  ForecastTimes times;
  if (forecast.objective) {
    times.step = tick;
    times.refit = kRefitEvery;
    times.history = static_cast<int>(forecast.history / tick) + 1;
    return times;
  }
  for (const Duration step : {minutes(1), minutes(5), minutes(10), minutes(15), minutes(30), minutes(60)}) {
    times.step = step;
    times.refit = step * CeilDivide(refit, step);
    times.history = static_cast<int>(std::max<std::int64_t>(1, std::min(forecast.history / step, kMostHistory)));
    const Duration farthest = std::max(forecast.ahead, forecast.farthest);
    times.horizon = static_cast<int>(CeilDivide(farthest + 2 * times.refit, step));
    if (step >= tick && forecast.history / step <= kMostHistory && times.horizon <= kMostHorizon) break;
  }
  return times;
}

}  // namespace loadline
