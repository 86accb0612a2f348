// At zero replicas, where the metrics of the workers are gone with them.
#include <catch2/catch.hpp>

#include "scaling/decide.h"
#include "scaling/explain.h"
#include "support/policy_builder.h"
#include "unit/scaling/lag_and_buffer.h"

namespace loadline::testing {
namespace {

TEST_CASE("At zero replicas whenIdle stands in for the workers' own metrics") {
  const Policy policy = MakePolicy(kLagAndBuffer);
  auto decide = [&](const std::string& observed, const std::string& lag, const std::string& changes) {
    return DecideOn(policy,
                    {{"lag", lag}, {"depth", lag}, {"arrivals", lag}, {kObserved, observed}, {"changes", changes}});
  };
  SECTION("asleep, with nothing to wake for") {
    const Decision decision = decide("1 0 0", "0 _ _", "0 0 0");
    REQUIRE_FALSE(decision.error);
    CHECK(decision.replicas == 0);
    CHECK_FALSE(decision.active);
    CHECK(Summary(policy, decision) ==
          "no replicas, and nothing to wake for; inactive: no reading is above its activateAbove");
  }
  SECTION("what was held when the last worker went is no news") { CHECK_FALSE(decide("1 0", "90 _", "0 0").active); }
  SECTION("asleep, and something to do") {
    const Decision decision = decide("0 0 0", "_ _ _", "0 0 7");
    REQUIRE_FALSE(decision.error);
    CHECK(decision.replicas == 1);
    CHECK(decision.active);
  }
  SECTION("awake, and the metrics are not back yet") {
    const Decision decision = decide("0 0 1", "_ _ _", "0 7 0");
    REQUIRE_FALSE(decision.error);
    CHECK(decision.replicas == 1);
    CHECK(decision.active);
    CHECK(Summary(policy, decision) == "just woken: the workers' metrics are not back yet");
  }
  SECTION("awake, and the metrics are back") {
    CHECK(decide("0 1 1", "_ _ 900", "7 7 0").signals[0].reason == Reason::kMeasured);
  }
  SECTION("metrics that vanish while there are replicas are missing") {
    const Decision decision = decide("2 2 2", "900 _ _", "7 7 7");
    CHECK(decision.signals[0].reason == Reason::kHeld);
  }
  SECTION("the query has no answer: that is not inactive") {
    const Decision decision = decide("0 0 0 0 0 0", "_ _ _ _ _ _", "0 - - - - -");
    REQUIRE(decision.error);
    CHECK(decision.error->message == "at zero replicas, and whenIdle has no answer: prom:9090: no answer");
  }
  SECTION("the query has no answer for less than hold: what it said last stands") {
    CHECK_FALSE(decide("0 0 0", "_ _ _", "0 - -").active);
    CHECK(decide("0 0 0", "_ _ _", "7 - -").active);
  }
  SECTION("how many replicas there are is not known: the signals are missing") {
    CHECK(decide("- -", "_ _", "0 0").error.has_value());
  }
  SECTION("nothing can be asked for less than hold: it sleeps on, without an error") {
    const Decision decision = decide("0 0 - -", "_ _ - -", "0 0 - -");
    REQUIRE_FALSE(decision.error);
    CHECK(decision.replicas == 0);
    CHECK(decision.observed == 0);
    CHECK(decision.observed_age == std::chrono::seconds(30));
  }
}

TEST_CASE("At zero replicas only a series that is not there is idle: a query that fails is missing, and held") {
  const Policy policy = MakePolicy(
      "replicas: { min: 0, max: 90 }\nsignals: [ { name: lag, query: lag, perReplica: 10 } ]\n"
      "onMissing: { hold: 30s }\nwhenIdle: inactive");
  auto decide = [&](const std::string& observed, const std::string& lag) {
    return DecideOn(policy, {{"lag", lag}, {kObserved, observed}});
  };
  for (const std::string state : {"-", "nan", "many", "refused"}) {
    INFO(state);
    const Decision held = decide("0 0", "500 " + state);
    REQUIRE_FALSE(held.error);
    CHECK(held.replicas == 50);
    CHECK(held.active);
    CHECK(decide("0 0 0 0", "500 " + state + " " + state + " " + state).error);
    CHECK(decide("0", state).error);
  }
  CHECK_FALSE(decide("0 0", "500 _").active);
}

}  // namespace
}  // namespace loadline::testing
