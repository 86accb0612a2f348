#include "system/clock.h"

#include <time.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace loadline {
namespace {

// The longest wait in one piece: condition variables count on a clock that does not jump, and this one may be set.
constexpr Duration kLongestNap{1000};

class MachineClock : public Clock {
 public:
  Timestamp Now() const override { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

  Duration Running() const override {
    timespec time{};
    clock_gettime(CLOCK_BOOTTIME, &time);
    return std::chrono::floor<Duration>(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
  }

  bool WaitUntil(Timestamp time, std::stop_token stop) override {
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    while (!stop.stop_requested()) {
      const Timestamp now = Now();
      if (now >= time) return true;
      stopped.wait_for(lock, stop, std::min(kLongestNap, time - now), [] { return false; });
    }
    return false;
  }
};

}  // namespace

Clock& SystemClock() {
  static MachineClock clock;
  return clock;
}

}  // namespace loadline
