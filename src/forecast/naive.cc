#include "forecast/naive.h"

#include <algorithm>
#include <cmath>

namespace loadline {
namespace {

constexpr int kLeastResiduals = 20;
constexpr int kUsualResiduals = 200;  // where a day has fewer steps
constexpr int kMostResiduals = 1500;

}  // namespace

std::string_view NameOf(NaiveRule rule) {
  switch (rule) {
    case NaiveRule::kLastValue: return "last value";
    case NaiveRule::kYesterday: return "same time yesterday";
    case NaiveRule::kLastWeek: return "same time last week";
  }
  return "";
}

double ConformalQuantile(std::vector<double>& values, double quantile) {
  const auto size = static_cast<double>(values.size());
  const double rank = std::clamp(std::ceil((size + 1) * quantile), 1.0, size);
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(rank) - 1;
  std::ranges::nth_element(values, at);
  return *at;
}

std::optional<double> NaiveRules::Quantile(NaiveRule rule, int target, int known) {
  const int unknown = target - known + 1;  // the least lag at which there is a value
  int lag = unknown;
  if (rule != NaiveRule::kLastValue) {
    const int season = rule == NaiveRule::kYesterday ? day_ : 7 * day_;
    if (season == 0) return std::nullopt;
    lag = (unknown + season - 1) / season * season;
  }
  if (lag > target) return std::nullopt;
  const auto residual = residuals_.try_emplace(lag, std::nullopt);
  if (residual.second) residual.first->second = Residual(lag);
  if (!residual.first->second) return std::nullopt;
  return values_[static_cast<std::size_t>(target - lag)] + *residual.first->second;
}

std::optional<double> NaiveRules::Residual(int lag) {
  const int count = std::min(std::clamp(day_, kUsualResiduals, kMostResiduals), origin_ - lag);
  if (count < kLeastResiduals) return std::nullopt;
  std::vector<double> residuals;
  residuals.reserve(static_cast<std::size_t>(count));
  for (int t = origin_ - count; t < origin_; ++t)
    residuals.push_back(values_[static_cast<std::size_t>(t)] - values_[static_cast<std::size_t>(t - lag)]);
  return ConformalQuantile(residuals, quantile_);
}

}  // namespace loadline
