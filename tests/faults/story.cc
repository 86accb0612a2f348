#include "faults/story.h"

#include <cmath>
#include <stdexcept>

#include "scaling/policy_yaml.h"

namespace loadline::testing {
namespace {

constexpr std::pair<const char*, const char*> kPolicies[] = {
    {"plain",
     "signals: [ { name: lag, query: lag, perReplica: 10 }, { name: load, query: load, perReplica: 20 } ],"
     " replicas: { min: 1, max: 40 }, onMissing: { hold: 1m, then: error }"},
    {"window",
     "signals: [ { name: mean, query: lag, perReplica: 10, window: { over: 1m, take: avg } } ],"
     " replicas: { min: 1, max: 40 }, scaleDown: { stabilize: 1m }, onMissing: { hold: 1m, then: assumeHigh }"},
    {"queue",
     "signals: [ { name: queue, backlog: { depth: depth, arrivals: arrivals, drainWithin: 60s, throughputPerReplica: 8 "
     "} } ], replicas: { min: 1, max: 40 }, onMissing: { hold: 1m, then: error }"},
    {"follows",
     "signals: [ { name: plain, dependsOn: { object: plain, policy: plain, ratio: 0.5 } } ],"
     " replicas: { min: 1, max: 40 }, onMissing: { hold: 1m, then: error }"},
};

class Source : public MetricSource {
 public:
  explicit Source(MetricSource& real) : real_(real) {}
  std::vector<Answer> Ask(const std::vector<Question>& questions, Duration budget) override {
    return real_.Ask(questions, budget);
  }

 private:
  MetricSource& real_;
};

}  // namespace

double StoryTruth(const std::string& query, Timestamp time) {
  const auto tick = (time - kStart) / kTick;
  const auto own = static_cast<std::int64_t>(query.size());
  return 60 + 40 * std::sin(static_cast<double>(tick + own) / 5) + static_cast<double>((tick * own) % 7);
}

Answer TrueAnswer(const Question& question) {
  Answer answer;
  for (Timestamp time = question.begin; time <= question.end; time += question.step) {
    answer.readings.push_back({StoryTruth(question.query, time), ReadingState::kValue});
    if (question.begin == question.end) break;
  }
  return answer;
}

std::vector<Answer> TrueSource::Ask(const std::vector<Question>& questions, Duration) {
  std::vector<Answer> answers;
  for (const Question& question : questions) answers.push_back(TrueAnswer(question));
  return answers;
}

PolicySet StoryPolicies() {
  PolicySet set;
  for (const auto& [name, spec] : kPolicies) {
    const std::string text = std::string("apiVersion: loadline.dev/v1\nkind: ScalingPolicy\nmetadata: { name: ") +
                             name + ", namespace: data }\nspec: { " + spec + " }\n";
    PolicyDocument document = ParsePolicy({text, 1});
    if (!document.content) throw std::runtime_error(FormatProblem(name, document.problems.at(0)));
    set.policies.push_back(std::make_shared<const Policy>(std::move(*document.content)));
  }
  return set;
}

StoryAnswers PlayStory(MetricSource& source, StoryClock& clock, const std::function<PolicySet(int tick)>& documents) {
  ControllerOptions options;
  Instruments instruments;
  clock.now = kStart + options.delay;
  Turns turns(options, {{"default", "fake", {}, std::make_shared<Source>(source)}}, clock, NoLog(), instruments);
  Timestamp next = turns.LatestTick() + options.interval;
  StoryAnswers answers;
  for (int tick = 1; tick <= kStoryTicks; ++tick) {
    turns.TakePolicies(documents(tick));
    turns.DecideAtOnce(turns.All());
    std::vector<std::shared_ptr<Binding>> bindings;
    for (const auto& [name, _] : kPolicies) {
      const std::vector<std::pair<std::string_view, std::string_view>> metadata = {{"policy", name}};
      const Turns::Found found = turns.FindOrMake({"data", name, metadata}, BindingTable::Why::kCall);
      if (found.is_undecided) turns.DecideAtOnce({found.binding});
      bindings.push_back(found.binding);
    }
    // A source that is late lets time pass: then the ticks that were due meanwhile come at once, or are left out.
    clock.now = std::max(clock.now, kStart + kTick * tick + options.delay);
    while (clock.now >= next + options.delay) next = turns.Tick(next);
    std::vector<StoryAnswer>& said = answers.emplace_back();
    for (const auto& binding : bindings) {
      const auto answer = CurrentAnswer(*binding, clock.now);
      said.push_back({binding->Latest() == nullptr ? Timestamp() : binding->Latest()->time,
                      answer ? std::optional((*answer)->decision.wanted) : std::nullopt,
                      answer ? "" : answer.error().message});
    }
  }
  return answers;
}

StoryAnswers HealthyAnswers() {
  StoryClock clock;
  TrueSource source;
  const PolicySet set = StoryPolicies();
  return PlayStory(source, clock, [&](int) { return set; });
}

void CheckEach(const StoryAnswers& answers, const StoryAnswers& healthy, const CheckAnswer& check) {
  for (int tick = 1; tick <= kStoryTicks; ++tick) {
    CAPTURE(tick);
    for (int policy = 0; policy < kStoryPolicies; ++policy) {
      CAPTURE(policy);
      const auto& said = answers[static_cast<std::size_t>(tick - 1)][static_cast<std::size_t>(policy)];
      if (!said.wanted) REQUIRE_FALSE(said.error.empty());
      check(tick, policy, said, healthy[static_cast<std::size_t>(tick - 1)][static_cast<std::size_t>(policy)]);
    }
  }
}

}  // namespace loadline::testing
