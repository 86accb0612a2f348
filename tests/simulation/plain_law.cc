#include "simulation/plain_law.h"

#include <algorithm>

namespace loadline::simulation {
namespace {

double OwnBounds(const Signal& signal, double demand) {
  if (signal.min) demand = std::max(demand, *signal.min);
  if (signal.max) demand = std::min(demand, *signal.max);
  return demand;
}

std::optional<double> Fallback(const FallbackReplicas& fallback, std::optional<double> observed) {
  if (fallback.behavior == FallbackBehavior::kStatic) return fallback.replicas;
  if (!observed) return std::nullopt;
  if (fallback.behavior == FallbackBehavior::kCurrentReplicasIfHigher)
    return std::max<double>(fallback.replicas, *observed);
  if (fallback.behavior == FallbackBehavior::kCurrentReplicasIfLower)
    return std::min<double>(fallback.replicas, *observed);
  return observed;
}

}  // namespace

std::optional<double> PlainDemand(const Policy& policy, const Signal& signal, const Reading& reading) {
  const bool zero = reading.state == ReadingState::kEmpty && OnEmptyOf(policy, signal) == OnEmpty::kZero;
  if (reading.state != ReadingState::kValue && !zero) return std::nullopt;
  return OwnBounds(signal, std::max(0.0, (zero ? 0 : reading.value) / *signal.per_replica));
}

PlainSignal AskPlainly(const Policy& policy, const Signal& signal, std::span<const Reading> ticks, Duration interval,
                       std::optional<double> observed) {
  const OnMissing& on_missing = OnMissingOf(policy, signal);
  const auto hold = std::min(static_cast<std::ptrdiff_t>(on_missing.hold / interval), std::ssize(ticks) - 1);
  for (std::ptrdiff_t ago = 0; ago <= hold; ++ago) {
    const auto demand = PlainDemand(policy, signal, ticks[static_cast<std::size_t>(std::ssize(ticks) - 1 - ago)]);
    if (!demand) continue;
    if (ago == 0) return {Reason::kMeasured, demand};
    if (const Reading& latest = ticks.back(); latest.state == ReadingState::kPartial) {
      const auto partial = PlainDemand(policy, signal, {latest.value, ReadingState::kValue});
      if (*partial > *demand) return {Reason::kPartialData, partial};
    }
    return {Reason::kHeld, demand};
  }
  if (const auto* fallback = std::get_if<FallbackReplicas>(&on_missing.then)) {
    const auto replicas = Fallback(*fallback, observed);
    if (!replicas) return {};
    return {Reason::kFallback, OwnBounds(signal, *replicas)};
  }
  switch (std::get<MissingAnswer>(on_missing.then)) {
    case MissingAnswer::kError: return {};
    case MissingAnswer::kIgnore: return {Reason::kIgnored, std::nullopt};
    case MissingAnswer::kAssumeHigh: return {Reason::kAssumedHigh, OwnBounds(signal, *policy.Most())};
  }
  return {};
}

std::optional<double> AnswerPlainly(const Policy& policy, const std::vector<PlainSignal>& signals) {
  std::optional<double> highest;
  for (const PlainSignal& each : signals) {
    if (each.reason == Reason::kMissing) return std::nullopt;
    if (each.demand) highest = std::max(highest.value_or(0), *each.demand);
  }
  if (!highest) return highest;  // all ignored: what is unknown is not zero
  return std::clamp<double>(*highest, policy.replicas.min, policy.replicas.max.value_or(kMostReplicas));
}

}  // namespace loadline::simulation
