// Every hand-over of documents fails, one after the other, in each way that documents can fail.
#include "faults/nth.h"
#include "faults/story.h"

namespace loadline {
namespace {

using testing::CheckEach;
using testing::ForEveryCall;
using testing::kFaultEnds;
using testing::NthCall;
using testing::PlayStory;
using testing::StoryAnswer;
using testing::StoryAnswers;
using testing::StoryClock;
using testing::StoryPolicies;
using testing::TrueSource;

enum class Way { kNothing, kHalf, kBroken, kBrokenWithLastGood, kUnread };

PolicySet Failing(PolicySet set, Way way) {
  const auto all = set.policies;
  switch (way) {
    case Way::kNothing: return {};
    case Way::kHalf: set.policies.resize(set.policies.size() / 2); return set;
    case Way::kBroken: set.policies.clear(); break;
    case Way::kBrokenWithLastGood: break;
    case Way::kUnread:
      set.policies.clear();
      set.unread.push_back({"data", "the API server does not answer"});
      return set;
  }
  for (const auto& policy : all) {
    PolicyProblem problem;
    problem.file = "policies.yaml";
    problem.problem.rule = "want a number above 0";
    problem.policy_namespace = policy->policy_namespace;
    problem.policy_name = policy->name;
    problem.last_good_in_force = way == Way::kBrokenWithLastGood;
    set.problems.push_back(std::move(problem));
  }
  return set;
}

StoryAnswers Play(NthCall& call, Way way) {
  StoryClock clock;
  TrueSource source;
  const PolicySet set = StoryPolicies();
  return PlayStory(source, clock, [&](int tick) {
    if (tick >= kFaultEnds) call.End();
    return call.Fails() ? Failing(set, way) : set;
  });
}

TEST_CASE("Whichever hand-over of documents fails, answers are errors with a reason or as they were, never lower") {
  const StoryAnswers healthy = testing::HealthyAnswers();
  const auto ways = {Way::kNothing, Way::kHalf, Way::kBroken, Way::kBrokenWithLastGood, Way::kUnread};
  const int runs = ForEveryCall(ways, [&](NthCall& call, Way way) {
    CheckEach(Play(call, way), healthy, [&](int tick, int policy, const StoryAnswer& said, const StoryAnswer& wanted) {
      // What follows another may still go by what that wanted before.
      if (said.wanted && policy != 3) REQUIRE(said.wanted == wanted.wanted);
      if (way == Way::kBrokenWithLastGood || tick >= kFaultEnds) REQUIRE(said.wanted == wanted.wanted);
    });
  });
  CHECK(runs >= kFaultEnds - 1);
}

}  // namespace
}  // namespace loadline
