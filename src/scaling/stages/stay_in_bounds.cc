// What it may cost, then never below replicas.min, never above replicas.max.
#include <cmath>

#include "scaling/stages/stages.h"

namespace loadline {

void CapByCost(const StageContext& context, Proposal& proposal) {
  const std::optional<Cost>& cost = context.policy.cost;
  if (!cost || !cost->max_per_hour) return;
  // 0.3 / 0.1 is a little less than 3: what is short of a whole replica by rounding alone pays for it.
  constexpr double kRounding = 1e-9;
  const double most = std::floor(*cost->max_per_hour / cost->per_replica_hour * (1 + kRounding));
  if (proposal.decision.replicas > most) proposal.Take(context, Reason::kCappedByCost, most);
}

void StayInBounds(const StageContext& context, Proposal& proposal) {
  const ReplicaBounds& bounds = context.policy.replicas;
  const double wanted = proposal.decision.replicas;
  if (wanted < bounds.min) {
    proposal.Take(context, Reason::kRaisedToMin, bounds.min);
  } else if (const double most = bounds.max.value_or(kMostReplicas); wanted > most) {
    proposal.Take(context, Reason::kCappedAtMax, most);
  }
}

// The budget is the last word: never above it.
void TakeGrant(const StageContext& context, Proposal& proposal) {
  if (context.granted && proposal.decision.replicas > *context.granted)
    proposal.Take(context, Reason::kCutByBudget, *context.granted);
  proposal.decision.wanted = proposal.decision.replicas;
}

}  // namespace loadline
