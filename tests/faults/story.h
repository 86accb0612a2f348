// One fixed story of a controller: two minutes and a half of ticks, driven without a thread.
#ifndef LOADLINE_TESTS_FAULTS_STORY_H_
#define LOADLINE_TESTS_FAULTS_STORY_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "controller/turns.h"
#include "faults/nth.h"

namespace loadline::testing {

inline constexpr int kStoryTicks = 40;
inline constexpr int kFaultEnds = 26;  // the tick from which on nothing fails

// What is true of a query at a tick: it rises, falls, and stays.
double StoryTruth(const std::string& query, Timestamp time);
Answer TrueAnswer(const Question& question);

class TrueSource : public MetricSource {
 public:
  std::vector<Answer> Ask(const std::vector<Question>& questions, Duration budget) override;
};

class StoryClock : public Clock {
 public:
  Timestamp Now() const override { return now; }
  Duration Running() const override { return now.time_since_epoch(); }
  bool WaitUntil(Timestamp, std::stop_token) override { return false; }
  Timestamp now = kStart;
};

struct StoryAnswer {
  Timestamp tick;
  std::optional<double> wanted;  // none: an error
  std::string error;
};
// Of each tick, by policy: what a call gets when the tick has been.
using StoryAnswers = std::vector<std::vector<StoryAnswer>>;

// The policies of the story: "plain" (two signals, held for a minute), "window" (a mean, stabilised), "queue" (a
// backlog), "follows" (another's replicas).
PolicySet StoryPolicies();
inline constexpr int kStoryPolicies = 4;

// Plays it with a source and, at each tick, documents.
StoryAnswers PlayStory(MetricSource& source, StoryClock& clock, const std::function<PolicySet(int tick)>& documents);
// Where nothing fails.
StoryAnswers HealthyAnswers();

// Checks each answer beside the healthy one of its tick and policy. An error says why, always.
using CheckAnswer = std::function<void(int tick, int policy, const StoryAnswer& said, const StoryAnswer& healthy)>;
void CheckEach(const StoryAnswers& answers, const StoryAnswers& healthy, const CheckAnswer& check);

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_FAULTS_STORY_H_
