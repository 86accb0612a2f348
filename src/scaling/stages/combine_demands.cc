// The highest of what the signals ask for, and of what stands in for them at zero replicas.
#include "scaling/stages/stages.h"

namespace loadline {

void CombineDemands(const StageContext& context, Proposal& proposal) {
  Decision& decision = proposal.decision;
  // A step so far is the idle stage's answer: it takes part like a signal.
  bool any = !decision.steps.empty();
  double highest = decision.replicas;
  int winner = -1;
  for (std::size_t i = 0; i < decision.signals.size(); ++i) {
    const std::optional<double>& demand = decision.signals[i].demand;
    if (!demand) continue;
    if (!any || *demand > highest) {
      highest = *demand;
      winner = static_cast<int>(i);
    }
    any = true;
  }
  if (!any) {
    decision.error =
        Error{Code::kUnavailable, "no signal has data, and all of them are to be ignored: what is unknown is not zero"};
    decision.steps.push_back({context.stage, Reason::kNothingKnown, 0, 0, -1});
    return;
  }
  if (winner < 0) return;
  proposal.Take(context, Reason::kHighestDemand, highest, winner);
}

}  // namespace loadline
