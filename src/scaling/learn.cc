#include "scaling/learn.h"

#include "forecast/start_delay.h"
#include "forecast/throughput.h"

namespace loadline {
namespace {

Estimate EstimateOf(std::span<const std::vector<double>> histories, const PlannedNumber& plan, Duration step) {
  if (plan.kind == PlannedNumber::Kind::kStartDelay)
    return EstimateStartDelay(histories[0], histories[1], {.step = step, .quantile = plan.quantile});
  QueueHistory queue{.depth = histories[0], .arrivals = {}, .done = {}, .replicas = histories[1]};
  (plan.by_done ? queue.done : queue.arrivals) = histories[2];
  return EstimateThroughput(queue, step);
}

}  // namespace

int NeededFor(PlannedNumber::Kind kind) {
  return kind == PlannedNumber::Kind::kStartDelay ? kFewestRises : kFewestStretches;
}

LearnedNumber Learn(std::span<const std::vector<double>> histories, Timestamp fitted, const PlannedNumber& plan,
                    Duration step) {
  const Estimate estimate = EstimateOf(histories, plan, step);
  LearnedNumber number;
  number.fitted = fitted;
  number.value = estimate.value;
  number.low = estimate.low;
  number.high = estimate.high;
  number.count = estimate.count;
  number.needed = NeededFor(plan.kind);
  return number;
}

}  // namespace loadline
