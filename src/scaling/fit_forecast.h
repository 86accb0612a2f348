// A forecast of a signal, fitted to its history: what `serve` does at each refit, and a replay likewise.
#ifndef LOADLINE_SCALING_FIT_FORECAST_H_
#define LOADLINE_SCALING_FIT_FORECAST_H_

#include <span>

#include "scaling/forecast_plan.h"
#include "scaling/signal_forecast.h"

namespace loadline {

// How often trust is judged: it costs dozens of forecasts, and changes slowly.
inline constexpr Duration kTrustInterval = std::chrono::hours(1);

// The time that trust is judged at for a refit at `fitted`: so a function of history that ends at an aligned time.
Timestamp TrustTime(Timestamp fitted, const ForecastTimes& times);

// How far the forecast may be trusted, by history that ends at its TrustTime, by step, NaN where not known.
Trust JudgeForecast(std::span<const double> history, const PlannedForecast& plan, const ForecastTimes& times);

// The forecast by history that ends at `fitted`. Where there cannot be one, `problem` says why.
SignalForecast FitForecast(std::span<const double> history, Timestamp fitted, const Trust& trust,
                           const PlannedForecast& plan, const ForecastTimes& times);

}  // namespace loadline

#endif  // LOADLINE_SCALING_FIT_FORECAST_H_
