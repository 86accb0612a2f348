// What a pod gets to hear of a truth that all share: a source with faults of its own.
#ifndef LOADLINE_TESTS_UNIT_CONTROLLER_POD_VIEW_H_
#define LOADLINE_TESTS_UNIT_CONTROLLER_POD_VIEW_H_

#include <functional>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "scaling/ports.h"

namespace loadline::testing {

// What is known of a query at a tick.
using Heard = std::map<std::pair<std::string, Timestamp>, Reading>;

// How often something goes wrong, of 10,000 readings; outages and failures of so many ticks.
struct FaultRates {
  unsigned outage = 600;
  unsigned failed = 200;
  unsigned partial = 10;
  unsigned late = 10;  // a sample that came late: another value, for good
};

// Thread-safe.
class PodView : public MetricSource {
 public:
  using Truth = std::function<Reading(const std::string& query, Timestamp time)>;

  PodView(unsigned seed, FaultRates rates, Truth truth) : random_(seed), rates_(rates), truth_(std::move(truth)) {}

  std::vector<Answer> Ask(const std::vector<Question>& questions, Duration) override {
    std::vector<Answer> answers;
    for (const Question& question : questions) {
      Answer& answer = answers.emplace_back();
      for (Timestamp time = question.begin; time <= question.end; time += question.step) {
        answer.readings.push_back(Say(question.query, time));
        if (question.begin == question.end) break;
      }
      if (answer.readings.back().state != ReadingState::kValue) answer.problem = "as the test says";
    }
    return answers;
  }

  Reading Say(const std::string& query, Timestamp time) {
    const std::lock_guard lock(mutex_);
    Reading& known = heard_[{query, time}];
    if (Fails(query)) return {0, ReadingState::kFailed};  // which never takes the place of what was known
    // Once heard it stays: what was decided by it is still to be compared.
    if (known.state != ReadingState::kFailed) return known;
    known = truth_(query, time);
    if (known.state != ReadingState::kValue) return known;
    if (Chance(rates_.partial)) {
      known.state = ReadingState::kPartial;
    } else if (Chance(rates_.late)) {
      known.value /= 2;
    }
    return known;
  }

  // Outages last.
  void BeginTick() {
    const std::lock_guard lock(mutex_);
    away_ = Chance(away_ ? 7000 : rates_.outage);
    failing_.clear();
  }

  // What is known of the time after `since`, up to `now`.
  Heard Between(Timestamp since, Timestamp now) {
    const std::lock_guard lock(mutex_);
    Heard window;
    for (const auto& [key, reading] : heard_) {
      if (key.second > since && key.second <= now) window.emplace(key, reading);
    }
    return window;
  }
  void Forget(Timestamp before) {
    const std::lock_guard lock(mutex_);
    std::erase_if(heard_, [&](const auto& entry) { return entry.first.second < before; });
  }

 private:
  // A query that fails does so for all of a tick: who asks again within it would know what others have decided without.
  bool Fails(const std::string& query) {
    if (away_) return true;
    const auto [fails, is_new] = failing_.emplace(query, false);
    if (is_new) fails->second = Chance(rates_.failed);
    return fails->second;
  }
  bool Chance(unsigned of_10_000) { return random_() % 10'000 < of_10_000; }

  std::mutex mutex_;
  std::mt19937 random_;
  const FaultRates rates_;
  const Truth truth_;
  bool away_ = false;
  std::map<std::string, bool> failing_;  // at this tick
  Heard heard_;
};

// Whether what both know is the same. One that runs for longer may know more of the past than anybody needs.
inline bool SameReadings(const Heard& one, const Heard& two) {
  for (const auto& [key, reading] : one) {
    const auto other = two.find(key);
    if (other != two.end() && !(other->second == reading)) return false;
  }
  return true;
}

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_UNIT_CONTROLLER_POD_VIEW_H_
