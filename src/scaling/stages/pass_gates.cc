// Whether asking counts at all: where a gate is closed nothing is asked for, or what is observed stays, as it says; of
// both the first. A gate that is not known has been answered before; what is ignored there counts as open, since a
// closed one lowers.
#include "scaling/stages/stages.h"

namespace loadline {
namespace {

// The first gate that is closed and means this by it; -1: none.
int ClosedGate(const StageContext& context, const Proposal& proposal, WhenClosed when_closed) {
  for (std::size_t i = 0; i < proposal.decision.signals.size(); ++i) {
    const bool closed = !proposal.decision.signals[i].open.value_or(true);
    if (closed && context.policy.signals[i].when_closed == when_closed) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace

void PassGates(const StageContext& context, Proposal& proposal) {
  if (const int gate = ClosedGate(context, proposal, WhenClosed::kNothing); gate >= 0) {
    proposal.Take(context, Reason::kGateClosed, 0, gate);
  } else if (const int holds = ClosedGate(context, proposal, WhenClosed::kHold); holds >= 0) {
    if (const auto observed = NeedObserved(context, proposal))
      proposal.Take(context, Reason::kGateClosedHolding, *observed, holds);
  }
}

}  // namespace loadline
