// A forecast of a signal, fitted to its history: what `serve` does at each refit, and a replay likewise.
#ifndef LOADLINE_SCALING_FIT_FORECAST_H_
#define LOADLINE_SCALING_FIT_FORECAST_H_

#include <span>
#include <vector>

#include "scaling/forecast_plan.h"
#include "scaling/signal_forecast.h"

namespace loadline {

// How often trust is judged: it costs dozens of forecasts, and changes slowly.
inline constexpr Duration kTrustInterval = std::chrono::hours(1);

// The refit time at which trust was judged last, for a refit at `fitted`. Which of an hour's refits judges depends on
// the query, so that a pod with thousands has as much to do at each.
Timestamp TrustTime(Timestamp fitted, const PlannedForecast& plan, const ForecastTimes& times);

// How many values JudgeForecast goes by. Each earlier forecast is made from a window of the same length, so that it is
// the same for whoever asks later: as long as the policy's history where what is judged lies within two weeks, which
// Prometheus keeps by default; else shorter by what is judged.
int JudgedHistory(const PlannedForecast& plan, const ForecastTimes& times);

// How far the forecast may be trusted, by history that ends at `judged`, its TrustTime, by step, NaN where not known.
// `memo`: of this plan's earlier judgements; it makes the next one cheap, and no other.
Trust JudgeForecast(std::span<const double> history, Timestamp judged, const PlannedForecast& plan,
                    const ForecastTimes& times, TrustMemo& memo);

// The holidays that touch the `back` steps up to `end` and the `ahead` steps after it.
std::vector<Holiday> HolidaysAround(const PlannedForecast& plan, Timestamp end, Duration step, int back, int ahead);

// The forecast by history that ends at `fitted`. Where there cannot be one, `problem` says why. An outage at the end
// takes trust away at once, whatever it was when it was judged.
SignalForecast FitForecast(std::span<const double> history, Timestamp fitted, const Trust& trust,
                           const PlannedForecast& plan, const ForecastTimes& times);

}  // namespace loadline

#endif  // LOADLINE_SCALING_FIT_FORECAST_H_
