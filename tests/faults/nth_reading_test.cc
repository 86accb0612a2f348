// Every question of a story fails, one after the other, in each way that a source can fail.
#include <algorithm>
#include <cmath>

#include "faults/nth.h"
#include "faults/story.h"

namespace loadline {
namespace {

using testing::CheckEach;
using testing::ForEveryCall;
using testing::kFaultEnds;
using testing::kStart;
using testing::kTick;
using testing::NthCall;
using testing::PlayStory;
using testing::StoryAnswer;
using testing::StoryAnswers;
using testing::StoryClock;
using testing::StoryPolicies;
using testing::StoryTruth;

constexpr int kHold = 4;        // ticks, of all policies of the story
constexpr int kRecovered = 10;  // ticks after the fault: hold, window and stabilisation are over

enum class Way { kError, kEmpty, kSeveral, kNotFinite, kRefused, kPartial, kShort, kLate };

// Says what is true, but for the calls that fail. Each question is a call.
class NthSource : public MetricSource {
 public:
  NthSource(NthCall& call, Way way, StoryClock& clock) : call_(call), way_(way), clock_(clock) {}

  std::vector<Answer> Ask(const std::vector<Question>& questions, Duration budget) override {
    if (clock_.now >= kStart + kTick * kFaultEnds) call_.End();
    std::vector<Answer> answers;
    for (const Question& question : questions) {
      const bool fails = call_.Fails();
      // Time-outs cost time: all of the budget, and with that more than a tick.
      if (fails && way_ == Way::kLate) clock_.now += budget + std::chrono::seconds(9);
      answers.push_back(AnswerOne(question, fails));
    }
    return answers;
  }

 private:
  Answer AnswerOne(const Question& question, bool fails) const {
    Answer answer = testing::TrueAnswer(question);
    if (!fails) return answer;
    for (Reading& reading : answer.readings) reading = Failing(reading.value, &reading == &answer.readings.back());
    if (answer.readings.back().state != ReadingState::kValue) answer.problem = "prom:9090: as the test says";
    return answer;
  }
  Reading Failing(double truth, bool last) const {
    switch (way_) {
      case Way::kError:
      case Way::kLate: return {0, ReadingState::kFailed};
      case Way::kEmpty: return {0, ReadingState::kEmpty};
      case Way::kSeveral: return {0, ReadingState::kSeveral};
      case Way::kNotFinite: return {0, ReadingState::kNotFinite};
      case Way::kRefused: return {0, ReadingState::kRefused};
      case Way::kPartial: return {truth / 3, ReadingState::kPartial};
      case Way::kShort: return last ? Reading{truth, ReadingState::kValue} : Reading{0, ReadingState::kFailed};
    }
    return {};
  }

  NthCall& call_;
  const Way way_;
  StoryClock& clock_;
};

StoryAnswers Play(NthCall& call, Way way) {
  StoryClock clock;
  NthSource source(call, way, clock);
  const PolicySet set = StoryPolicies();
  return PlayStory(source, clock, [&](int) { return set; });
}

// The least that "plain" may say at a tick: what each signal asked for at its lowest within the hold.
double LeastOfPlain(Timestamp tick) {
  double least = 1;
  for (const auto& [query, per_replica] : {std::pair{"lag", 10.0}, std::pair{"load", 20.0}}) {
    double lowest = 1e9;
    for (int ago = 0; ago <= kHold; ++ago)
      lowest = std::min(lowest, StoryTruth(query, tick - kTick * ago) / per_replica);
    least = std::max(least, lowest);
  }
  return least;
}

TEST_CASE("Whichever question fails, and in whatever way, no count falls by it, and all is well soon after") {
  const StoryAnswers healthy = testing::HealthyAnswers();
  const auto ways = {Way::kError,   Way::kEmpty,   Way::kSeveral, Way::kNotFinite,
                     Way::kRefused, Way::kPartial, Way::kShort,   Way::kLate};
  const int runs = ForEveryCall(ways, [&](NthCall& call, Way way) {
    CheckEach(Play(call, way), healthy, [](int tick, int policy, const StoryAnswer& said, const StoryAnswer& wanted) {
      REQUIRE(wanted.wanted.has_value());
      if (said.wanted) REQUIRE(std::isfinite(*said.wanted));
      if (said.wanted && policy == 0) REQUIRE(*said.wanted >= LeastOfPlain(said.tick) - 1e-9);
      if (tick > kFaultEnds + kRecovered) {
        REQUIRE(said.tick == wanted.tick);
        REQUIRE(said.wanted == wanted.wanted);
      }
    });
  });
  CHECK(runs > 50);
}

}  // namespace
}  // namespace loadline
