// Whether the wall clock went on as time did.
#ifndef LOADLINE_CONTROLLER_CLOCK_WATCH_H_
#define LOADLINE_CONTROLLER_CLOCK_WATCH_H_

#include <optional>

#include "system/clock.h"

namespace loadline {

// How far it was set between two looks is told, forward above 0, where it is at least kJump: the grid of forecasts has
// no finer step. A clock that is slewed into place is not set: no look is told of it, however far it gets.
class ClockWatch {
 public:
  static constexpr Duration kJump = std::chrono::minutes(1);

  explicit ClockWatch(const Clock& clock) : clock_(clock), ahead_(Ahead()) {}

  std::optional<Duration> Look() {
    const Duration before = ahead_;
    ahead_ = Ahead();
    const Duration set = ahead_ - before;
    return set >= kJump || set <= -kJump ? std::optional(set) : std::nullopt;
  }

 private:
  // A thread that is held up between two clocks' readings would see a jump.
  Duration Ahead() const {
    while (true) {
      const Duration running = clock_.Running();
      const Duration ahead = clock_.Now().time_since_epoch() - running;
      if (clock_.Running() - running < kJump / 2) return ahead;
    }
  }

  const Clock& clock_;
  Duration ahead_;  // of the running one
};

}  // namespace loadline

#endif  // LOADLINE_CONTROLLER_CLOCK_WATCH_H_
