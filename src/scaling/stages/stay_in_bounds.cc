// Never below replicas.min, never above replicas.max.
#include "scaling/stages/stages.h"

namespace loadline {

void StayInBounds(const StageContext& context, Proposal& proposal) {
  const ReplicaBounds& bounds = context.policy.replicas;
  const double wanted = proposal.decision.replicas;
  if (wanted < bounds.min) return proposal.Take(context, Reason::kRaisedToMin, bounds.min);
  if (bounds.max && wanted > *bounds.max) return proposal.Take(context, Reason::kCappedAtMax, *bounds.max);
}

}  // namespace loadline
