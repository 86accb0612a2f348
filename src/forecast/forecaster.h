// How a series goes on: quantiles of what may come, from its own history alone.
//
// A pure function: the same history always gives the same forecast, on every machine of one build. docs/forecasting.md
// says how, and what it was measured on.
#ifndef LOADLINE_FORECAST_FORECASTER_H_
#define LOADLINE_FORECAST_FORECASTER_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "forecast/holidays.h"

namespace loadline {

struct ForecastRequest {
  Duration step{60'000};               // between two values
  int horizon = 1;                     // steps ahead
  std::vector<double> quantiles{0.5};  // in (0, 1), ascending
  std::string model = {};              // that is to be used alone; empty: the best mixture
  std::vector<Holiday> holidays = {};  // of history and horizon; left out where steps do not divide a day
};

// What became of one model.
struct CandidateReport {
  std::string_view name;
  double error = 0;   // mean absolute, at the origins before
  double weight = 0;  // in the mixture
};

struct Forecast {
  std::vector<std::vector<double>> quantiles;  // [quantile][step - 1]; never falling with the quantile

  std::string method;                       // "mixture", "short term", "constant"
  int day = 0;                              // steps of the season that was found; 0: none
  int origins = 0;                          // earlier ones, by which the candidates were judged
  std::vector<CandidateReport> candidates;  // the heaviest first
  int used = 0;                             // values of the history, the newest
  int missing = 0;                          // of them, that were filled in
  int outage = 0;                           // of them, that were taken for an outage and replaced
  bool ends_in_outage = false;              // or is not known at its end
};

// `history` by step, oldest first; NaN and infinite: not known. Only the newest weeks are used where there are more.
// Errors: kInvalidArgument (request), kFailedPrecondition (too little to go by).
Result<Forecast> MakeForecast(std::span<const double> history, const ForecastRequest& request);

// All names that ForecastRequest::model may have.
std::vector<std::string_view> ForecastModelNames();

}  // namespace loadline

#endif  // LOADLINE_FORECAST_FORECASTER_H_
