// Decisions as records, and made again. LOADLINE_SEED=N repeats a run.
#include "scaling/decision_record.h"

#include <catch2/catch.hpp>
#include <set>

#include "base/text.h"
#include "scaling/budget_yaml.h"
#include "scaling/redecide.h"
#include "support/journal_records.h"
#include "support/policy_builder.h"

namespace loadline {
namespace {

using testing::Chance;
using testing::SomeMade;

TEST_CASE("Every recorded decision is made again, and comes out the same") {
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  Chance chance(seed);
  for (int i = 0; i < 400; ++i) {
    CAPTURE(i);
    const MadeDecision made = testing::RandomMade(chance);
    const DecisionRecord record = RecordOf(made).record;
    const auto policy = PolicyOf({record.policy_hash, "data", "test", *made.policy->text, {}});
    REQUIRE(policy);
    REQUIRE((*policy)->hash == record.policy_hash);
    const Result<Decision> again = Redecide(**policy, record);
    REQUIRE(again);
    REQUIRE(DifferenceOf(**policy, record, *again).empty());
  }
}

TEST_CASE("A record says what was answered, and why") {
  const RecordedDecision recorded = RecordOf(SomeMade(1, 1, 25));
  const DecisionRecord& record = recorded.record;
  CHECK(recorded.binding == testing::SomeBinding(1));
  CHECK(record.binding == recorded.binding.id);
  CHECK(record.replicas == 2.5);
  CHECK(record.active == true);
  CHECK(record.winner == "lag");
  CHECK(record.summary == "lag wants 2.5: 25 at 10 each");
  CHECK(record.seen.find(R"("ticks":[{"times":[5,25.0]}])") != std::string::npos);
  CHECK(record.steps.starts_with(
      R"([{"stage":"combine","reason":"HighestDemand","signal":"lag","before":0,"after":2.5})"));
}

TEST_CASE("What differs when it is made again is said") {
  const MadeDecision made = SomeMade(1, 1, 25);
  const DecisionRecord record = RecordOf(made).record;
  const auto difference = [&](auto change) {
    DecisionRecord changed = record;
    change(changed);
    return DifferenceOf(*made.policy, changed, *Redecide(*made.policy, changed));
  };
  CHECK(difference([](DecisionRecord&) {}).empty());
  CHECK(difference([](DecisionRecord& each) { each.replicas = 3; }) == "2.5, active; was 3, active");
  CHECK(difference([](DecisionRecord& each) { each.active = false; }) == "2.5, active; was 2.5, inactive");
  CHECK(difference([](DecisionRecord& each) { each.wanted = 9; }) == "wanted 2.5; was wanted 9");
  CHECK(difference([](DecisionRecord& each) {
          each.error = Error{Code::kUnavailable, "no data"};
        }) == "2.5, active; was UNAVAILABLE no data");
  CHECK(difference([](DecisionRecord& each) { each.summary = "else"; }) ==
        "reason \"lag wants 2.5: 25 at 10 each\"; was \"else\"");
}

TEST_CASE("A record that was damaged is refused, and decides nothing") {
  const MadeDecision made = SomeMade(1, 1);
  const DecisionRecord record = RecordOf(made).record;
  const auto plan = [&](const std::string& text) {
    DecisionRecord changed = record;
    changed.plan = text;
    return Redecide(*made.policy, changed);
  };
  for (
      const std::string text :
      {"{}", "[", "7", R"({"signals":[],"queries":[60000],"observed":-1,"whenIdle":-1,"observedWindow":0})",
       R"({"signals":[[1,-1,-1,-1]],"queries":[60000],"observed":-1,"whenIdle":-1,"observedWindow":0})",
       R"({"signals":[[0,-1,-1,-1]],"queries":[60000],"observed":7,"whenIdle":-1,"observedWindow":0})",
       R"({"signals":[[0,-1,-1,-1]],"queries":[60000,1],"observed":-1,"whenIdle":-1,"observedWindow":0})",
       R"({"signals":[[0,-1,-1,-1]],"queries":[-1],"observed":-1,"whenIdle":-1,"observedWindow":0})",
       R"({"signals":[[0,-1,-1,-1]],"queries":[60000],"observed":-1,"whenIdle":-1,"observedWindow":0,"granted":-1,"grantedBy":"b"})"}) {
    CAPTURE(text);
    const auto again = plan(text);
    REQUIRE_FALSE(again);
    CHECK(again.error().code == Code::kInvalidArgument);
  }
}

TEST_CASE("The inputs' fingerprint tells what decides, and nothing else") {
  const auto print = [](const MadeDecision& made) { return RecordOf(made).record.inputs; };
  const MadeDecision made = SomeMade(1, 1);
  CHECK(print(made) == print(SomeMade(1, 1)));
  CHECK(print(made) == print(SomeMade(2, 1)));  // whose they are is no input
  CHECK(print(made) != print(SomeMade(1, 2)));
  CHECK(print(made) != print(SomeMade(1, 1, 31)));
  MadeDecision other = made;
  other.seen.windows[0].problem = "prom-1: refused";  // words, and of one pod's own address
  CHECK(print(made) == print(other));
  other.seen.windows[0].ticks[0].state = ReadingState::kPartial;
  CHECK(print(made) != print(other));
  other = made;
  other.terms.granted = 2;
  CHECK(print(made) != print(other));
  other = made;
  other.seen.forecasts = {SignalForecast{}};
  CHECK(print(made) != print(other));
  other = made;
  Override pin;
  pin.name = "pin";
  pin.replicas = 3;
  other.seen.overrides = {pin};
  CHECK(print(made) != print(other));
}

TEST_CASE("A binding's id is of all that is shown of it, the same everywhere") {
  const auto id = [](std::map<std::string, std::string> metadata) {
    return MakeBindingRecord("data", "app", "p", std::move(metadata)).id;
  };
  CHECK(id({{"a", "1"}}) == id({{"a", "1"}}));
  CHECK(id({{"a", "1"}}) != id({{"a", "2"}}));
  CHECK(id({{"a", "1"}, {"b", ""}}) != id({{"a", "1b"}, {"", ""}}));
  CHECK(MakeBindingRecord("da", "taapp", "p", {}).id != MakeBindingRecord("data", "app", "p", {}).id);
  // Fixed: journals are full of them.
  CHECK(FormatUuid(id({{"policy", "p"}})) == "03ccad8a-d76a-82d5-b923-3ba16365fd30");
}

TEST_CASE("Of what is hidden a binding's id says twelve bits") {
  const auto record = [](const std::string& secret) {
    return MakeBindingRecord("data", "app", "p", {{"policy", "p"}, {"secretName", secret}});
  };
  std::set<Uuid> ids;
  for (int i = 0; i < 100'000; ++i) ids.insert(record(std::to_string(i)).id);
  CHECK(ids.size() == 4096);
  CHECK(record("hunter2").metadata == std::map<std::string, std::string>{{"policy", "p"}, {"secretName", "(hidden)"}});
  // Two parameters that change places are not the same, and neither are two names.
  const auto id = [](std::map<std::string, std::string> metadata) {
    return MakeBindingRecord("data", "app", "p", std::move(metadata)).id;
  };
  CHECK(id({{"secretA", "1"}, {"secretB", "2"}}) != id({{"secretA", "2"}, {"secretB", "1"}}));
  CHECK(id({{"token", "1"}}) != id({{"tokenFromEnv", "1"}}));
}

TEST_CASE("An error outside of a decision is a record of its own") {
  MadeDecision made;
  made.tick = testing::TickTime(1);
  made.binding = [] { return testing::SomeBinding(1); };
  made.decision = std::make_shared<const Decision>();
  made.error = Error{Code::kNotFound, std::string("there is no policy \xff") + '\0'};
  const DecisionRecord record = RecordOf(made).record;
  CHECK(record.error->message == "there is no policy \xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(record.plan.empty());
  CHECK_FALSE(record.replicas);
}

TEST_CASE("Text is mended to UTF-8 without zero bytes") {
  CHECK(Mended("plain \xC3\xBC") == "plain \xC3\xBC");
  CHECK(Mended(std::string("a\0b", 3)) ==
        "a\xEF\xBF\xBD"
        "b");
  CHECK(Mended("\xF0\x9F\x98") == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(Mended("\xC3\xBC\xFF\xF0\x9F\x98\x80") == "\xC3\xBC\xEF\xBF\xBD\xF0\x9F\x98\x80");
}

TEST_CASE("What a fleet came to is in its members' terms, and their decisions can be made again alone") {
  const Policy followed = testing::MakePolicy("signals: [ { name: a, query: a, perReplica: 1 } ]\nbudget: workers");
  Policy follower = testing::MakePolicy(
      "signals: [ { name: b, dependsOn: { object: one, relation: proportional, ratio: 0.5 } } ]\nbudget: workers");
  follower.name = "follower";
  const QueryPlan plan_a = *PlanQueries(followed, {});
  const QueryPlan plan_b = *PlanQueries(follower, {{"namespace", "data"}, {"name", "two"}});
  const std::vector<Reading> readings(1, {10, ReadingState::kValue});
  std::vector<FleetMember> members = {{{"data", "one", "test"}, &followed, &plan_a, {}},
                                      {{"data", "two", "follower"}, &follower, &plan_b, {}}};
  for (FleetMember& member : members) member.seen.now = testing::TickTime(1);
  members[0].seen.windows.assign(plan_a.queries.size(), {readings, ""});
  members[1].seen.windows.assign(plan_b.queries.size(), {});
  Budget budget;
  budget.name = "workers";
  budget.replicas = 9;
  const std::vector<Budget> budgets = {budget};
  const auto decisions = DecideFleet(PlanFleet(members, std::chrono::seconds(15)), members, budgets);
  for (std::size_t i = 0; i < members.size(); ++i) {
    CAPTURE(i, decisions[i].replicas);
    REQUIRE(members[i].terms != nullptr);
    CHECK(members[i].terms->granted);
    CHECK(members[i].terms->granted_by == "workers");
    MadeDecision made;
    made.tick = testing::TickTime(1);
    made.binding = [] { return testing::SomeBinding(1); };
    made.policy = std::make_shared<const Policy>(*members[i].policy);
    made.plan = std::make_shared<const QueryPlan>(*members[i].plan);
    made.decision = std::make_shared<const Decision>(decisions[i]);
    made.terms = *members[i].terms;
    Observation seen = members[i].seen;
    if (i == 1) {
      REQUIRE(made.terms.desired.size() == 1);
      CHECK(made.terms.desired[0].ticks.back().value == 10);
      seen.windows[0] = {made.terms.desired[0].ticks, made.terms.desired[0].problem};
    }
    made.seen = Record(*members[i].policy, seen);
    const DecisionRecord record = RecordOf(made).record;
    CHECK(DifferenceOf(*made.policy, record, *Redecide(*made.policy, record)).empty());
  }
}

}  // namespace
}  // namespace loadline
