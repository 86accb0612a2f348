#include "support/simulated_clock.h"

#include <algorithm>
#include <stdexcept>

namespace loadline::testing {

Timestamp SimulatedClock::Now() const {
  const std::lock_guard lock(mutex_);
  return now_;
}

Duration SimulatedClock::Running() const {
  const std::lock_guard lock(mutex_);
  return running_;
}

bool SimulatedClock::WaitUntil(Timestamp time, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  const auto waiter = waiters_.insert(time);
  changed_.notify_all();
  const bool came = changed_.wait(lock, stop, [&] { return now_ >= time; });
  waiters_.erase(waiter);
  return came && !stop.stop_requested();
}

void SimulatedClock::Set(Timestamp now) {
  const std::lock_guard lock(mutex_);
  running_ += std::max(Duration(0), now - now_);
  now_ = now;
  changed_.notify_all();
}

void SimulatedClock::Jump(Timestamp now) {
  const std::lock_guard lock(mutex_);
  now_ = now;
  changed_.notify_all();
}

void SimulatedClock::AwaitWaiter(Timestamp time) {
  std::unique_lock lock(mutex_);
  // One whose time has come counts as gone, even if its thread has not run yet.
  const bool came =
      changed_.wait_for(lock, std::chrono::seconds(10), [&] { return time > now_ && waiters_.contains(time); });
  if (!came) throw std::runtime_error("nobody waits for " + FormatTimestamp(time));
}

}  // namespace loadline::testing
