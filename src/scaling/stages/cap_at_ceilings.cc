// The lowest of what signals and schedules say that there is to be at most. A ceiling that a floor is above wins: it is
// there to protect something.
#include <algorithm>

#include "scaling/stages/stages.h"

namespace loadline {

void CapAtCeilings(const StageContext& context, Proposal& proposal) {
  std::optional<double> ceiling;
  int by = -1;
  for (std::size_t i = 0; i < proposal.decision.signals.size(); ++i) {
    const SignalOutcome& outcome = proposal.decision.signals[i];
    std::optional<double> said = outcome.ceiling();
    if (context.policy.signals[i].role == Role::kCeiling && outcome.demand)
      said = std::min(said.value_or(*outcome.demand), *outcome.demand);
    if (!said || (ceiling && *said >= *ceiling)) continue;
    ceiling = said;
    by = static_cast<int>(i);
  }
  if (ceiling && proposal.decision.replicas > *ceiling) proposal.Take(context, Reason::kCappedAtCeiling, *ceiling, by);
}

}  // namespace loadline
