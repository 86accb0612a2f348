// Whether asking counts at all: where a gate is closed nothing is asked for, or what is observed stays, as it says. A
// gate that is not known has been answered before; what is ignored there counts as open, since a closed one lowers.
#include "scaling/stages/stages.h"

namespace loadline {

void PassGates(const StageContext& context, Proposal& proposal) {
  for (std::size_t i = 0; i < proposal.decision.signals.size(); ++i) {
    if (proposal.decision.signals[i].open.value_or(true)) continue;
    const auto index = static_cast<int>(i);
    if (context.policy.signals[i].when_closed == WhenClosed::kNothing) {
      proposal.Take(context, Reason::kGateClosed, 0, index);
      return;
    }
    const auto observed = NeedObserved(context, proposal);
    if (!observed) return;
    proposal.Take(context, Reason::kGateClosedHolding, *observed, index);
  }
}

}  // namespace loadline
