#include "scaling/what_if.h"

#include <catch2/catch.hpp>

#include "scaling/decision_change.h"
#include "support/random_world.h"

namespace loadline {
namespace {

using testing::World;
using Kind = ReadingState;

constexpr const char* kSpec = R"(
  replicas: { min: 1, max: 40, observed: pods }
  signals:
    - { name: lag, query: lag, perReplica: 10 }
    - { name: jobs, backlog: { depth: d, arrivals: a, drainWithin: 2m, throughputPerReplica: 5 } }
)";

World Seen() {
  World world = testing::MakeWorld(kSpec);
  for (std::size_t i = 0; i < world.plan.queries.size(); ++i)
    world.readings.emplace_back(TicksOf(world), Reading{20, Kind::kValue});
  return world;
}

Decision DecidedWith(const World& world, const std::string& assumption) {
  RecordedObservation seen = Record(world.policy, world.Seen());
  REQUIRE(Assume(*ParseAssumption(assumption), world.policy, world.plan, seen));
  const CalendarLookup lookup = seen.Lookup();
  const auto forecasts = seen.Forecasts();
  return Decide(world.policy, world.plan, seen.Seen(lookup, forecasts));
}

TEST_CASE("A value that is assumed takes the place of what was read") {
  const World world = Seen();
  CHECK(world.Decide().wanted == Approx(20.0 / 5 + 20.0 / 120 / 5));
  CHECK(DecidedWith(world, "lag=300").wanted == 30);
  CHECK(DecidedWith(world, "jobs.arrivals=100").wanted == Approx(20 + 20.0 / 120 / 5));
  CHECK(DecidedWith(world, "jobs=1200").wanted == Approx(4 + 2));
  CHECK(DecidedWith(world, "observed=7").observed == 7);
}

TEST_CASE("What is assumed to be missing is missing, not zero") { CHECK(DecidedWith(Seen(), "lag=missing").error); }

TEST_CASE("An assumption that cannot be made is told") {
  const auto rejected = [](const char* text) { return ParseAssumption(text).error().message; };
  CHECK(rejected("lag") == "want SIGNAL=NUMBER or SIGNAL=missing; found \"lag\"");
  CHECK(rejected("lag=much") == "want SIGNAL=NUMBER or SIGNAL=missing; found \"lag=much\"");
  CHECK(rejected("=5") == "want SIGNAL=NUMBER or SIGNAL=missing; found \"=5\"");
  CHECK(rejected("lag=inf") == "want SIGNAL=NUMBER or SIGNAL=missing; found \"lag=inf\"");
  const World world = Seen();
  RecordedObservation seen = Record(world.policy, world.Seen());
  CHECK(Assume({"lagg", 1.0}, world.policy, world.plan, seen).error().message ==
        "the policy reads no \"lagg\"; it reads jobs, jobs.arrivals, lag and observed");
}

TEST_CASE("What changed from one decision to the next is told in words") {
  const World world = Seen();
  const Decision before = world.Decide();
  CHECK(ChangesBetween({world.policy, before}, {world.policy, before}).empty());
  const Decision after = DecidedWith(world, "lag=300");
  CHECK(ChangesBetween({world.policy, before}, {world.policy, after}) ==
        std::vector<std::string>{"replicas 30, was 4.033", "the winner is lag, was jobs",
                                 "lag is 300 (Measured), was 20 (Measured)"});
  Policy other = world.policy;
  other.hash = 1;
  other.signals[0].name = "delay";
  const auto changes = ChangesBetween({world.policy, before}, {other, before});
  CHECK(std::find(changes.begin(), changes.end(), "lag is gone") != changes.end());
  CHECK(std::find(changes.begin(), changes.end(), "delay is 20 (Measured), was not there") != changes.end());
}

}  // namespace
}  // namespace loadline
