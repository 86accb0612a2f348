// What is expected, is to be used, and is not: it changes nothing, and whoever counts on it is to know.
#include "scaling/stages/stages.h"

namespace loadline {

void SayForecasts(const StageContext& context, Proposal& proposal) {
  for (std::size_t i = 0; i < context.policy.signals.size(); ++i) {
    const Signal& signal = context.policy.signals[i];
    if (!signal.forecast || signal.forecast->mode != ForecastSpec::Mode::kActive) continue;
    const Reason reason = proposal.decision.signals[i].reason;
    if (reason == Reason::kDistrustedForecast || reason == Reason::kNoForecast || reason == Reason::kIgnored)
      proposal.Take(context, reason, proposal.decision.replicas, static_cast<int>(i));
  }
}

}  // namespace loadline
