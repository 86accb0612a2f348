#include "series/aggregate.h"

#include <algorithm>
#include <numeric>

namespace loadline {

std::optional<double> Aggregate(Aggregation aggregation, std::span<const double> values) {
  if (values.empty()) return std::nullopt;
  switch (aggregation) {
    case Aggregation::kAvg:
      return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
    case Aggregation::kMax: return *std::max_element(values.begin(), values.end());
    case Aggregation::kMin: return *std::min_element(values.begin(), values.end());
    case Aggregation::kSum: return std::accumulate(values.begin(), values.end(), 0.0);
    case Aggregation::kLast: return values.back();
  }
  return std::nullopt;
}

}  // namespace loadline
