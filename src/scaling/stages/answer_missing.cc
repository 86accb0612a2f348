// What the policy says of signals that have no reading and nothing left to hold. Nothing missing lowers a count by
// itself: only `ignore` and a stated number of replicas can, and those are the policy's own words.
#include <fmt/format.h>

#include <algorithm>

#include "scaling/stages/stages.h"

namespace loadline {
namespace {

std::string Lost(const Signal& signal, const SignalOutcome& outcome, Duration hold) {
  return fmt::format(
      "signal {}: no data{}: {}", signal.name,
      hold > Duration::zero() ? fmt::format(" now, nor within the {} that it is held", FormatDuration(hold)) : "",
      outcome.problem);
}

// KEDA's arithmetic (keda pkg/fallback/fallback.go); nothing where it goes by a count that is not known.
std::optional<double> Replicas(const FallbackReplicas& fallback, std::optional<double> observed) {
  const double stated = fallback.replicas;
  switch (fallback.behavior) {
    case FallbackBehavior::kStatic: return stated;
    case FallbackBehavior::kCurrentReplicas: return observed;
    case FallbackBehavior::kCurrentReplicasIfHigher:
      return observed ? std::optional(std::max(stated, *observed)) : observed;
    case FallbackBehavior::kCurrentReplicasIfLower:
      return observed ? std::optional(std::min(stated, *observed)) : observed;
  }
  return std::nullopt;
}

// The answer that never takes anything away: as many as there may be, an open gate, a full score, no ceiling.
void AssumeHigh(const Policy& policy, const Signal& signal, SignalOutcome& outcome) {
  outcome.reason = Reason::kAssumedHigh;
  outcome.active = signal.role == Role::kDemand;
  switch (LawOf(signal)) {
    case Law::kGate: outcome.open = true; break;
    case Law::kScore: outcome.score = kFullScore; break;
    default:
      if (signal.role != Role::kCeiling && policy.Most()) outcome.demand = WithinOwnBounds(signal, *policy.Most());
  }
}

}  // namespace

void AnswerMissing(const StageContext& context, Proposal& proposal) {
  Decision& decision = proposal.decision;
  for (std::size_t i = 0; i < decision.signals.size(); ++i) {
    SignalOutcome& outcome = decision.signals[i];
    if (outcome.reason != Reason::kMissing) continue;
    const Signal& signal = context.policy.signals[i];
    const OnMissing& on_missing = OnMissingOf(context.policy, signal);
    // Whoever names its value (a rule, an expression) says what its absence means.
    if (LawOf(signal) == Law::kValue) continue;
    if (const auto* fallback = std::get_if<FallbackReplicas>(&on_missing.then)) {
      outcome.demand = Replicas(*fallback, decision.observed);
      if (!outcome.demand) {
        return proposal.Fail(context, Reason::kObservedUnknown,
                             Lost(signal, outcome, on_missing.hold) +
                                 "; and the replicas observed, which the fallback goes by, are not known");
      }
      outcome.reason = Reason::kFallback;
      outcome.demand = WithinOwnBounds(signal, *outcome.demand);
      outcome.active = signal.role == Role::kDemand && *outcome.demand > 0;
    } else if (std::get<MissingAnswer>(on_missing.then) == MissingAnswer::kError) {
      const Duration hold = signal.forecast ? Duration::zero() : on_missing.hold;  // there is nothing to hold
      return proposal.Fail(context, Reason::kMissing, Lost(signal, outcome, hold));
    } else if (std::get<MissingAnswer>(on_missing.then) == MissingAnswer::kIgnore) {
      outcome.reason = Reason::kIgnored;
    } else {
      AssumeHigh(context.policy, signal, outcome);
    }
  }
}

}  // namespace loadline
