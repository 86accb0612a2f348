// Sources of numbers and of policies that say what a test tells them.
#ifndef LOADLINE_TESTS_SUPPORT_FAKE_SOURCES_H_
#define LOADLINE_TESTS_SUPPORT_FAKE_SOURCES_H_

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "scaling/ports.h"

namespace loadline::testing {

// Answers each time of each question by `said`, and remembers what it was asked.
class FakeMetricSource : public MetricSource {
 public:
  using Said = std::function<Reading(const std::string& query, Timestamp time)>;

  explicit FakeMetricSource(Said said) : said_(std::move(said)) {}

  std::vector<Answer> Ask(const std::vector<Question>& questions, Duration budget) override;

  std::vector<Question> TakeQuestions();

 private:
  const Said said_;
  std::mutex mutex_;
  std::vector<Question> questions_;
};

inline Reading Value(double value) { return {value, ReadingState::kValue}; }
inline Reading Failed() { return {0, ReadingState::kFailed}; }

// Hands over the sets that a test gives it. Thread-safe.
class FakePolicySource : public PolicySource {
 public:
  void Give(PolicySet set);
  void Run(std::stop_token stop, const std::function<void(PolicySet)>& on_change) override;

 private:
  std::mutex mutex_;
  std::condition_variable_any given_;
  std::optional<PolicySet> next_;
};

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_SUPPORT_FAKE_SOURCES_H_
