// What each signal asks for: its law on its latest reading, or, where there is none, what it last asked for, for as
// long as its `hold` lasts. A signal that has neither is left as kMissing for the stages that follow.
#include "scaling/stages/stages.h"

namespace loadline {
namespace {

std::optional<SignalOutcome> Held(const StageContext& context, std::size_t index, Duration hold) {
  for (std::size_t ticks_ago = 1; ticks_ago <= context.facts.Ticks(hold); ++ticks_ago) {
    if (auto outcome = context.facts.LawAt(index, ticks_ago)) {
      outcome->reason = Reason::kHeld;
      outcome->age = context.seen.interval * static_cast<Duration::rep>(ticks_ago);
      return outcome;
    }
  }
  return std::nullopt;
}

SignalOutcome Measure(const StageContext& context, std::size_t index) {
  if (auto outcome = context.facts.LawAt(index, 0)) {
    outcome->gaps = static_cast<std::uint32_t>(context.facts.Gaps(index));
    return *std::move(outcome);
  }

  const Signal& signal = context.policy.signals[index];
  SignalOutcome outcome;
  if (auto held = Held(context, index, OnMissingOf(context.policy, signal).hold)) outcome = *std::move(held);
  outcome.problem = context.facts.Problem(index);
  if (outcome.reason != Reason::kHeld || !outcome.demand) return outcome;
  // Part of the data is at least that much: it may raise what is held.
  if (auto partial = context.facts.LawOnPartialData(index);
      partial && partial->demand && *partial->demand > *outcome.demand) {
    partial->reason = Reason::kPartialData;
    partial->problem = std::move(outcome.problem);
    return *std::move(partial);
  }
  return outcome;
}

}  // namespace

void MeasureSignals(const StageContext& context, Proposal& proposal) {
  Decision& decision = proposal.decision;
  if (const auto ticks_ago = context.facts.LastObserved()) {
    decision.observed = context.facts.Observed(*ticks_ago);
    decision.observed_age = context.seen.interval * static_cast<Duration::rep>(*ticks_ago);
  }
  decision.signals.reserve(context.policy.signals.size());
  for (std::size_t i = 0; i < context.policy.signals.size(); ++i) decision.signals.push_back(Measure(context, i));
}

}  // namespace loadline
