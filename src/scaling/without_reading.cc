#include "scaling/without_reading.h"

namespace loadline {

bool IsWithoutReading(Reason reason) {
  switch (reason) {
    case Reason::kHeld:
    case Reason::kPartialData:
    case Reason::kMissing:
    case Reason::kIgnored:
    case Reason::kAssumedHigh:
    case Reason::kFallback: return true;
    default: return false;
  }
}

}  // namespace loadline
