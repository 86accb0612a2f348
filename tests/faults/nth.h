// Fails the n-th call, for every n: after SQLite's anomaly tests. A story is run with n = 1, 2, 3, ... until it makes
// no failing call any more, once with one failure and once with all that follow until the fault ends; and so for each
// way to fail.
#ifndef LOADLINE_TESTS_FAULTS_NTH_H_
#define LOADLINE_TESTS_FAULTS_NTH_H_

#include <atomic>
#include <catch2/catch.hpp>
#include <initializer_list>

#include "base/time.h"

namespace loadline::testing {

// When a story begins, and how often it ticks.
inline const Timestamp kStart{std::chrono::hours(480'000)};
inline constexpr Duration kTick = std::chrono::seconds(15);

// Thread-safe.
class NthCall {
 public:
  NthCall(int n, bool stays) : n_(n), stays_(stays) {}

  // Counts a call; whether it is to fail.
  bool Fails() {
    const int call = ++calls_;
    if (ended_ || call < n_ || (call > n_ && !stays_)) return false;
    ++failed_;
    return true;
  }
  void End() { ended_ = true; }
  bool has_failed() const { return failed_ > 0; }
  int failed() const { return failed_; }
  // From now on every call does, until the end.
  bool fails_on() const { return stays_ && has_failed() && !ended_; }

 private:
  const int n_;
  const bool stays_;
  std::atomic<int> calls_{0};
  std::atomic<int> failed_{0};
  std::atomic<bool> ended_{false};
};

// Runs `story(call, way)` as said above, for one of the ways and one of once and for all, of which the test case is run
// with each. Returns how many runs had a failing call.
template <class Way, class Story>
int ForEveryCall(std::initializer_list<Way> ways, const Story& story) {
  const Way way = GENERATE_REF(values(ways));
  const bool stays = GENERATE(false, true);
  for (int n = 1;; ++n) {
    CAPTURE(static_cast<int>(way), stays, n);
    NthCall call(n, stays);
    story(call, way);
    if (!call.has_failed()) return n - 1;
    REQUIRE(n < 5000);
  }
}

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_FAULTS_NTH_H_
