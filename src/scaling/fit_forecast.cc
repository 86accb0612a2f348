#include "scaling/fit_forecast.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "forecast/forecaster.h"

namespace loadline {
namespace {

constexpr double kMedian = 0.5;

// The same on every machine, as no std::hash need be.
std::uint64_t Fnv1a(std::string_view text) {
  std::uint64_t hash = 14695981039346656037u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash;
}

int CeilDivide(Duration a, Duration b) { return static_cast<int>((a + b - Duration(1)) / b); }

std::vector<double> Quantiles(double quantile) {
  std::vector<double> quantiles{kMedian};
  if (quantile != kMedian) quantiles.push_back(quantile);
  std::ranges::sort(quantiles);
  return quantiles;
}

TrustOptions TrustOptionsOf(const PlannedForecast& plan, const ForecastTimes& times) {
  TrustOptions options;
  options.step = times.step;
  options.refit = times.refit * std::max<Duration::rep>(1, kTrustInterval / times.refit);
  // From where a decision looks first to where it looks last, before the next forecast takes its place.
  options.ahead = CeilDivide(plan.ahead, times.step);
  options.horizon = CeilDivide(plan.ahead + times.refit, times.step);
  options.quantile = plan.quantile;
  return options;
}

}  // namespace

Timestamp TrustTime(Timestamp fitted, const PlannedForecast& plan, const ForecastTimes& times) {
  const auto refits = std::max<Duration::rep>(1, kTrustInterval / times.refit);
  const Duration phase =
      times.refit * static_cast<Duration::rep>(Fnv1a(plan.text) % static_cast<std::uint64_t>(refits));
  return AlignDown(fitted - phase, times.refit * refits) + phase;
}

int JudgedHistory(const PlannedForecast& plan, const ForecastTimes& times) {
  const int two_weeks = static_cast<int>(std::chrono::days(14) / times.step);
  return std::max(times.history, std::min(times.history + StepsJudged(TrustOptionsOf(plan, times)), two_weeks));
}

std::vector<Holiday> HolidaysAround(const PlannedForecast& plan, Timestamp end, Duration step, int back, int ahead) {
  std::vector<Holiday> holidays;
  if (plan.holidays.empty()) return holidays;
  // The value at a time is of what was before: that of midnight, of the day that ends.
  const auto first_after = [&](std::chrono::local_days midnight) {
    const Duration from = plan.zone.ToTime(midnight) - end;
    return static_cast<int>(from / step) - (from % step < Duration(0) ? 1 : 0);
  };
  const auto local_day = [&](Timestamp time) { return std::chrono::floor<std::chrono::days>(plan.zone.ToLocal(time)); };
  const std::chrono::local_days last = local_day(end + step * ahead);
  for (auto day = local_day(end - step * back); day <= last; day += std::chrono::days(1)) {
    if (FindDate(plan.holidays, Date(day)) == nullptr) continue;
    const auto weekday = static_cast<int>(std::chrono::weekday(day).c_encoding());
    holidays.push_back({first_after(day), first_after(day + std::chrono::days(1)), weekday});
  }
  return holidays;
}

Trust JudgeForecast(std::span<const double> history, Timestamp judged, const PlannedForecast& plan,
                    const ForecastTimes& times, TrustMemo& memo) {
  TrustOptions options = TrustOptionsOf(plan, times);
  const int all = JudgedHistory(plan, times);
  const int window = all - StepsJudged(options);
  // Of refits so rare that this leaves little each takes what there is, and none is remembered.
  if (window >= all / 2) options.window = window;
  options.holidays = HolidaysAround(plan, judged, times.step, all, 0);
  return JudgeTrust(history, options, memo);
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
  request.holidays = HolidaysAround(plan, fitted, times.step, times.history, times.horizon);
  Result<Forecast> forecast = MakeForecast(history, request);
  if (!forecast) {
    fit.problem = forecast.error().message;
    return fit;
  }
  const auto row = [&](double quantile) -> std::vector<double>& {
    return forecast->quantiles[static_cast<std::size_t>(std::ranges::find(request.quantiles, quantile) -
                                                        request.quantiles.begin())];
  };
  if (forecast->ends_in_outage) fit.trust = {.reason = TrustReason::kOutage};
  fit.middle = row(kMedian);
  fit.upper = row(plan.quantile);
  for (double& value : fit.upper) value += fit.trust.shift;
  return fit;
}

}  // namespace loadline
