// How fast the count may follow the demand, in one direction. Off unless written: the HPA has its own.
#ifndef LOADLINE_SCALING_SHAPING_H_
#define LOADLINE_SCALING_SHAPING_H_

#include <vector>

#include "base/time.h"
#include "scaling/percent.h"

namespace loadline {

// At most `amount` replicas, or percent of what there was, within `period`: "4/1m", "50%/1m".
struct StepLimit {
  double amount = 0;
  bool percent = false;
  Duration period{0};
};

struct Shaping {
  enum class Select { kMax, kMin };  // which limit counts: the one that allows most, or least

  Duration stabilize{0};           // follows only what was asked for all this time
  std::vector<StepLimit> at_most;  // empty: no limit
  Select select = Select::kMax;
  Duration cooldown{0};  // no change in this direction so soon after the last one
  Percent hysteresis;    // of what is observed: smaller changes are not followed

  bool shapes() const {
    return stabilize > Duration::zero() || !at_most.empty() || cooldown > Duration::zero() || hysteresis.value > 0;
  }
  bool needs_observed() const { return !at_most.empty() || cooldown > Duration::zero() || hysteresis.value > 0; }
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_SHAPING_H_
