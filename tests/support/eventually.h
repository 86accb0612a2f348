// Waiting for what another thread or process does, without sleeping longer than it takes.
#ifndef LOADLINE_TESTS_SUPPORT_EVENTUALLY_H_
#define LOADLINE_TESTS_SUPPORT_EVENTUALLY_H_

#include <chrono>
#include <thread>

namespace loadline::testing {

// Whether `condition` becomes true before `most` has passed. The bound is for what never happens: it proves no speed.
template <class Condition>
bool Eventually(Condition condition, std::chrono::milliseconds most = std::chrono::seconds(20)) {
  const auto end = std::chrono::steady_clock::now() + most;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_SUPPORT_EVENTUALLY_H_
