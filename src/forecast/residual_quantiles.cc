#include "forecast/residual_quantiles.h"

#include <algorithm>
#include <cmath>

#include "forecast/scale.h"

namespace loadline {
namespace {

// The weights were chosen on the same hold-outs: their residuals are a little too small, and more so where there are
// few.
constexpr double kWiden = 1.26;
constexpr double kWidenFew = 2;       // over the square of the origins' number
constexpr double kSlotShrink = 10.0;  // values as usual, that each time of day is taken to have had beside its own

// A mean of weighted values.
struct Mean {
  double sum = 0;
  double weight = 0;

  void Add(double value, double share) {
    sum += share * value;
    weight += share;
  }
  double Value() const { return sum / std::max(weight, 1e-9); }
};

// One value that was missed, on the curve.
struct Residual {
  int step = 0;  // ahead, from 0
  double value = 0;
  double weight = 0;
};

// Linear between the middles of the weights. REQUIRES: sorted by value.
double InterpolatedQuantile(const std::vector<Residual>& sorted, double total, double quantile) {
  double before = 0;
  double last_middle = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const double middle = (before + 0.5 * sorted[i].weight) / total;
    if (quantile <= middle) {
      if (i == 0) return sorted[0].value;
      const double share = (quantile - last_middle) / (middle - last_middle);
      return sorted[i - 1].value + share * (sorted[i].value - sorted[i - 1].value);
    }
    last_middle = middle;
    before += sorted[i].weight;
  }
  return sorted.back().value;
}

// What is usually missed that many days ahead: half of what is missed at all, half of what that day missed.
std::vector<double> MissedByDay(const std::vector<Residual>& residuals, int day, int horizon, double least) {
  Mean all;
  std::vector<Mean> days((horizon + day - 1) / day);
  for (const Residual& each : residuals) {
    all.Add(std::abs(each.value), each.weight);
    days[each.step / day].Add(std::abs(each.value), each.weight);
  }
  std::vector<double> missed;
  for (const Mean& each : days) missed.push_back(0.5 * all.Value() + 0.5 * each.Value() + least);
  return missed;
}

// How much more or less than by day is missed about a time of day, an eighth of a day to each side.
std::vector<double> FactorsByTime(const std::vector<Residual>& residuals, const std::vector<double>& by_day, int day) {
  std::vector<Mean> times(day);
  for (const Residual& each : residuals)
    times[each.step % day].Add(std::abs(each.value) / by_day[each.step / day], each.weight);

  const int near = std::max(1, day / 8);
  Mean around{.sum = kSlotShrink, .weight = kSlotShrink};  // of the times from `near` before to `near` after
  for (int k = -near; k < near; ++k) {
    around.sum += times[(k + day) % day].sum;
    around.weight += times[(k + day) % day].weight;
  }
  std::vector<double> factors;
  for (int time = 0; time < day; ++time) {
    const Mean& next = times[(time + near) % day];
    const Mean& last = times[(time - near + day) % day];
    around.sum += next.sum;
    around.weight += next.weight;
    factors.push_back(around.Value());
    around.sum -= last.sum;
    around.weight -= last.weight;
  }
  return factors;
}

}  // namespace

std::vector<std::vector<double>> QuantilesFromHoldOuts(const HoldOuts& hold_outs, const Answers& mixture,
                                                       std::span<const double> values, int day,
                                                       std::span<const double> quantiles) {
  const Curve curve = AllowedCurve(Curve::kRoot, values);
  const int horizon = static_cast<int>(mixture[0].size());
  std::vector<Residual> residuals;
  double total = 0;
  for (std::size_t l = 0; l < hold_outs.truth.size(); ++l) {
    for (std::size_t h = 0; h < hold_outs.truth[l].size(); ++h) {
      const double missed = Bend(curve, hold_outs.truth[l][h]) - Bend(curve, mixture[l + 1][h]);
      residuals.push_back({static_cast<int>(h), missed, hold_outs.age_weights[l]});
      total += hold_outs.age_weights[l];
    }
  }
  double size = 0;
  for (double value : values) size += std::abs(Bend(curve, value)) / static_cast<double>(values.size());

  const std::vector<double> by_day = MissedByDay(residuals, day, horizon, 1e-12 * std::max(size, 1e-300));
  const std::vector<double> by_time = FactorsByTime(residuals, by_day, day);
  std::vector<double> scale(horizon);
  for (int h = 0; h < horizon; ++h) scale[h] = by_day[h / day] * by_time[h % day];

  for (Residual& each : residuals) each.value /= scale[each.step];
  std::ranges::sort(residuals, {}, &Residual::value);
  const double middle = InterpolatedQuantile(residuals, total, 0.5);
  const auto origins = static_cast<double>(hold_outs.truth.size());
  const double widen = kWiden * (1 + kWidenFew / (origins * origins));
  std::vector<std::vector<double>> answer;
  for (double quantile : quantiles) {
    const double wide = widen * (InterpolatedQuantile(residuals, total, quantile) - middle);
    std::vector<double>& row = answer.emplace_back(horizon);
    for (int h = 0; h < horizon; ++h) row[h] = Unbend(curve, Bend(curve, mixture[0][h]) + wide * scale[h]);
  }
  return answer;
}

}  // namespace loadline
