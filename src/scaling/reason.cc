#include "scaling/reason.h"

namespace loadline {

std::string_view ReasonCode(Reason reason) {
  switch (reason) {
    case Reason::kMeasured: return "Measured";
    case Reason::kHeld: return "Held";
    case Reason::kPartialData: return "PartialData";
    case Reason::kMissing: return "Missing";
    case Reason::kIgnored: return "Ignored";
    case Reason::kAssumedHigh: return "AssumedHigh";
    case Reason::kFallback: return "Fallback";
    case Reason::kIdle: return "Idle";
    case Reason::kIdleInactive: return "IdleInactive";
    case Reason::kIdleWake: return "IdleWake";
    case Reason::kWaking: return "Waking";
    case Reason::kHighestDemand: return "HighestDemand";
    case Reason::kNothingKnown: return "NothingKnown";
    case Reason::kRaisedToMin: return "RaisedToMin";
    case Reason::kCappedAtMax: return "CappedAtMax";
    case Reason::kWithinBounds: return "WithinBounds";
    case Reason::kActiveByReading: return "ActiveByReading";
    case Reason::kActiveByMin: return "ActiveByMin";
    case Reason::kActiveByReplicas: return "ActiveByReplicas";
    case Reason::kInactive: return "Inactive";
  }
  return "";
}

}  // namespace loadline
