// What has to be known of the past before the forecasts of a binding can be made, and when they are made.
#ifndef LOADLINE_SCALING_FORECAST_PLAN_H_
#define LOADLINE_SCALING_FORECAST_PLAN_H_

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "scaling/policy.h"
#include "scaling/query_plan.h"
#include "schedule/schedule.h"

namespace loadline {

// Two signals, of whatever bindings, that are equal in all of this have the same forecast; or the same fit of an
// objective's law.
struct PlannedForecast {
  std::string source;
  std::string text;            // PromQL, parameters filled in
  bool empty_is_zero = false;  // the policy's word for an empty result
  Duration history{0};
  Duration ahead{0};
  double quantile = 0.95;
  std::optional<ObjectiveQuestion> objective = std::nullopt;  // then it is that law which is fitted
  std::vector<DateRange> holidays =
      {};                // of all its calendars, as MergeRanges leaves them: what they say, not their names
  TimeZone zone = {};    // whose dates they are; UTC where there are none
  Duration farthest{0};  // that it may be looked at, where `ahead` is learned; trust is judged by `ahead`

  friend auto operator<=>(const PlannedForecast&, const PlannedForecast&) = default;
};

// One for each signal of the policy; none where it is no forecast, or is off. REQUIRES: `plan` is the policy's.
std::vector<std::optional<PlannedForecast>> PlanForecasts(const Policy& policy, const QueryPlan& plan,
                                                          const CalendarLookup& calendars);

// When a forecast is made anew, and on which grid: the same on every pod and in a replay.
struct ForecastTimes {
  Duration step;    // of the history, and of what is predicted
  Duration refit;   // at multiples of it since 1970: a whole number of steps
  int history = 0;  // steps of it that are looked at
  int horizon = 0;  // steps ahead: to `ahead` after the time at which the forecast is too old
};

// The step is one of 1m, 5m, 10m, 15m, 30m and 1h: the shortest that is no shorter than a tick, and by which the
// history has at most 40,320 values (28 days of minutes) and the horizon at most 180. `refit` is made a multiple. Of an
// objective's law: the step is the tick, the refit kRefitEvery.
ForecastTimes TimesOf(const PlannedForecast& forecast, Duration tick, Duration refit);

}  // namespace loadline

#endif  // LOADLINE_SCALING_FORECAST_PLAN_H_
