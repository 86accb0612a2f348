// A source that answers when a test lets it.
#ifndef LOADLINE_TESTS_UNIT_CONTROLLER_GATE_SOURCE_H_
#define LOADLINE_TESTS_UNIT_CONTROLLER_GATE_SOURCE_H_

#include <condition_variable>
#include <mutex>
#include <vector>

#include "support/fake_sources.h"

namespace loadline::testing {

// Says 30 to everything; while it is shut, whoever asks is held. Thread-safe.
class GateSource : public FakeMetricSource {
 public:
  GateSource() : FakeMetricSource([](const std::string&, Timestamp) { return Value(30); }) {}

  std::vector<Answer> Ask(const std::vector<Question>& questions, Duration budget) override {
    {
      std::unique_lock lock(mutex_);
      ++held_;
      // The bound is for a test that failed: its threads are to end, too.
      changed_.wait_for(lock, std::chrono::seconds(20), [this] { return open_; });
      --held_;
    }
    return FakeMetricSource::Ask(questions, budget);
  }

  void Shut() { Set(false); }
  void Open() { Set(true); }
  int held() const {
    const std::lock_guard lock(mutex_);
    return held_;
  }

 private:
  void Set(bool open) {
    {
      const std::lock_guard lock(mutex_);
      open_ = open;
    }
    changed_.notify_all();
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true;
  int held_ = 0;
};

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_UNIT_CONTROLLER_GATE_SOURCE_H_
