// The only place that knows what time it is. Code that waits takes a Clock, so that a test never sleeps.
#ifndef LOADLINE_SYSTEM_CLOCK_H_
#define LOADLINE_SYSTEM_CLOCK_H_

#include <stop_token>

#include "base/time.h"

namespace loadline {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;

  // The wall clock: ticks are aligned to it, so that pods agree. It may be set back.
  virtual Timestamp Now() const = 0;

  // How long the machine has been running, also asleep: what no setting of the wall clock changes.
  virtual Duration Running() const = 0;

  // Waits until `time` has come. Returns false at once when `stop` is requested. A clock that is set meanwhile
  // is noticed within a second.
  virtual bool WaitUntil(Timestamp time, std::stop_token stop) = 0;
};

// The machine's clock. Lives as long as the process.
Clock& SystemClock();

}  // namespace loadline

#endif  // LOADLINE_SYSTEM_CLOCK_H_
