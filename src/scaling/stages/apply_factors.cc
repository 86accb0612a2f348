// Schedules' factors on the demand, such as half as much again on the day of a sale. Of several the highest.
#include "scaling/stages/stages.h"

namespace loadline {

void ApplyFactors(const StageContext& context, Proposal& proposal) {
  int by = -1;
  double factor = 0;
  for (std::size_t i = 0; i < proposal.decision.signals.size(); ++i) {
    const auto said = proposal.decision.signals[i].factor();
    if (!said || (by >= 0 && *said <= factor)) continue;
    factor = *said;
    by = static_cast<int>(i);
  }
  if (by >= 0) proposal.Take(context, Reason::kScheduleFactor, proposal.decision.replicas * factor, by).limit = factor;
}

}  // namespace loadline
