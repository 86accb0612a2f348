// How far from the observed count, how fast: at most n replicas or n percent within a period, counted from what there
// was when the period began, as the HPA counts (horizontal.go, calculateScaleUpLimitWithScalingRules).
#include <algorithm>
#include <cmath>

#include "scaling/stages/stages.h"

namespace loadline {
namespace {

// What there was when the period began; the earliest that is known since.
double CountBefore(const StageContext& context, Duration period, double present) {
  for (std::size_t ticks_ago = context.facts.Ticks(period); ticks_ago > 0; --ticks_ago) {
    if (const auto observed = context.facts.Observed(ticks_ago)) return *observed;
  }
  return present;
}

double LimitBy(const StepLimit& limit, double before, bool up) {
  if (!limit.percent) return up ? before + limit.amount : before - limit.amount;
  // Not before * (1 + share), as the HPA has it: 10 * 1.1 is a hair above 11, and would be 12.
  const double share = before * limit.amount / 100;
  // Rounded so that a small count is not stuck: 50 % of 1 is one more, and one fewer.
  return up ? std::ceil(before + share) : std::floor(before - share);
}

double LimitOf(const StageContext& context, const Shaping& shaping, double present, bool up) {
  std::optional<double> limit;
  for (const StepLimit& each : shaping.at_most) {
    const double allowed = LimitBy(each, CountBefore(context, each.period, present), up);
    const bool further = (shaping.select == Shaping::Select::kMax) == up;
    limit = !limit ? allowed : further ? std::max(*limit, allowed) : std::min(*limit, allowed);
  }
  // Whatever came before, what there is may stay.
  return up ? std::max(*limit, present) : std::max(0.0, std::min(*limit, present));
}

}  // namespace

void LimitStep(const StageContext& context, Proposal& proposal) {
  if (context.policy.scale_up.at_most.empty() && context.policy.scale_down.at_most.empty()) return;
  const auto present = NeedObserved(context, proposal);
  // From zero to one is KEDA's step.
  if (!present || *present == 0) return;
  const double wanted = proposal.decision.replicas;
  const bool up = wanted > *present;
  const Shaping& shaping = up ? context.policy.scale_up : context.policy.scale_down;
  if (shaping.at_most.empty() || wanted == *present) return;
  const double limit = LimitOf(context, shaping, *present, up);
  if (up ? wanted <= limit : wanted >= limit) return;
  proposal.Take(context, up ? Reason::kStepLimitedUp : Reason::kStepLimitedDown, limit).limit = *present;
}

}  // namespace loadline
