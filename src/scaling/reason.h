// Why a number is what it is: the codes that logs, metrics, the API and the documentation share.
#ifndef LOADLINE_SCALING_REASON_H_
#define LOADLINE_SCALING_REASON_H_

#include <cstdint>
#include <string_view>

namespace loadline {

enum class Reason : std::uint8_t {
  kMeasured,          // the signal's reading, by its law
  kHeld,              // no reading: what it last asked for stands
  kPartialData,       // the source says that data is missing: the reading may raise, never lower
  kMissing,           // no reading, and nothing left to hold
  kIgnored,           // missing, and the policy says to ignore it
  kAssumedHigh,       // missing, and the policy says to assume the maximum
  kFallback,          // missing, and the policy says how many replicas to answer with
  kIdle,              // at zero replicas: its metrics are gone with the workers
  kIdleInactive,      // at zero replicas: the policy says to stay there
  kIdleWake,          // at zero replicas: the policy, or its query, says to wake
  kWaking,            // awake, but the workers' metrics are not back yet
  kHighestDemand,     // the highest of the signals' demands
  kNothingKnown,      // no signal says anything
  kRaisedToMin,       // below replicas.min
  kCappedAtMax,       // above replicas.max
  kWithinBounds,      // neither
  kActiveByReading,   // a reading is above its activateAbove
  kActiveByMin,       // replicas.min is above 0
  kActiveByReplicas,  // more than one replica is wanted
  kInactive,          // none of these
};

// As it stands in logs, metrics and JSON: "CappedAtMax".
std::string_view ReasonCode(Reason reason);

}  // namespace loadline

#endif  // LOADLINE_SCALING_REASON_H_
