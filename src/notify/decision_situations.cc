#include "notify/decision_situations.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"
#include "scaling/explain.h"
#include "scaling/hpa.h"

namespace loadline {
namespace {

bool IsHeld(const SignalOutcome& signal) { return signal.reason == Reason::kHeld; }

// Something is not known, and nothing is left that could be held.
bool IsMissing(const SignalOutcome& signal) {
  switch (signal.reason) {
    case Reason::kMissing:
    case Reason::kIgnored:
    case Reason::kAssumedHigh:
    case Reason::kFallback: return true;
    default: return false;
  }
}

// The sentences of the signals that have no reading of their own.
std::string WithoutReading(const Policy& policy, const Decision& decision) {
  std::string text;
  for (std::size_t i = 0; i < decision.signals.size(); ++i) {
    if (!IsHeld(decision.signals[i]) && !IsMissing(decision.signals[i])) continue;
    text += (text.empty() ? "" : "; ") + policy.signals[i].name + ": " + SignalSentence(policy, decision, i);
  }
  return text;
}

void SetHealth(Situation& health, const MadeDecision& made) {
  health.value = kWell;
  if (made.error) {
    health.value = "error";
    health.urgency = Urgency::kError;
    health.reason = made.error->message;
    return;
  }
  if (made.policy == nullptr || made.plan == nullptr) return;
  const auto& signals = made.decision->signals;
  const bool missing = std::any_of(signals.begin(), signals.end(), IsMissing);
  if (!missing && std::none_of(signals.begin(), signals.end(), IsHeld)) return;
  health.value = missing ? "missing" : "holding";
  health.urgency = Urgency::kWarning;
  health.reason = WithoutReading(*made.policy, *made.decision);
}

}  // namespace

std::vector<Situation> SituationsOf(const MadeDecision& made) {
  BindingRecord binding = made.binding();
  Situation health;
  health.kind = EventKind::kBinding;
  health.key = "binding " + FormatUuid(binding.id);
  health.subject = binding.object_namespace + "/" + binding.object;
  health.object_namespace = std::move(binding.object_namespace);
  health.object = std::move(binding.object);
  health.policy = std::move(binding.policy);
  health.metadata = std::move(binding.metadata);
  health.time = health.since = made.tick;
  Situation scaled = health;
  SetHealth(health, made);
  std::vector<Situation> situations = {std::move(health)};
  if (made.error || made.policy == nullptr || made.plan == nullptr) return situations;
  scaled.kind = EventKind::kScaled;
  scaled.key = "scaled" + scaled.key.substr(std::string_view("binding").size());
  scaled.replicas = ReplicasForAnswer(made.decision->replicas);
  scaled.value = FormatNumber(*scaled.replicas);
  scaled.reason = Summary(*made.policy, *made.decision);
  situations.push_back(std::move(scaled));
  return situations;
}

}  // namespace loadline
