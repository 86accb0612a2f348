// At zero replicas the workers' own metrics are gone, and stay away until the first worker is up again. What they said
// last is then no news: `whenIdle` stands in for them.
//
//   observed  5 5 0 0 0 1 1 1
//   lag       9 2 _ _ _ _ _ 4      "_": no such series
//             lag  | idle| | waking: what was observed, one at least
//                        woken by whenIdle
//
// Only signals are meant that the source says are not there, and that have had no value since the last zero: one that
// vanishes while there are replicas is missing, and so is one whose query fails. While nothing can be asked, what was
// known last is held, idleness too.
#include <algorithm>

#include "scaling/stages/stages.h"

namespace loadline {
namespace {

bool IsMissing(const SignalOutcome& outcome) {
  return outcome.reason == Reason::kHeld || outcome.reason == Reason::kMissing;
}

// How long ago zero replicas were observed last; nothing if that is longer ago than anything is looked at. By the
// policy, not by the readings that are there: those of a binding that others depend on reach further back.
std::optional<Duration> SinceZero(const StageContext& context) {
  const std::size_t ticks = context.facts.Ticks(context.policy.ObservedWindow());
  for (std::size_t ticks_ago = 0; ticks_ago <= ticks; ++ticks_ago) {
    if (const auto observed = context.facts.Observed(ticks_ago); observed && *observed <= 0)
      return context.seen.interval * static_cast<Duration::rep>(ticks_ago);
  }
  return std::nullopt;
}

bool IsIdle(const StageContext& context, std::size_t signal, const SignalOutcome& outcome, Duration since_zero) {
  if (!IsMissing(outcome)) return false;
  const bool said_nothing_since = outcome.reason == Reason::kMissing || outcome.age >= since_zero;
  const Duration hold = OnMissingOf(context.policy, context.policy.signals[signal]).hold;
  return said_nothing_since && context.facts.LastEmpty(signal, hold).has_value();
}

}  // namespace

void AnswerIdle(const StageContext& context, Proposal& proposal) {
  Decision& decision = proposal.decision;
  if (!context.policy.when_idle || !decision.observed) return;
  const std::optional<Duration> since_zero = SinceZero(context);
  if (!since_zero) return;

  bool any = false;
  for (std::size_t i = 0; i < decision.signals.size(); ++i) {
    SignalOutcome& outcome = decision.signals[i];
    if (!IsIdle(context, i, outcome, *since_zero)) continue;
    outcome = SignalOutcome{};
    outcome.reason = Reason::kIdle;
    any = true;
  }
  if (!any) return;

  if (*decision.observed > 0) {
    proposal.Take(context, Reason::kWaking, std::max(1.0, *decision.observed));
    return;
  }
  bool wakes = false;
  if (const auto* answer = std::get_if<IdleAnswer>(&*context.policy.when_idle)) {
    wakes = *answer == IdleAnswer::kWake;
  } else {
    const auto value = context.facts.WhenIdle();
    if (!value) {
      return proposal.Fail(context, Reason::kMissing,
                           "at zero replicas, and whenIdle has no answer: " + context.facts.WhenIdleProblem());
    }
    wakes = *value > 0;
  }
  proposal.Take(context, wakes ? Reason::kIdleWake : Reason::kIdleInactive, wakes ? 1 : 0);
}

}  // namespace loadline
