#include "scaling/explain.h"

namespace loadline {

std::string Summary(const Policy& policy, const Decision& decision) {
  if (decision.error) return decision.error->message;
  std::string text;
  for (const Step& step : decision.steps) {
    if (step.stage == "activity" && text.size() > 0 && step.reason != Reason::kInactive) continue;
    if (!text.empty()) text += "; ";
    text += Sentence(policy, decision, step);
  }
  return text;
}

std::string WinningSignal(const Policy& policy, const Decision& decision) {
  for (const Step& step : decision.steps) {
    const bool wins = step.reason == Reason::kHighestDemand || step.reason == Reason::kLowestDemand ||
                      step.reason == Reason::kFirstAnswer;
    if (wins) return policy.signals[static_cast<std::size_t>(step.item)].name;
  }
  return "";
}

}  // namespace loadline
