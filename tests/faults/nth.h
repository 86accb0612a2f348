// Fails the n-th call, for every n: after SQLite's anomaly tests. A story is run with n = 1, 2, 3, ... until it makes
// no failing call any more, once with one failure and once with all that follow until the fault ends.
#ifndef LOADLINE_TESTS_FAULTS_NTH_H_
#define LOADLINE_TESTS_FAULTS_NTH_H_

#include <atomic>
#include <catch2/catch.hpp>
#include <functional>

namespace loadline::testing {

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

 private:
  const int n_;
  const bool stays_;
  std::atomic<int> calls_{0};
  std::atomic<int> failed_{0};
  std::atomic<bool> ended_{false};
};

// Runs `story` as said above. Returns how many runs had a failing call.
inline int ForEveryCall(bool stays, const std::function<void(NthCall&)>& story) {
  for (int n = 1;; ++n) {
    CAPTURE(n, stays);
    NthCall call(n, stays);
    story(call);
    if (!call.has_failed()) return n - 1;
    REQUIRE(n < 5000);
  }
}

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_FAULTS_NTH_H_
