#include "scaling/decision_change.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "scaling/explain.h"

namespace loadline {
namespace {

std::string AnswerOf(const Decision& decision) {
  if (decision.error) return fmt::format("an error ({})", CodeName(decision.error->code));
  return FormatNumber(decision.replicas) + (decision.active ? "" : ", inactive");
}

std::string ValueOf(const SignalOutcome& outcome) {
  const std::string value = outcome.value ? FormatNumber(*outcome.value) : "not known";
  return fmt::format("{} ({})", value, ReasonCode(outcome.reason));
}

const SignalOutcome* OutcomeOf(const DecidedBy& decided, const std::string& name) {
  for (std::size_t i = 0; i < decided.decision.signals.size(); ++i) {
    if (decided.policy.signals[i].name == name) return &decided.decision.signals[i];
  }
  return nullptr;
}

std::string ObservedOf(const Decision& decision) {
  return decision.observed ? FormatNumber(*decision.observed) : "not known";
}

}  // namespace

std::vector<std::string> ChangesBetween(const DecidedBy& before, const DecidedBy& after) {
  std::vector<std::string> changes;
  const auto compare = [&changes](std::string_view what, const std::string& now, const std::string& was) {
    if (now != was) changes.push_back(fmt::format("{} {}, was {}", what, now, was));
  };
  compare("replicas", AnswerOf(after.decision), AnswerOf(before.decision));
  if (before.policy.hash != after.policy.hash)
    compare("the policy is version", fmt::format("{:016x}", after.policy.hash),
            fmt::format("{:016x}", before.policy.hash));
  const auto winner = [](const DecidedBy& decided) {
    const std::string name = WinningSignal(decided.policy, decided.decision);
    return name.empty() ? "none" : name;
  };
  compare("the winner is", winner(after), winner(before));
  compare("observed", ObservedOf(after.decision), ObservedOf(before.decision));
  for (std::size_t i = 0; i < after.decision.signals.size(); ++i) {
    const std::string& name = after.policy.signals[i].name;
    const SignalOutcome* earlier = OutcomeOf(before, name);
    compare(name + " is", ValueOf(after.decision.signals[i]), earlier == nullptr ? "not there" : ValueOf(*earlier));
  }
  for (std::size_t i = 0; i < before.decision.signals.size(); ++i) {
    const std::string& name = before.policy.signals[i].name;
    if (OutcomeOf(after, name) == nullptr) changes.push_back(name + " is gone");
  }
  return changes;
}

}  // namespace loadline
