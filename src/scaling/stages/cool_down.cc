// No change in a direction so soon after the last one in it: the observed count stays.
#include "scaling/stages/stages.h"

namespace loadline {

void CoolDown(const StageContext& context, Proposal& proposal) {
  const bool any =
      context.policy.scale_up.cooldown > Duration::zero() || context.policy.scale_down.cooldown > Duration::zero();
  if (!any) return;
  const auto present = NeedObserved(context, proposal);
  if (!present || *present == 0 || proposal.decision.replicas == *present) return;
  const bool up = proposal.decision.replicas > *present;
  const Duration cooldown = (up ? context.policy.scale_up : context.policy.scale_down).cooldown;
  const auto changed = context.facts.SinceChange(up ? 1 : -1, cooldown);
  if (!changed || *changed >= cooldown) return;
  proposal.Take(context, up ? Reason::kCoolingDownUp : Reason::kCoolingDownDown, *present).ago = *changed;
}

}  // namespace loadline
