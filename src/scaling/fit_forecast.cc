#include "scaling/fit_forecast.h"

#include <algorithm>

#include "forecast/forecaster.h"

namespace loadline {
namespace {

constexpr double kMedian = 0.5;

std::vector<double> Quantiles(double quantile) {
  std::vector<double> quantiles{kMedian};
  if (quantile != kMedian) quantiles.push_back(quantile);
  std::ranges::sort(quantiles);
  return quantiles;
}

}  // namespace

Timestamp TrustTime(Timestamp fitted, const ForecastTimes& times) {
  return AlignDown(fitted, std::max(kTrustInterval, times.refit));
}

Trust JudgeForecast(std::span<const double> history, const PlannedForecast& plan, const ForecastTimes& times) {
  TrustOptions options;
  options.step = times.step;
  options.refit = std::max(kTrustInterval, times.refit) / times.step * times.step;
  // As far as a forecast is looked at before the next takes its place.
  options.horizon = static_cast<int>((plan.ahead + times.refit + times.step - Duration(1)) / times.step);
  options.quantile = plan.quantile;
  return JudgeTrust(history, options);
}

SignalForecast FitForecast(std::span<const double> history, Timestamp fitted, const Trust& trust,
                           const PlannedForecast& plan, const ForecastTimes& times) {
  SignalForecast fit;
  fit.fitted = fitted;
  fit.refit = times.refit;
  fit.step = times.step;
  fit.trust = trust;
  ForecastRequest request;
  request.step = times.step;
  request.horizon = times.horizon;
  request.quantiles = Quantiles(plan.quantile);
  Result<Forecast> forecast = MakeForecast(history, request);
  if (!forecast) {
    fit.problem = forecast.error().message;
    return fit;
  }
  const auto row = [&](double quantile) -> std::vector<double>& {
    return forecast->quantiles[static_cast<std::size_t>(std::ranges::find(request.quantiles, quantile) -
                                                        request.quantiles.begin())];
  };
  fit.middle = row(kMedian);
  fit.upper = row(plan.quantile);
  for (double& value : fit.upper) value += trust.shift;
  return fit;
}

}  // namespace loadline
