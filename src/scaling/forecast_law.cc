#include "scaling/forecast_law.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace loadline {
namespace {

constexpr int kOldest = 2;  // refits: one that failed is no reason yet
constexpr std::string_view kArrivals = ".arrivals";

}  // namespace

std::string WhyUnusable(const SignalForecast& forecast, Timestamp now) {
  if (!forecast.problem.empty()) return forecast.problem;
  if (forecast.refit > Duration::zero() && now - forecast.fitted > kOldest * forecast.refit)
    return fmt::format("it was fitted {} ago, and is fitted every {}", FormatDuration(now - forecast.fitted),
                       FormatDuration(forecast.refit));
  return "";
}

ExpectedValue ExpectedAt(const SignalForecast& forecast, Timestamp now, Duration ahead) {
  if (std::string why = WhyUnusable(forecast, now); !why.empty()) return {std::nullopt, std::move(why)};
  const Duration after = now + ahead - forecast.fitted;
  if (after <= Duration::zero()) return {std::nullopt, "it begins later"};  // a tick before it, or a clock that jumped
  const auto steps = static_cast<Duration::rep>(forecast.upper.size());
  if (forecast.step <= Duration::zero() || after > steps * forecast.step)
    return {std::nullopt, fmt::format("it ends {} after it was fitted", FormatDuration(steps * forecast.step))};
  // upper[i] is of (i + 1) steps after; before the first there is nothing to be in proportion to.
  const double place = ToSeconds(after) / ToSeconds(forecast.step) - 1;
  const auto at = static_cast<std::size_t>(std::max(0.0, std::floor(place)));
  const double share = std::max(0.0, place - static_cast<double>(at));
  const double first = forecast.upper[at];
  const double value = share > 0 ? first + share * (forecast.upper[at + 1] - first) : first;
  if (!std::isfinite(value)) return {std::nullopt, "it is not a number"};
  return {value, ""};
}

std::optional<std::size_t> IndexOfForecast(const Policy& policy, const ForecastSpec& spec) {
  const std::string_view name = std::string_view(spec.of).substr(0, spec.of.find('.'));
  const auto found = std::ranges::find(policy.signals, name, &Signal::name);
  if (found == policy.signals.end()) return std::nullopt;
  return static_cast<std::size_t>(found - policy.signals.begin());
}

bool IsOfArrivals(const ForecastSpec& spec) { return spec.of.ends_with(kArrivals); }

}  // namespace loadline
