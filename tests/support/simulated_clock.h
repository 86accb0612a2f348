// A clock that a test moves: nothing sleeps, and nothing happens that the test did not wait for.
#ifndef LOADLINE_TESTS_SUPPORT_SIMULATED_CLOCK_H_
#define LOADLINE_TESTS_SUPPORT_SIMULATED_CLOCK_H_

#include <condition_variable>
#include <mutex>
#include <set>

#include "system/clock.h"

namespace loadline::testing {

class SimulatedClock : public Clock {
 public:
  explicit SimulatedClock(Timestamp now) : now_(now) {}

  Timestamp Now() const override;
  Duration Running() const override;
  bool WaitUntil(Timestamp time, std::stop_token stop) override;

  // Lets time pass until `now`, or sets the clock back, and wakes those whose time has come.
  void Set(Timestamp now);
  // Sets the clock, while no time passes.
  void Jump(Timestamp now);
  // Waits until somebody waits for exactly `time`: what was to be done before has been done. Fails the test after 10 s.
  void AwaitWaiter(Timestamp time);

 private:
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  Timestamp now_;
  Duration running_{0};
  std::multiset<Timestamp> waiters_;
};

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_SUPPORT_SIMULATED_CLOCK_H_
