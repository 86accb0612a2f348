#include "series/aggregate.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace loadline {
namespace {

double Sum(std::span<const Sample> samples) {
  double sum = 0;
  for (const Sample& each : samples) sum += each.value;
  return sum;
}

bool Less(const Sample& a, const Sample& b) { return a.value < b.value; }

double Quantile(double share, std::span<const Sample> samples) {
  std::vector<double> values;
  values.reserve(samples.size());
  for (const Sample& each : samples) values.push_back(each.value);
  std::sort(values.begin(), values.end());
  const double rank = share * static_cast<double>(values.size() - 1);
  const auto lower = static_cast<std::size_t>(rank);
  const std::size_t upper = std::min(lower + 1, values.size() - 1);
  return std::lerp(values[lower], values[upper], rank - static_cast<double>(lower));
}

std::optional<double> Rate(std::span<const Sample> samples) {
  if (samples.size() < 2) return std::nullopt;
  double increase = 0;
  for (std::size_t i = 1; i < samples.size(); ++i) {
    const double change = samples[i].value - samples[i - 1].value;
    increase += change >= 0 ? change : samples[i].value;
  }
  return increase / ToSeconds(samples.back().time - samples.front().time);
}

}  // namespace

std::optional<double> Aggregate(Aggregation aggregation, std::span<const Sample> samples) {
  if (samples.empty()) return std::nullopt;
  switch (aggregation) {
    case Aggregation::kAvg: return Sum(samples) / static_cast<double>(samples.size());
    case Aggregation::kMax: return std::max_element(samples.begin(), samples.end(), Less)->value;
    case Aggregation::kMin: return std::min_element(samples.begin(), samples.end(), Less)->value;
    case Aggregation::kSum: return Sum(samples);
    case Aggregation::kLast: return samples.back().value;
    case Aggregation::kP50: return Quantile(0.50, samples);
    case Aggregation::kP75: return Quantile(0.75, samples);
    case Aggregation::kP90: return Quantile(0.90, samples);
    case Aggregation::kP95: return Quantile(0.95, samples);
    case Aggregation::kP99: return Quantile(0.99, samples);
    case Aggregation::kRate: return Rate(samples);
    case Aggregation::kDelta:
      if (samples.size() < 2) return std::nullopt;
      return samples.back().value - samples.front().value;
  }
  return std::nullopt;
}

}  // namespace loadline
