#include <fmt/format.h>

#include "base/text.h"
#include "scaling/asked.h"
#include "scaling/explain.h"

namespace loadline {
namespace {

// "lag 4.133 and cpu 6": those that took part.
std::string Demands(const Policy& policy, const Decision& decision) {
  std::vector<std::string> demands;
  for (const Asked& each : AskedBySignals(policy, decision.signals, false)) {
    demands.push_back(
        fmt::format("{} {}", policy.signals[static_cast<std::size_t>(each.signal)].name, FormatNumber(each.replicas)));
  }
  return JoinWords(demands);
}

std::string RuleAction(const Policy& policy, const Step& step) {
  const Rule& rule = policy.rules[static_cast<std::size_t>(step.item)];
  if (rule.add) return fmt::format("{} more than observed", FormatNumber(*rule.add));
  if (rule.remove) return fmt::format("{} fewer than observed", FormatNumber(*rule.remove));
  if (rule.set) return fmt::format("exactly {}", FormatNumber(*rule.set));
  if (rule.at_least) return fmt::format("at least {}", FormatNumber(*rule.at_least));
  return fmt::format("at most {}", FormatNumber(*rule.at_most));
}

// The count that is there may be between what was asked for and what is now: then it stays, and is neither.
std::string Between(const Step& step) {
  return step.after == step.limit ? "" : fmt::format(", so it stays at the {} observed", FormatNumber(step.after));
}

}  // namespace

std::string StepItem(const Policy& policy, const Step& step) {
  if (step.item < 0) return "";
  const auto item = static_cast<std::size_t>(step.item);
  if (step.stage == "rules") return policy.rules[item].name;
  if (step.stage == "override") return step.name != nullptr ? *step.name : "";
  return policy.signals[item].name;
}

std::string Sentence(const Policy& policy, const Decision& decision, const Step& step) {
  const std::string after = FormatNumber(step.after);
  const std::string limit = FormatNumber(step.limit);
  const std::string ago = FormatDuration(step.ago);
  const std::string observed = FormatNumber(decision.observed.value_or(0));
  const std::string name = StepItem(policy, step);
  auto signal_sentence = [&] { return SignalSentence(policy, decision, static_cast<std::size_t>(step.item)); };
  const bool failed = step.stage != "override" && step.stage != "budget" && step.name != nullptr;
  if (failed) return *step.name;
  switch (step.reason) {
    case Reason::kHighestDemand:
    case Reason::kFirstAnswer: return fmt::format("{} wants {}: {}", name, after, signal_sentence());
    case Reason::kLowestDemand: return fmt::format("{} wants least, {}: {}", name, after, signal_sentence());
    case Reason::kSumOfDemands: return fmt::format("{} together: {}", after, Demands(policy, decision));
    case Reason::kMeanOfDemands: return fmt::format("{} in the mean: {}", after, Demands(policy, decision));
    case Reason::kMedianOfDemands: return fmt::format("{} is the median: {}", after, Demands(policy, decision));
    case Reason::kWeightedDemands: return fmt::format("{} by weight: {}", after, Demands(policy, decision));
    case Reason::kByScore:
      return fmt::format("score {} of {} at {} replicas: {}", FormatNumber(decision.score.value_or(0)),
                         FormatNumber(policy.combine.score_target), observed, after);
    case Reason::kByExpression: return fmt::format("{} = {}", policy.combine.text, after);
    case Reason::kDistrustedForecast:
    case Reason::kNoForecast:
    case Reason::kIgnored: return fmt::format("{}: {}", name, signal_sentence());
    case Reason::kNothingAsked: return "nothing asks for replicas";
    case Reason::kNothingKnown: return "no signal has data";
    case Reason::kStaysAtObserved: return fmt::format("stays at the {} observed unless a rule fires", after);
    case Reason::kObservedUnknown: return "how many replicas there are is not known";
    case Reason::kIdleInactive: return "no replicas, and nothing to wake for";
    case Reason::kIdleWake: return "no replicas, and whenIdle says to wake";
    case Reason::kWaking: return "just woken: the workers' metrics are not back yet";
    case Reason::kScheduleFactor: return fmt::format("{}: times {} is {}", name, limit, after);
    case Reason::kRuleAdds:
    case Reason::kRuleRemoves:
    case Reason::kRuleSets:
    case Reason::kRuleAtLeast:
    case Reason::kRuleAtMost: return fmt::format("rule {}: {}, so {}", name, RuleAction(policy, step), after);
    case Reason::kRuleCoolingDown: return fmt::format("rule {} waits: the count changed {} ago", name, ago);
    case Reason::kStabilizedDown: return fmt::format("stabilize: {} was asked for {} ago{}", limit, ago, Between(step));
    case Reason::kStabilizedUp:
      return fmt::format("stabilize: only {} was asked for {} ago{}", limit, ago, Between(step));
    case Reason::kStepLimitedUp: return fmt::format("step: from {} up to {} at most for now", limit, after);
    case Reason::kStepLimitedDown: return fmt::format("step: from {} down to {} at most for now", limit, after);
    case Reason::kCoolingDownUp: return fmt::format("cooldown: it went up {} ago", ago);
    case Reason::kCoolingDownDown: return fmt::format("cooldown: it went down {} ago", ago);
    case Reason::kWithinHysteresis: return fmt::format("hysteresis: less than {} % from the {} observed", limit, after);
    case Reason::kGateClosed:
      return fmt::format("gate {} is closed ({}): nothing is asked for", name, signal_sentence());
    case Reason::kGateClosedHolding:
      return fmt::format("gate {} is closed ({}): stays at {}", name, signal_sentence(), after);
    case Reason::kRaisedToFloor: return fmt::format("floor {} is {}: {}", name, after, signal_sentence());
    case Reason::kCappedAtCeiling: return fmt::format("ceiling {} is {}: {}", name, after, signal_sentence());
    case Reason::kPinned: return fmt::format("override {}: exactly {}", name, after);
    case Reason::kOverrideFloor: return fmt::format("override {}: at least {}", name, after);
    case Reason::kOverrideCeiling: return fmt::format("override {}: at most {}", name, after);
    case Reason::kCannotHold:
      return fmt::format("override {} cannot hold, as the policy asks for no count (set replicas.observed)", name);
    case Reason::kOverrideHold: return fmt::format("override {}: stays at {}", name, after);
    case Reason::kCappedByCost: return fmt::format("cost.maxPerHour pays for {}", after);
    case Reason::kRaisedToMin: return fmt::format("replicas.min is {}", after);
    case Reason::kCappedAtMax:
      return policy.replicas.max ? fmt::format("replicas.max is {}", after)
                                 : fmt::format("no decision has more than {}", after);
    case Reason::kCutByBudget:
      return fmt::format("budget {} leaves {}", step.name != nullptr ? *step.name : policy.budget.value_or(""), after);
    case Reason::kBeyondTolerance: return fmt::format("the HPA would not leave {} for less than {}", observed, after);
    case Reason::kWithinTolerance: return fmt::format("told {}, as the HPA stands at {}", after, observed);
    case Reason::kActiveByReading: {
      const Signal& by = policy.signals[static_cast<std::size_t>(step.item)];
      const SignalOutcome& outcome = decision.signals[static_cast<std::size_t>(step.item)];
      if (!outcome.value) return fmt::format("active: {} {}", name, by.schedule ? "is scheduled" : "has no data");
      if (by.backlog && !by.activate_above) return fmt::format("active: {} is not empty", name);
      return fmt::format("active: {} {} is above {}", name, FormatNumber(*outcome.value),
                         FormatNumber(by.activate_above.value_or(0)));
    }
    case Reason::kActiveByMin: return "active: replicas.min is above 0";
    case Reason::kActiveByFloor: return "active: a floor is above 0";
    case Reason::kActiveByReplicas: return "active: more than one replica is wanted";
    case Reason::kActiveByExpression:
      return fmt::format("active: the expression asks for {}", FormatNumber(step.limit));
    case Reason::kActiveByObserved: return "active: it stays as it is";
    case Reason::kInactive: return "inactive: no reading is above its activateAbove";
    case Reason::kInactiveByLimit: return "inactive: a limit leaves nothing";
    case Reason::kModeHold: return fmt::format("mode hold: answers the {} observed", after);
    case Reason::kModeYield: return "mode yield: answers 0 and inactive, other triggers decide";
    default: return std::string(ReasonCode(step.reason));
  }
}

}  // namespace loadline
