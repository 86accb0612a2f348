// Changes that are smaller than a share of what is observed are not followed.
#include <cmath>

#include "scaling/stages/stages.h"

namespace loadline {

void ApplyHysteresis(const StageContext& context, Proposal& proposal) {
  if (context.policy.scale_up.hysteresis.value <= 0 && context.policy.scale_down.hysteresis.value <= 0) return;
  const auto present = NeedObserved(context, proposal);
  if (!present || *present == 0) return;
  const double change = proposal.decision.replicas - *present;
  const double percent = (change > 0 ? context.policy.scale_up : context.policy.scale_down).hysteresis.value;
  // Not percent / 100 * present: 7 / 100 * 100 is a hair above 7, and a change of 7 would be too small.
  if (change == 0 || std::abs(change) * 100 >= percent * *present) return;
  proposal.Take(context, Reason::kWithinHysteresis, *present).limit = percent;
}

}  // namespace loadline
