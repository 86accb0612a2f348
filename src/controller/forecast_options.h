// When and how forecasts are made.
#ifndef LOADLINE_CONTROLLER_FORECAST_OPTIONS_H_
#define LOADLINE_CONTROLLER_FORECAST_OPTIONS_H_

#include <functional>
#include <span>

#include "scaling/fit_forecast.h"

namespace loadline {

struct ForecastOptions {
  Duration refit{600'000};           // between two, at multiples of it since 1970
  Duration lead{60'000};             // from a refit time until its forecasts are used; at most `refit`
  int threads = 1;                   // that fit
  std::size_t most_points = 10'000;  // of one query: Prometheus takes 11,000
  std::size_t at_once = 2;           // queries in flight at a source: its ticks' have the other connections
  Duration pause{20};                // between two such requests: at most 100 queries a second
  Duration interval{15'000};         // of ticks
  Duration budget{10'000};           // of the queries that are asked at once
  // What is made of a history. Pure.
  std::function<Trust(std::span<const double>, Timestamp, const PlannedForecast&, const ForecastTimes&, TrustMemo&)>
      judge = JudgeForecast;
  std::function<SignalForecast(std::span<const double>, Timestamp, const Trust&, const PlannedForecast&,
                               const ForecastTimes&)>
      fit = FitForecast;
};

}  // namespace loadline

#endif  // LOADLINE_CONTROLLER_FORECAST_OPTIONS_H_
