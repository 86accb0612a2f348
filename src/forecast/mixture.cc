#include "forecast/mixture.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace loadline {
namespace {

constexpr double kSharpness = 6.0;
constexpr double kPerDayOfAge = 0.95;
constexpr std::size_t kJudged = 7;  // origins that weights go by; the older ones only widen what may come

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

}  // namespace loadline
