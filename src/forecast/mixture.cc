#include "forecast/mixture.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace loadline {
namespace {

constexpr double kSharpness = 6.0;
constexpr double kPerDayOfAge = 0.95;
constexpr std::size_t kJudged = 7;  // origins that weights go by; the older ones only widen what may come
// The weights were chosen on the same hold-outs: their residuals are a little too small, and more so where there are
// few.
constexpr double kWiden = 1.26;
constexpr double kWidenFew = 3;  // over the square of the origins' number
constexpr double kSlotShrink = 10.0;

struct Weighted {
  double value;
  double weight;
};

double WeightedMedian(std::vector<Weighted>& values) {
  std::ranges::sort(values, {}, &Weighted::value);
  double sum = 0;
  for (const Weighted& each : values) {
    sum += each.weight;
    if (sum >= 0.5) return each.value;
  }
  return values.back().value;
}

// Linear between the middles of the weights.
double WeightedQuantile(const std::vector<Weighted>& sorted, double total, double quantile) {
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

}  // namespace

HoldOuts::HoldOuts(std::span<const double> values, int spacing, int count, int horizon) {
  for (int l = 1; l <= count; ++l) {
    const auto after = values.last(l * spacing);
    const auto seen = after.first(std::min<std::size_t>(after.size(), horizon));
    truth.emplace_back(seen.begin(), seen.end());
    age_weights.push_back(std::pow(kPerDayOfAge, l - 1));
  }
}

void Weigh(const HoldOuts& hold_outs, double size, std::vector<Candidate>& candidates) {
  const std::size_t judged = std::min(hold_outs.truth.size(), kJudged);
  double total = 0;
  for (std::size_t l = 0; l < judged; ++l)
    total += hold_outs.age_weights[l] * static_cast<double>(hold_outs.truth[l].size());
  double least = std::numeric_limits<double>::infinity();
  for (Candidate& candidate : candidates) {
    candidate.error = 0;
    for (std::size_t l = 0; l < judged; ++l) {
      for (std::size_t h = 0; h < hold_outs.truth[l].size(); ++h) {
        candidate.error +=
            hold_outs.age_weights[l] * std::abs(candidate.answers[l + 1][h] - hold_outs.truth[l][h]) / total;
      }
    }
    least = std::min(least, std::max(candidate.error, 1e-9 * size));
  }
  double weights = 0;
  for (Candidate& candidate : candidates) {
    candidate.weight = std::pow(std::max(candidate.error, 1e-9 * size) / least, -kSharpness);
    weights += candidate.weight;
  }
  for (Candidate& candidate : candidates) candidate.weight /= weights;
}

Answers Mix(const std::vector<Candidate>& candidates) {
  Answers mixture = candidates.front().answers;
  std::vector<Weighted> values(candidates.size());
  for (std::size_t o = 0; o < mixture.size(); ++o) {
    for (std::size_t h = 0; h < mixture[o].size(); ++h) {
      double mean = 0;
      for (std::size_t i = 0; i < candidates.size(); ++i) {
        values[i] = {candidates[i].answers[o][h], candidates[i].weight};
        mean += values[i].value * values[i].weight;
      }
      mixture[o][h] = 0.5 * (mean + WeightedMedian(values));
    }
  }
  return mixture;
}

std::vector<std::vector<double>> QuantilesFromHoldOuts(const HoldOuts& hold_outs, const Answers& mixture,
                                                       std::span<const double> values, int day,
                                                       std::span<const double> quantiles) {
  const bool roots = std::ranges::min(values) >= 0;
  const auto bend = [&](double value) { return roots ? std::sqrt(std::max(value, 0.0)) : value; };
  const auto unbend = [&](double bent) { return roots ? (bent > 0 ? bent * bent : 0) : bent; };
  const int horizon = static_cast<int>(mixture[0].size());
  const int days = (horizon + day - 1) / day;

  // What was missed, in all, by day ahead and by time of day.
  double all_missed = 0, all_weight = 0;
  std::vector<double> day_missed(days), day_weight(days);
  for (std::size_t l = 0; l < hold_outs.truth.size(); ++l) {
    for (std::size_t h = 0; h < hold_outs.truth[l].size(); ++h) {
      const double missed = hold_outs.age_weights[l] * std::abs(bend(hold_outs.truth[l][h]) - bend(mixture[l + 1][h]));
      all_missed += missed;
      all_weight += hold_outs.age_weights[l];
      day_missed[h / day] += missed;
      day_weight[h / day] += hold_outs.age_weights[l];
    }
  }
  double size = 0;
  for (double value : values) size += std::abs(bend(value)) / static_cast<double>(values.size());
  std::vector<double> by_day(days);
  for (int d = 0; d < days; ++d) {
    by_day[d] = 0.5 * all_missed / all_weight + 0.5 * day_missed[d] / std::max(day_weight[d], 1e-9) +
                1e-12 * std::max(size, 1e-300);
  }
  std::vector<double> slot_missed(day), slot_weight(day);
  for (std::size_t l = 0; l < hold_outs.truth.size(); ++l) {
    for (std::size_t h = 0; h < hold_outs.truth[l].size(); ++h) {
      const double missed = std::abs(bend(hold_outs.truth[l][h]) - bend(mixture[l + 1][h])) / by_day[h / day];
      slot_missed[h % day] += hold_outs.age_weights[l] * missed;
      slot_weight[h % day] += hold_outs.age_weights[l];
    }
  }
  std::vector<double> scale(horizon);
  const int near = std::max(1, day / 8);
  std::vector<double> by_slot(day);
  double missed_near = kSlotShrink, weight_near = kSlotShrink;  // of the slots from `near` before to `near` after
  for (int k = -near; k < near; ++k) {
    missed_near += slot_missed[(k + day) % day];
    weight_near += slot_weight[(k + day) % day];
  }
  for (int slot = 0; slot < day; ++slot) {
    missed_near += slot_missed[(slot + near) % day];
    weight_near += slot_weight[(slot + near) % day];
    by_slot[slot] = missed_near / weight_near;
    missed_near -= slot_missed[(slot - near + day) % day];
    weight_near -= slot_weight[(slot - near + day) % day];
  }
  for (int h = 0; h < horizon; ++h) scale[h] = by_day[h / day] * by_slot[h % day];

  std::vector<Weighted> residuals;
  for (std::size_t l = 0; l < hold_outs.truth.size(); ++l) {
    for (std::size_t h = 0; h < hold_outs.truth[l].size(); ++h) {
      residuals.push_back(
          {(bend(hold_outs.truth[l][h]) - bend(mixture[l + 1][h])) / scale[h], hold_outs.age_weights[l]});
    }
  }
  std::ranges::sort(residuals, {}, &Weighted::value);
  const double middle = WeightedQuantile(residuals, all_weight, 0.5);
  const double origins = static_cast<double>(hold_outs.truth.size());
  const double widen = kWiden * (1 + kWidenFew / (origins * origins));
  std::vector<std::vector<double>> answer;
  for (double quantile : quantiles) {
    const double wide = widen * (WeightedQuantile(residuals, all_weight, quantile) - middle);
    std::vector<double>& row = answer.emplace_back(horizon);
    for (int h = 0; h < horizon; ++h) row[h] = unbend(bend(mixture[0][h]) + wide * scale[h]);
  }
  return answer;
}

}  // namespace loadline
