// At zero replicas the workers' own metrics are gone, and stay away until the first worker is up again. What they said
// last is then no news: `whenIdle` stands in for them.
//
//   observed  5 5 0 0 0 1 1 1
//   lag       9 2 - - - - - 4      "-": no reading
//             lag  | idle| | waking: what was observed, one at least
//                        woken by whenIdle
//
// Only signals that have no reading since the last zero are meant: one that vanishes while there are replicas is
// missing.
#include <algorithm>

#include "scaling/stages/stages.h"

namespace loadline {
namespace {

bool IsMissing(const SignalOutcome& outcome) {
  return outcome.reason == Reason::kHeld || outcome.reason == Reason::kMissing;
}

// How long ago zero replicas were observed last; nothing if not within the window.
std::optional<Duration> SinceZero(const StageContext& context) {
  const auto& ticks = context.seen.windows[static_cast<std::size_t>(context.plan.observed)].ticks;
  for (std::size_t ticks_ago = 0; ticks_ago < ticks.size(); ++ticks_ago) {
    const Reading& reading = ticks[ticks.size() - 1 - ticks_ago];
    if (reading.state == ReadingState::kValue && reading.value <= 0) {
      return context.seen.interval * static_cast<Duration::rep>(ticks_ago);
    }
  }
  return std::nullopt;
}

// Whether to wake while there are no replicas; nothing where the policy's query has no answer.
std::optional<bool> WakesAtZero(const StageContext& context) {
  if (const auto* answer = std::get_if<IdleAnswer>(&*context.policy.when_idle)) return *answer == IdleAnswer::kWake;
  const Reading& reading = context.seen.windows[static_cast<std::size_t>(context.plan.when_idle)].ticks.back();
  const bool empty_is_zero = reading.state == ReadingState::kEmpty && context.policy.on_empty == OnEmpty::kZero;
  // Of partial data only a number above zero says something.
  const bool positive = reading.state == ReadingState::kValue || reading.state == ReadingState::kPartial;
  if (positive && reading.value > 0) return true;
  if (reading.state == ReadingState::kValue || empty_is_zero) return false;
  return std::nullopt;
}

}  // namespace

void AnswerIdle(const StageContext& context, Proposal& proposal) {
  Decision& decision = proposal.decision;
  if (!context.policy.when_idle || !decision.observed) return;
  const std::optional<Duration> since_zero = SinceZero(context);
  if (!since_zero) return;

  bool any = false;
  for (SignalOutcome& outcome : decision.signals) {
    const bool said_nothing_since = outcome.reason == Reason::kMissing || outcome.age >= *since_zero;
    if (!IsMissing(outcome) || !said_nothing_since) continue;
    outcome = SignalOutcome{};
    outcome.reason = Reason::kIdle;
    any = true;
  }
  if (!any) return;

  if (*decision.observed > 0) return proposal.Take(context, Reason::kWaking, std::max(1.0, *decision.observed));
  const std::optional<bool> wakes = WakesAtZero(context);
  if (!wakes) {
    const ReadingWindow& window = context.seen.windows[static_cast<std::size_t>(context.plan.when_idle)];
    decision.error =
        Error{Code::kUnavailable, "at zero replicas, and whenIdle has no answer: " + std::string(window.problem)};
    return;
  }
  proposal.Take(context, *wakes ? Reason::kIdleWake : Reason::kIdleInactive, *wakes ? 1 : 0);
}

}  // namespace loadline
