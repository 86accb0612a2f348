// Every question of a story fails, one after the other, in each way that a source can fail.
#include <algorithm>

#include "faults/nth.h"
#include "faults/story.h"

namespace loadline {
namespace {

using testing::ForEveryCall;
using testing::kFaultEnds;
using testing::kStoryPolicies;
using testing::kStoryStart;
using testing::kStoryTicks;
using testing::NthCall;
using testing::PlayStory;
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
    if (clock_.now >= kStoryStart + std::chrono::seconds(15) * kFaultEnds) call_.End();
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
    Answer answer;
    for (Timestamp time = question.begin; time <= question.end; time += question.step) {
      const bool last = question.begin == question.end || time + question.step > question.end;
      answer.readings.push_back(fails ? Failing(question.query, time, last)
                                      : Reading{StoryTruth(question.query, time), ReadingState::kValue});
      if (question.begin == question.end) break;
    }
    if (answer.readings.back().state != ReadingState::kValue) answer.problem = "prom:9090: as the test says";
    return answer;
  }
  Reading Failing(const std::string& query, Timestamp time, bool last) const {
    const double truth = StoryTruth(query, time);
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
      lowest = std::min(lowest, StoryTruth(query, tick - std::chrono::seconds(15) * ago) / per_replica);
    least = std::max(least, lowest);
  }
  return least;
}

TEST_CASE("Whichever question fails, and in whatever way, no count falls by it, and all is well soon after") {
  const Way way = GENERATE(Way::kError, Way::kEmpty, Way::kSeveral, Way::kNotFinite, Way::kRefused, Way::kPartial,
                           Way::kShort, Way::kLate);
  const bool stays = GENERATE(false, true);
  CAPTURE(static_cast<int>(way));
  NthCall never(0, false);
  const StoryAnswers healthy = Play(never, Way::kError);
  const int runs = ForEveryCall(stays, [&](NthCall& call) {
    const StoryAnswers answers = Play(call, way);
    for (int tick = 1; tick <= kStoryTicks; ++tick) {
      CAPTURE(tick);
      for (int policy = 0; policy < kStoryPolicies; ++policy) {
        CAPTURE(policy);
        const auto& said = answers[static_cast<std::size_t>(tick - 1)][static_cast<std::size_t>(policy)];
        const auto& wanted = healthy[static_cast<std::size_t>(tick - 1)][static_cast<std::size_t>(policy)];
        REQUIRE(wanted.wanted.has_value());
        if (!said.wanted) REQUIRE_FALSE(said.error.empty());
        if (said.wanted) REQUIRE(std::isfinite(*said.wanted));
        if (said.wanted && policy == 0) REQUIRE(*said.wanted >= LeastOfPlain(said.tick) - 1e-9);
        if (tick > kFaultEnds + kRecovered) {
          REQUIRE(said.tick == wanted.tick);
          REQUIRE(said.wanted == wanted.wanted);
        }
      }
    }
  });
  CHECK(runs > 50);
}

}  // namespace
}  // namespace loadline
