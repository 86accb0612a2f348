#include "scaling/recommend.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "support/policy_builder.h"

namespace loadline {
namespace {

using testing::MakePolicy;

const Timestamp kBegin = Timestamp(std::chrono::sys_days(std::chrono::year(2026) / 1 / 5));
constexpr Duration kTick{60'000};

// A wave each day, in requests a second, with noise.
Recording Days(int days, unsigned seed, double scale = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<double> noise(0, 2);
  Recording recording;
  recording.begin = recording.from = kBegin;
  recording.interval = kTick;
  recording.ticks = static_cast<std::size_t>(days) * 24 * 60;
  recording.queries.push_back({"default", "load", {}});
  for (std::size_t i = 0; i < recording.ticks; ++i) {
    const double hour = static_cast<double>(i) / 60;
    const double load = scale * (100 + 60 * std::sin(hour / 24 * 2 * 3.14159265) + noise(random));
    recording.queries[0].readings.push_back({load, ReadingState::kValue});
  }
  return recording;
}

struct Asked {
  Recording recording;
  Policy policy;
  double most_violations = 0.01;
  double capacity = 10;

  Result<Recommendations> Run() const {
    const Parameters parameters = {{"namespace", "data"}, {"name", "app"}};
    const QueryPlan plan = *PlanQueries(policy, parameters);
    const ReplayMember members[] = {{&policy, &plan, &parameters}};
    WorkloadAsked asked;
    asked.capacity = capacity;
    const WorkloadModel workload = *FindWorkload(recording, members, asked);
    ReplayForecasts forecasts(recording, std::chrono::minutes(10), std::chrono::minutes(1));
    RecommendOptions options;
    options.replay.begin = recording.begin;
    options.replay.end = recording.TimeAt(recording.ticks);
    options.most_violations = most_violations;
    return Recommend(recording, policy, parameters, workload, options, forecasts);
  }
};

Policy PerReplica(double value, const std::string& more = "") {
  return MakePolicy("replicas: { min: 1, max: 60 }\nsignals: [ { name: requests, query: load, perReplica: " +
                    std::to_string(value) + " } ]\n" + more);
}

TEST_CASE("A policy that keeps twice as many as are needed is told a higher perReplica") {
  // A replica serves ten, and is asked to do four.
  const Asked asked{Days(6, 1), PerReplica(4)};
  const Result<Recommendations> said = asked.Run();
  REQUIRE(said);
  REQUIRE_FALSE(said->list.empty());
  const Recommendation& best = said->list.front();
  CHECK(best.changes.front().field == "signals.requests.perReplica");
  CHECK(best.changes.front().from == "4");
  CHECK(best.priority == Recommendation::Priority::kMedium);
  CHECK(best.judged.after.replica_hours < 0.9 * best.judged.before.replica_hours);
  CHECK(*best.judged.after.violations <= 0.01);
  // Two days of six were judged: too few to draw from.
  CHECK(said->split == kBegin + std::chrono::hours(4 * 24));
  CHECK_FALSE(best.confidence);
}

TEST_CASE("A policy that is short of capacity is told a lower perReplica, with high priority") {
  const Asked asked{Days(12, 2), PerReplica(12)};
  const Result<Recommendations> said = asked.Run();
  REQUIRE(said);
  REQUIRE_FALSE(said->list.empty());
  const Recommendation& best = said->list.front();
  CHECK(best.priority == Recommendation::Priority::kHigh);
  CHECK(*best.judged.before.violations > 0.2);
  CHECK(*best.judged.after.violations < *best.judged.before.violations / 4);
  REQUIRE(best.confidence);
  CHECK(*best.confidence == 1);  // every day is like every other
}

TEST_CASE("What is better on the part that is searched only, is not recommended") {
  // A replica serves ten, and is asked to do five. At first it could do more; in the last third the load nearly doubles
  // for ten minutes of each half hour, and what was too many is just enough.
  Recording recording = Days(6, 3);
  auto& readings = recording.queries[0].readings;
  for (std::size_t i = readings.size() * 2 / 3; i < readings.size(); ++i) {
    if (i % 30 < 10) readings[i].value = readings[i].value * 1.9;
  }
  const Result<Recommendations> said = Asked{recording, PerReplica(5)}.Run();
  REQUIRE(said);
  CHECK(said->tried > 10);
  CHECK(*said->now.after.violations <= 0.01);
  CHECK(said->list.empty());
  CHECK(said->none == "what was better on the part that was searched was not on the one that was judged");
}

TEST_CASE("Nothing better found is an answer") {
  const Result<Recommendations> said =
      Asked{Days(6, 5),
            MakePolicy("replicas: { min: 1, max: 1 }\nsignals: [ { name: requests, query: load, "
                       "perReplica: 10 } ]\n"),
            1.0}
          .Run();
  REQUIRE(said);
  CHECK(said->list.empty());
  CHECK(said->none == "no candidate was better on the part that was searched");
}

TEST_CASE("Without a load, or a day of it, there is nothing to go by") {
  const Result<Recommendations> no_load =
      Asked{Days(6, 5), MakePolicy("replicas: { min: 1, max: 3 }\nsignals: [ { name: a, replicas: 3 } ]\n")}.Run();
  REQUIRE_FALSE(no_load);
  CHECK(no_load.error().message == "no load is known, so nothing is better than another: say it with --load");
  Asked brief{Days(1, 5), PerReplica(5)};
  brief.recording = brief.recording.Until(kBegin + std::chrono::hours(23));
  const Result<Recommendations> said = brief.Run();
  REQUIRE_FALSE(said);
  CHECK(said.error().message == "want at least a day of history; found 23h");
}

TEST_CASE("Candidates change one number each, to what a person would write") {
  const Policy policy = MakePolicy(
      "replicas: { min: 2, max: 10 }\n"
      "signals:\n  - { name: lag, query: lag, perReplica: 300 }\n"
      "rules: [ { name: burst, when: { all: [ { signal: lag, above: 900, for: 1m } ] }, add: 2 } ]\n"
      "scaleDown: { stabilize: 5m }\n");
  std::vector<std::string> said;
  for (const PolicyCandidate& each : CandidatesFor(policy)) {
    REQUIRE(each.changes.size() == 1);
    said.push_back(each.changes[0].field + " " + each.changes[0].from + " " + each.changes[0].to);
  }
  CHECK(said == std::vector<std::string>{"signals.lag.perReplica 300 200",
                                         "signals.lag.perReplica 300 240",
                                         "signals.lag.perReplica 300 270",
                                         "signals.lag.perReplica 300 330",
                                         "signals.lag.perReplica 300 380",
                                         "signals.lag.perReplica 300 450",
                                         "rules.burst.when.lag.above 900 720",
                                         "rules.burst.when.lag.above 900 810",
                                         "rules.burst.when.lag.above 900 990",
                                         "rules.burst.when.lag.above 900 1130",
                                         "replicas.min 2 1",
                                         "replicas.min 2 3",
                                         "replicas.min 2 4",
                                         "replicas.max 10 13",
                                         "replicas.max 10 15",
                                         "replicas.max 10 20",
                                         "scaleDown.stabilize 5m 0s",
                                         "scaleDown.stabilize 5m 1m",
                                         "scaleDown.stabilize 5m 3m",
                                         "scaleDown.stabilize 5m 10m",
                                         "scaleDown.stabilize 5m 15m"});
}

}  // namespace
}  // namespace loadline
