// The highest of what signals and schedules say that there is to be at least.
#include <algorithm>

#include "scaling/stages/stages.h"

namespace loadline {

void RaiseToFloors(const StageContext& context, Proposal& proposal) {
  double floor = 0;
  int by = -1;
  for (std::size_t i = 0; i < proposal.decision.signals.size(); ++i) {
    const SignalOutcome& outcome = proposal.decision.signals[i];
    const bool is_floor = context.policy.signals[i].role == Role::kFloor;
    const double said = std::max(is_floor ? outcome.demand.value_or(0) : 0, outcome.floor().value_or(0));
    if (said <= floor) continue;
    floor = said;
    by = static_cast<int>(i);
  }
  if (by >= 0 && proposal.decision.replicas < floor) proposal.Take(context, Reason::kRaisedToFloor, floor, by);
}

}  // namespace loadline
