// Whether the target should run at all. KEDA goes to zero as soon as it hears "inactive" for its cooldown, from any
// number of replicas and whatever the metric says (rule 27): so active it is while more than one is wanted, or anything
// waits; unless something that may says that there is to be nothing.
#include <algorithm>

#include "scaling/stages/stages.h"

namespace loadline {
namespace {

bool IsLimit(const Policy& policy, const Step& step) {
  switch (step.reason) {
    case Reason::kRuleSets:
    case Reason::kGateClosed:
    case Reason::kCappedAtCeiling:
    case Reason::kPinned:
    case Reason::kOverrideCeiling:
    case Reason::kOverrideHold:
    case Reason::kCappedByCost:
    case Reason::kCutByBudget: return true;
    // Where nothing was asked for, a rule of nothing says so, and one of some does not.
    case Reason::kRuleAtMost: return step.before > step.after || *policy.rules[step.item].at_most <= 0;
    default: return false;
  }
}

// Limits that leave nothing, also where nothing was asked for, so that none of them had to take a step.
bool SignalsAllowNothing(const StageContext& context, const Proposal& proposal) {
  for (std::size_t i = 0; i < proposal.decision.signals.size(); ++i) {
    const SignalOutcome& outcome = proposal.decision.signals[i];
    const bool is_ceiling = context.policy.signals[i].role == Role::kCeiling;
    if (outcome.ceiling().value_or(1) <= 0 || (is_ceiling && outcome.demand.value_or(1) <= 0)) return true;
  }
  return false;
}
// A floor that is met already need not take a step, and is one all the same.
bool HasFloor(const StageContext& context, const Proposal& proposal) {
  for (const Step& step : proposal.decision.steps) {
    if (step.reason == Reason::kPinned || step.reason == Reason::kRuleAtLeast || step.reason == Reason::kRuleSets)
      return true;
  }
  for (std::size_t i = 0; i < proposal.decision.signals.size(); ++i) {
    const SignalOutcome& outcome = proposal.decision.signals[i];
    const bool is_floor = context.policy.signals[i].role == Role::kFloor;
    if (outcome.floor().value_or(0) > 0 || (is_floor && outcome.demand.value_or(0) > 0)) return true;
  }
  return std::any_of(context.seen.overrides.begin(), context.seen.overrides.end(), [&](const Override& each) {
    return each.kind == Override::Kind::kFloor && each.replicas > 0 && each.InForce(context.seen.now);
  });
}

bool OthersAllowNothing(const StageContext& context) {
  const std::optional<Cost>& cost = context.policy.cost;
  const bool too_dear = cost && cost->max_per_hour && *cost->max_per_hour < cost->per_replica_hour;
  return too_dear || context.granted.value_or(1) <= 0 ||
         std::any_of(context.seen.overrides.begin(), context.seen.overrides.end(), [&](const Override& each) {
           return each.kind == Override::Kind::kCeiling && each.replicas <= 0 && each.InForce(context.seen.now);
         });
}

bool LimitedToNothing(const StageContext& context, const Proposal& proposal) {
  if (proposal.decision.replicas > 0) return false;
  if (SignalsAllowNothing(context, proposal) || OthersAllowNothing(context)) return true;
  for (auto step = proposal.decision.steps.rbegin(); step != proposal.decision.steps.rend(); ++step) {
    if (IsLimit(context.policy, *step) && step->after <= 0) return true;
  }
  return false;
}

// What an expression asks for now, with a schedule's factor and rules on it: what shaping still keeps of what it asked
// for earlier, it does not ask for. None where the policy has none.
std::optional<double> AskedByExpression(const Decision& decision) {
  std::optional<double> asked;
  for (const Step& step : decision.steps) {
    if (step.reason == Reason::kByExpression || (asked && (step.stage == "factor" || step.stage == "rules")))
      asked = step.after;
  }
  return asked;
}

// Who asks for a whole one means it, by whatever the expression goes: the hour, or max(1, lag). Less than one is what
// signals come to that have little to do; of those their activateAbove decides, unless none of them has data.
bool IsMeant(double asked, const Decision& decision) {
  const auto has_data = [](const SignalOutcome& each) { return each.demand || each.value; };
  return asked >= 1 || (asked > 0 && std::ranges::none_of(decision.signals, has_data));
}

}  // namespace

void DecideActivity(const StageContext& context, Proposal& proposal) {
  Decision& decision = proposal.decision;
  auto decide = [&](Reason reason, bool active, int signal = -1) {
    decision.active = active;
    proposal.Take(context, reason, decision.replicas, signal);
  };
  if (LimitedToNothing(context, proposal)) return decide(Reason::kInactiveByLimit, false);
  for (std::size_t i = 0; i < decision.signals.size(); ++i) {
    if (decision.signals[i].active && !proposal.Has(Reason::kGateClosed))
      return decide(Reason::kActiveByReading, true, static_cast<int>(i));
  }
  for (const Step& step : decision.steps) {
    if (step.reason == Reason::kIdleWake || step.reason == Reason::kWaking) return decide(step.reason, true);
  }
  if (context.policy.replicas.min > 0) return decide(Reason::kActiveByMin, true);
  if (decision.replicas > 0 && HasFloor(context, proposal)) return decide(Reason::kActiveByFloor, true);
  if (decision.replicas > 1) return decide(Reason::kActiveByReplicas, true);
  if (const auto asked = AskedByExpression(decision); asked && decision.replicas > 0 && IsMeant(*asked, decision)) {
    decide(Reason::kActiveByExpression, true);
    decision.steps.back().limit = *asked;
    return;
  }
  const bool stays = proposal.Has(Reason::kStaysAtObserved) || proposal.Has(Reason::kByScore) ||
                     proposal.Has(Reason::kGateClosedHolding) || proposal.Has(Reason::kOverrideHold);
  if (stays && decision.replicas > 0) return decide(Reason::kActiveByObserved, true);
  decide(Reason::kInactive, false);
}

}  // namespace loadline
