// Whether the target should run at all. KEDA goes to zero as soon as it hears "inactive" for its cooldown, from any
// number of replicas and whatever the metric says (rule 27): so active it is while more than one is wanted, or anything
// waits.
#include "scaling/stages/stages.h"

namespace loadline {

void DecideActivity(const StageContext& context, Proposal& proposal) {
  Decision& decision = proposal.decision;
  auto decide = [&](Reason reason, bool active, int signal = -1) {
    decision.active = active;
    proposal.Take(context, reason, decision.replicas, signal);
  };
  for (std::size_t i = 0; i < decision.signals.size(); ++i) {
    if (decision.signals[i].active) return decide(Reason::kActiveByReading, true, static_cast<int>(i));
  }
  for (const Step& step : decision.steps) {
    if (step.reason == Reason::kIdleWake || step.reason == Reason::kWaking) return decide(step.reason, true);
  }
  if (context.policy.replicas.min > 0) return decide(Reason::kActiveByMin, true);
  if (decision.replicas > 1) return decide(Reason::kActiveByReplicas, true);
  decide(Reason::kInactive, false);
}

}  // namespace loadline
