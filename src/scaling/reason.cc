#include "scaling/reason.h"

#include <array>

namespace loadline {
namespace {

struct Entry {
  Reason reason;
  std::string_view code;
  std::string_view help;
};

constexpr std::array kReasons = {
    Entry{Reason::kMeasured, "Measured", "The signal's reading, by its law."},
    Entry{Reason::kHeld, "Held", "No reading: what it last asked for stands."},
    Entry{Reason::kPartialData, "PartialData",
          "The source says that data is missing: the reading may raise, never lower."},
    Entry{Reason::kMissing, "Missing", "No reading, and nothing left to hold."},
    Entry{Reason::kIgnored, "Ignored", "Missing, and the policy says to ignore it."},
    Entry{Reason::kAssumedHigh, "AssumedHigh", "Missing, and the policy says to assume the maximum."},
    Entry{Reason::kFallback, "Fallback", "Missing, and the policy says how many replicas to answer with."},
    Entry{Reason::kIdle, "Idle", "At zero replicas: its metrics are gone with the workers."},
    Entry{Reason::kNotScheduled, "NotScheduled", "The clock asks for nothing now."},
    Entry{Reason::kSwitchedOff, "SwitchedOff", "The policy switches it off."},
    Entry{Reason::kForecast, "Forecast", "What is expected, by its law."},
    Entry{Reason::kShadowForecast, "ShadowForecast", "What is expected, by its law; in shadow: not used."},
    Entry{Reason::kDistrustedForecast, "DistrustedForecast",
          "What is expected, by its law; not used, as it has not earned its trust."},
    Entry{Reason::kNoForecast, "NoForecast", "There is no forecast for that time: none is used."},
    Entry{Reason::kObjective, "Objective", "What the law of the policy's objective wants."},
    Entry{Reason::kObjectiveUnfitted, "ObjectiveUnfitted", "Likewise, without a model: 80 % of the capacity is used."},
    Entry{Reason::kNoLaw, "NoLaw", "Its value is for rules and expressions."},
    Entry{Reason::kIdleInactive, "IdleInactive", "At zero replicas: the policy says to stay there."},
    Entry{Reason::kIdleWake, "IdleWake", "At zero replicas: the policy, or its query, says to wake."},
    Entry{Reason::kWaking, "Waking", "Awake, but the workers' metrics are not back yet."},
    Entry{Reason::kHighestDemand, "HighestDemand", "The highest of the signals' demands."},
    Entry{Reason::kLowestDemand, "LowestDemand", "The lowest."},
    Entry{Reason::kSumOfDemands, "SumOfDemands", "Their sum."},
    Entry{Reason::kMeanOfDemands, "MeanOfDemands", "Their mean."},
    Entry{Reason::kMedianOfDemands, "MedianOfDemands", "Their median."},
    Entry{Reason::kWeightedDemands, "WeightedDemands", "Their mean by weight."},
    Entry{Reason::kFirstAnswer, "FirstAnswer", "The first of the stated order that has an answer."},
    Entry{Reason::kByScore, "ByScore", "Observed replicas by score and target."},
    Entry{Reason::kByExpression, "ByExpression", "The policy's expression."},
    Entry{Reason::kNothingAsked, "NothingAsked", "No signal asks for anything."},
    Entry{Reason::kNothingKnown, "NothingKnown", "No signal says anything."},
    Entry{Reason::kStaysAtObserved, "StaysAtObserved", "Rules alone decide: without them it stays."},
    Entry{Reason::kObservedUnknown, "ObservedUnknown",
          "How many replicas there are is not known, and the policy needs it."},
    Entry{Reason::kScheduleFactor, "ScheduleFactor", "A schedule's factor on the demand."},
    Entry{Reason::kRuleAdds, "RuleAdds", "A rule fired: more than observed."},
    Entry{Reason::kRuleRemoves, "RuleRemoves", "A rule fired: fewer than observed."},
    Entry{Reason::kRuleSets, "RuleSets", "A rule fired: exactly."},
    Entry{Reason::kRuleAtLeast, "RuleAtLeast", "A rule fired: at least."},
    Entry{Reason::kRuleAtMost, "RuleAtMost", "A rule fired: at most."},
    Entry{Reason::kRuleCoolingDown, "RuleCoolingDown", "A rule would fire, but the count has just changed."},
    Entry{Reason::kStabilizedDown, "StabilizedDown", "More was asked for within the window."},
    Entry{Reason::kStabilizedUp, "StabilizedUp", "Less was asked for within the window."},
    Entry{Reason::kStepLimitedUp, "StepLimitedUp", "No faster up than stated."},
    Entry{Reason::kStepLimitedDown, "StepLimitedDown", "No faster down than stated."},
    Entry{Reason::kCoolingDownUp, "CoolingDownUp", "It went up just now."},
    Entry{Reason::kCoolingDownDown, "CoolingDownDown", "It went down just now."},
    Entry{Reason::kWithinHysteresis, "WithinHysteresis", "Too small a change to follow."},
    Entry{Reason::kGateClosed, "GateClosed", "A gate is closed: nothing is asked for."},
    Entry{Reason::kGateClosedHolding, "GateClosedHolding", "A gate is closed: what is observed stays."},
    Entry{Reason::kRaisedToFloor, "RaisedToFloor", "A signal's floor."},
    Entry{Reason::kCappedAtCeiling, "CappedAtCeiling", "A signal's ceiling."},
    Entry{Reason::kPinned, "Pinned", "An override says exactly."},
    Entry{Reason::kOverrideFloor, "OverrideFloor", "An override says at least."},
    Entry{Reason::kOverrideCeiling, "OverrideCeiling", "An override says at most."},
    Entry{Reason::kOverrideHold, "OverrideHold", "An override says to stay."},
    Entry{Reason::kCannotHold, "CannotHold",
          "An override says to stay, and the policy asks for no count to stay at: it goes on deciding."},
    Entry{Reason::kCappedByCost, "CappedByCost", "What it may cost in an hour."},
    Entry{Reason::kRaisedToMin, "RaisedToMin", "Below replicas.min."},
    Entry{Reason::kCappedAtMax, "CappedAtMax", "Above replicas.max."},
    Entry{Reason::kWithinBounds, "WithinBounds", "Neither."},
    Entry{Reason::kCutByBudget, "CutByBudget", "A shared budget has no more."},
    Entry{Reason::kBeyondTolerance, "BeyondTolerance", "Told more than wanted, as the HPA would not move for less."},
    Entry{Reason::kWithinTolerance, "WithinTolerance",
          "Told what there is, as the HPA cannot reach less without falling short."},
    Entry{Reason::kActiveByReading, "ActiveByReading", "A reading is above its activateAbove."},
    Entry{Reason::kActiveByMin, "ActiveByMin", "Replicas.min is above 0."},
    Entry{Reason::kActiveByFloor, "ActiveByFloor", "A floor is above 0."},
    Entry{Reason::kActiveByReplicas, "ActiveByReplicas", "More than one replica is wanted."},
    Entry{Reason::kActiveByExpression, "ActiveByExpression",
          "The expression asks for a whole replica, or for a part of one while no signal has data."},
    Entry{Reason::kActiveByObserved, "ActiveByObserved", "Rules alone decide, and there are replicas."},
    Entry{Reason::kInactive, "Inactive", "None of these."},
    Entry{Reason::kInactiveByLimit, "InactiveByLimit", "A ceiling, a gate, an override or a budget leaves nothing."},
    Entry{Reason::kModeHold, "ModeHold", "Mode: hold answers what is observed."},
    Entry{Reason::kModeYield, "ModeYield", "Mode: yield answers 0 and inactive."},
};

constexpr bool InOrder() {
  for (std::size_t i = 0; i < kReasons.size(); ++i) {
    if (static_cast<std::size_t>(kReasons[i].reason) != i) return false;
  }
  return true;
}
static_assert(InOrder(), "each reason stands at its own place");

constexpr auto kAll = [] {
  std::array<Reason, kReasons.size()> all{};
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = kReasons[i].reason;
  return all;
}();

const Entry& EntryOf(Reason reason) { return kReasons[static_cast<std::size_t>(reason)]; }

}  // namespace

std::string_view ReasonCode(Reason reason) { return EntryOf(reason).code; }
std::string_view ReasonHelp(Reason reason) { return EntryOf(reason).help; }
std::span<const Reason> AllReasons() { return kAll; }

}  // namespace loadline
