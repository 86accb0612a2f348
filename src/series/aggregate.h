// One number out of several.
#ifndef LOADLINE_SERIES_AGGREGATE_H_
#define LOADLINE_SERIES_AGGREGATE_H_

#include <optional>
#include <span>
#include <string_view>

namespace loadline {

enum class Aggregation { kAvg, kMax, kMin, kSum, kLast };

// The aggregate of `values`, oldest first; nothing of nothing.
std::optional<double> Aggregate(Aggregation aggregation, std::span<const double> values);

}  // namespace loadline

#endif  // LOADLINE_SERIES_AGGREGATE_H_
