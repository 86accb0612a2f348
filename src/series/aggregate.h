// One number out of several.
#ifndef LOADLINE_SERIES_AGGREGATE_H_
#define LOADLINE_SERIES_AGGREGATE_H_

#include <optional>
#include <span>

#include "series/sample.h"

namespace loadline {

enum class Aggregation {
  kAvg,
  kMax,
  kMin,
  kSum,
  kLast,
  kP50,  // quantiles, linear between the ranks, as PromQL's quantile_over_time
  kP75,
  kP90,
  kP95,
  kP99,
  kRate,   // of a counter: its increase per second from the first to the last; a fall is a restart from 0
  kDelta,  // the last less the first
};

// The aggregate of `samples`, oldest first; nothing of nothing, and no rate or delta of a single one.
std::optional<double> Aggregate(Aggregation aggregation, std::span<const Sample> samples);

}  // namespace loadline

#endif  // LOADLINE_SERIES_AGGREGATE_H_
