// Numbers that are learned: how they are planned, made of history, and used. More stands in tests/scenarios.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "scaling/explain.h"
#include "scaling/learn.h"
#include "scaling/learned_law.h"
#include "support/closed_loop.h"
#include "support/random_world.h"

namespace loadline {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::MakeWorld;
using testing::World;

constexpr Timestamp kFitted{hours(480'000)};

TEST_CASE("A number that is learned is planned with its queries filled in, of the signal's source") {
  const World world = MakeWorld(
      "signals:\n"
      "  - { name: load, query: load, perReplica: 10 }\n"
      "  - { name: soon, source: other, forecast: { of: load, ahead: auto } }\n"
      "  - { name: off, forecast: { of: load, ahead: auto, mode: off } }\n"
      "  - name: queue\n"
      "    onEmpty: zero\n"
      "    backlog: { depth: depth, arrivals: arriving, drainWithin: 1m, throughputPerReplica: { assume: 5 } }\n"
      "  - name: counted\n"
      "    backlog:\n"
      "      depth: depth\n"
      "      arrivals: arriving\n"
      "      drainWithin: 1m\n"
      "      throughputPerReplica: { assume: 5, replicas: 'up{app=\"${name}\"}', done: done, history: 1d }\n");
  const auto& learned = world.plan.learned;
  REQUIRE(learned.size() == 5);
  CHECK_FALSE(learned[0]);
  CHECK_FALSE(learned[2]);
  const std::string object = "{namespace=\"data\",deployment=\"app\"}";
  CHECK(learned[1] == PlannedNumber{PlannedNumber::Kind::kStartDelay,
                                    "other",
                                    {{"kube_deployment_spec_replicas" + object, false},
                                     {"kube_deployment_status_replicas_ready" + object, false}},
                                    false,
                                    hours(7 * 24),
                                    0.9});
  CHECK(learned[3] ==
        PlannedNumber{PlannedNumber::Kind::kThroughput,
                      "default",
                      {{"depth", true}, {"kube_deployment_status_replicas_ready" + object, false}, {"arriving", true}},
                      false,
                      hours(7 * 24),
                      0});
  CHECK(learned[4] == PlannedNumber{PlannedNumber::Kind::kThroughput,
                                    "default",
                                    {{"depth", false}, {"up{app=\"app\"}", false}, {"done", false}},
                                    true,
                                    hours(24),
                                    0});
  // Nothing of it is asked at ticks, but what the backlog needs itself.
  CHECK(world.plan.queries.size() == 3);
}

TEST_CASE("A number is learned once an hour, on a grid of a tick or more by which the history is not too long") {
  const auto times = [](Duration history, Duration tick) {
    PlannedNumber number;
    number.history = history;
    return TimesOf(number, tick);
  };
  CHECK(times(hours(7 * 24), seconds(15)).step == seconds(15));
  CHECK(times(hours(7 * 24), seconds(15)).history == 40'320);
  CHECK(times(hours(7 * 24), seconds(15)).refit == hours(1));
  CHECK(times(hours(24), seconds(5)).step == seconds(15));
  CHECK(times(hours(24), seconds(20)).step == seconds(30));
  CHECK(times(hours(14 * 24), seconds(15)).step == seconds(30));
  CHECK(times(hours(28 * 24), seconds(15)).step == minutes(1));
  CHECK(times(hours(90 * 24), seconds(15)).step == minutes(5));
  CHECK(times(seconds(5), seconds(15)).history == 1);
}

TEST_CASE("Both numbers are recovered from one closed loop, with how many they were learned from") {
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  const testing::ClosedLoop loop = testing::RunClosedLoop(seed, {.hours = 48});
  PlannedNumber delay;
  delay.quantile = 0.5;
  const LearnedNumber start = Learn(std::vector{loop.wanted, loop.ready}, kFitted, delay, seconds(15));
  REQUIRE(start.value);
  CHECK(start.fitted == kFitted);
  CHECK(start.needed == 10);
  CHECK(start.count > 50);
  CHECK(std::abs(*start.value - 61) < 20);  // 40 s, and a median of 21 more
  PlannedNumber throughput;
  throughput.kind = PlannedNumber::Kind::kThroughput;
  for (const bool by_done : {false, true}) {
    throughput.by_done = by_done;
    const LearnedNumber learned = Learn(std::vector{loop.depth, loop.ready, by_done ? loop.done : loop.arrivals},
                                        kFitted, throughput, seconds(15));
    REQUIRE(learned.value);
    CHECK(*learned.value == Approx(20).epsilon(0.02));
    CHECK(learned.needed == 12);
    CHECK(learned.count > 12);
  }
}

LearnedNumber Known(double value, double low, double high) {
  return {.fitted = kFitted, .value = value, .low = low, .high = high, .count = 23, .needed = 10};
}

LearnedNumber Few(int count) { return {.fitted = kFitted, .count = count, .needed = 12}; }

LearnedAhead UpTo10m(Duration assume) {
  LearnedAhead ahead;
  ahead.assume = assume;
  ahead.at_most = minutes(10);
  return ahead;
}

TEST_CASE("How far ahead: what is stated, learned up to the most, or assumed; none while that is not known") {
  const LearnedAhead learned = UpTo10m(minutes(2));
  const LearnedNumber known = Known(135, 120, 150), slow = Known(1000, 900, 1100), few = Few(3);
  CHECK(AheadBy(Duration(minutes(5)), nullptr) == minutes(5));
  CHECK(AheadBy(learned, &known) == seconds(135));
  CHECK(AheadBy(learned, &slow) == minutes(10));
  CHECK(AheadBy(learned, &few) == minutes(2));
  CHECK_FALSE(AheadBy(learned, nullptr));
  const LearnedNumber failed{.fitted = kFitted, .problem = "no answer"};
  CHECK_FALSE(AheadBy(learned, &failed));
  CHECK(WhyNotLearned(&failed) == "its history is not there: no answer");
}

TEST_CASE("What was learned is said with its interval, and from how much") {
  const LearnedAhead ahead = UpTo10m(minutes(2));
  constexpr double kEndless = std::numeric_limits<double>::infinity();
  CHECK(LearnedSentence(ahead, Known(135, 120, 150)) == "learned from 23 rises, 2m to 2m30s");
  CHECK(LearnedSentence(ahead, Known(135, 120, kEndless)) == "learned from 23 rises, 2m or more");
  CHECK(LearnedSentence(ahead, Known(1000, 900, kEndless)) == "learned from 23 rises, 15m or more, cut to atMost");
  CHECK(LearnedSentence(Known(18.2, 17.6, 18.9)) == "learned from 23 stretches, 17.6 to 18.9");
  CHECK(LearnedSentence(Few(3)) == "assumed: 3 of 12 stretches known");
  CHECK(LearnedSentence(Few(14)) == "assumed: 14 stretches say too little");
}

World Queue() {
  World world = MakeWorld(
      "replicas: { min: 0, max: 40 }\n"
      "signals:\n"
      "  - name: queue\n"
      "    backlog: { depth: depth, arrivals: arriving, drainWithin: 100s, throughputPerReplica: { assume: 40 } }\n");
  for (const PlannedQuery& query : world.plan.queries) {
    const auto ticks = static_cast<std::size_t>(query.window / world.interval) + 1;
    world.readings.emplace_back(ticks, Reading{200, ReadingState::kValue});
  }
  return world;
}

TEST_CASE("A decision says what was learned, and what was assumed") {
  World world = Queue();
  world.learned = {std::make_shared<const LearnedNumber>(Known(20, 19, 21))};
  const Decision decision = world.Decide();
  CHECK(decision.wanted == Approx(10.1));
  const auto json = nlohmann::json::parse(ExplainAsJson(world.policy, decision))["signals"][0];
  CHECK(json["sentence"] ==
        "(200/s arriving + 200 waiting / 1m40s) at 20/s each (learned from 23 stretches, 19 to 21)");
  CHECK(json["learned"] == nlohmann::json::parse(R"({"value": 20.0, "low": 19.0, "high": 21.0, "count": 23,
      "needed": 10, "fitted": "2024-10-04T00:00:00.000Z"})"));

  world.learned = {std::make_shared<const LearnedNumber>(LearnedNumber{.fitted = kFitted, .count = 3, .needed = 12})};
  const Decision assumed = world.Decide();
  CHECK(assumed.wanted == Approx(5.05));
  CHECK(nlohmann::json::parse(ExplainAsJson(world.policy, assumed))["signals"][0]["learned"]["value"].is_null());
}

TEST_CASE("Where it is not known what a replica works off a backlog is missing, and nothing is divided by zero") {
  World world = Queue();
  CHECK(
      world.Decide().error->message ==
      "signal queue: no data now, nor within the 5m that it is held: what a replica works off: it is not learned yet");
  world.learned = {std::make_shared<const LearnedNumber>(LearnedNumber{.fitted = kFitted, .problem = "no answer"})};
  CHECK(world.Decide().error->message.ends_with("its history is not there: no answer"));
  world.learned = {std::make_shared<const LearnedNumber>(Known(0, 0, 0))};
  CHECK(world.Decide().error);
}

}  // namespace
}  // namespace loadline
