// Why a number is what it is: the codes that logs, metrics, the API and the documentation share.
#ifndef LOADLINE_SCALING_REASON_H_
#define LOADLINE_SCALING_REASON_H_

#include <cstdint>
#include <span>
#include <string_view>

namespace loadline {

enum class Reason : std::uint8_t {
  // Of signals.
  kMeasured,            // the signal's reading, by its law
  kHeld,                // no reading: what it last asked for stands
  kPartialData,         // the source says that data is missing: the reading may raise, never lower
  kMissing,             // no reading, and nothing left to hold
  kIgnored,             // missing, and the policy says to ignore it
  kAssumedHigh,         // missing, and the policy says to assume the maximum
  kFallback,            // missing, and the policy says how many replicas to answer with
  kIdle,                // at zero replicas: its metrics are gone with the workers
  kNotScheduled,        // the clock asks for nothing now
  kSwitchedOff,         // the policy switches it off
  kForecast,            // what is expected, by its law
  kShadowForecast,      // likewise, and the policy says only to watch it
  kDistrustedForecast,  // likewise, and it has not earned its trust
  kNoForecast,          // there is no forecast for that time
  kObjective,           // what the law of the policy's objective wants
  kObjectiveUnfitted,   // likewise, without a model: 80 % of the capacity is used
  kNoLaw,               // its value is for rules and expressions

  // Of steps.
  kIdleInactive,        // at zero replicas: the policy says to stay there
  kIdleWake,            // at zero replicas: the policy, or its query, says to wake
  kWaking,              // awake, but the workers' metrics are not back yet
  kHighestDemand,       // the highest of the signals' demands
  kLowestDemand,        // the lowest
  kSumOfDemands,        // their sum
  kMeanOfDemands,       // their mean
  kMedianOfDemands,     // their median
  kWeightedDemands,     // their mean by weight
  kFirstAnswer,         // the first of the stated order that has an answer
  kByScore,             // observed replicas by score and target
  kByExpression,        // the policy's expression
  kNothingAsked,        // no signal asks for anything
  kNothingKnown,        // no signal says anything
  kStaysAtObserved,     // rules alone decide: without them it stays
  kObservedUnknown,     // how many replicas there are is not known, and the policy needs it
  kScheduleFactor,      // a schedule's factor on the demand
  kRuleAdds,            // a rule fired: more than observed
  kRuleRemoves,         // a rule fired: fewer than observed
  kRuleSets,            // a rule fired: exactly
  kRuleAtLeast,         // a rule fired: at least
  kRuleAtMost,          // a rule fired: at most
  kRuleCoolingDown,     // a rule would fire, but the count has just changed
  kStabilizedDown,      // more was asked for within the window
  kStabilizedUp,        // less was asked for within the window
  kStepLimitedUp,       // no faster up than stated
  kStepLimitedDown,     // no faster down than stated
  kCoolingDownUp,       // it went up just now
  kCoolingDownDown,     // it went down just now
  kWithinHysteresis,    // too small a change to follow
  kGateClosed,          // a gate is closed: nothing is asked for
  kGateClosedHolding,   // a gate is closed: what is observed stays
  kRaisedToFloor,       // a signal's floor
  kCappedAtCeiling,     // a signal's ceiling
  kPinned,              // an override says exactly
  kOverrideFloor,       // an override says at least
  kOverrideCeiling,     // an override says at most
  kOverrideHold,        // an override says to stay
  kCannotHold,          // an override says to stay, and the policy asks for no count to stay at
  kCappedByCost,        // what it may cost in an hour
  kRaisedToMin,         // below replicas.min
  kCappedAtMax,         // above replicas.max
  kWithinBounds,        // neither
  kCutByBudget,         // a shared budget has no more
  kBeyondTolerance,     // told more than wanted, as the HPA would not move for less
  kWithinTolerance,     // told what there is, as the HPA cannot reach less without falling short
  kActiveByReading,     // a reading is above its activateAbove
  kActiveByMin,         // replicas.min is above 0
  kActiveByFloor,       // a floor is above 0
  kActiveByReplicas,    // more than one replica is wanted
  kActiveByExpression,  // the expression asks for one, or for some where no signal has data
  kActiveByObserved,    // rules alone decide, and there are replicas
  kInactive,            // none of these
  kInactiveByLimit,     // a ceiling, a gate, an override or a budget leaves nothing
  kModeHold,            // mode: hold answers what is observed
  kModeYield,           // mode: yield answers 0 and inactive
};

// As it stands in logs, metrics and JSON: "CappedAtMax".
std::string_view ReasonCode(Reason reason);

// What it means, in one sentence: for the reference.
std::string_view ReasonHelp(Reason reason);

// All of them, in order.
std::span<const Reason> AllReasons();

}  // namespace loadline

#endif  // LOADLINE_SCALING_REASON_H_
