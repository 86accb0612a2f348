// What is not known is held, then an error or what the policy says instead, and never zero.
#include <catch2/catch.hpp>

#include "scaling/decide.h"
#include "scaling/explain.h"
#include "support/policy_builder.h"
#include "unit/scaling/lag_and_buffer.h"

namespace loadline::testing {
namespace {

TEST_CASE("A missing signal holds what it last asked for, then is an error, never zero") {
  const Policy policy = MakePolicy(kLagAndBuffer);
  auto decide = [&](const std::string& lag) {
    std::string zeros, threes;
    for (std::size_t i = 0; i < (lag.size() + 1) / 2; ++i) zeros += "0 ", threes += "3 ";
    return DecideOn(policy, {{"lag", lag}, {"depth", zeros}, {"arrivals", zeros}, {kObserved, threes}});
  };
  // 15 s a tick, held for 1 m: four ticks.
  const Decision held = decide("9 - - - -");
  REQUIRE_FALSE(held.error);
  CHECK(held.replicas == Approx(9.0 / 300));
  CHECK(held.signals[0].reason == Reason::kHeld);
  CHECK(SignalSentence(policy, held, 0) == "9 at 300 each, held for 1m: prom:9090: no answer");

  const Decision lost = decide("9 - - - - -");
  REQUIRE(lost.error);
  CHECK(lost.error->code == Code::kUnavailable);
  CHECK(lost.error->message == "signal lag: no data now, nor within the 1m that it is held: prom:9090: no answer");
}

TEST_CASE("NaN, several series, an empty result and a refused query are missing, not zero") {
  const Policy policy = MakePolicy("signals: [ { name: load, query: load, perReplica: 10 } ]\nonMissing: { hold: 0s }");
  for (const char* word : {"nan", "many", "_", "refused", "-"}) {
    CAPTURE(word);
    CHECK(DecideOn(policy, {{"load", word}}).error.has_value());
  }
}

TEST_CASE("onEmpty: zero makes an empty result a zero, and nothing else") {
  const Policy policy =
      MakePolicy("signals: [ { name: load, query: load, perReplica: 10, onEmpty: zero } ]\nonMissing: { hold: 0s }");
  const Decision decision = DecideOn(policy, {{"load", "_"}});
  REQUIRE_FALSE(decision.error);
  CHECK(decision.replicas == 0);
  CHECK_FALSE(decision.active);
  CHECK(DecideOn(policy, {{"load", "-"}}).error.has_value());
}

TEST_CASE("Partial data may raise a count, and never lower it") {
  const Policy policy =
      MakePolicy("signals: [ { name: load, query: load, perReplica: 10 } ]\nonMissing: { hold: 1m, then: error }");
  CHECK(DecideOn(policy, {{"load", "50 ~30"}}).replicas == 5);
  CHECK(DecideOn(policy, {{"load", "50 ~80"}}).replicas == 8);
  CHECK(DecideOn(policy, {{"load", "50 ~80"}}).signals[0].reason == Reason::kPartialData);
  CHECK(DecideOn(policy, {{"load", "- ~80"}}).error.has_value());
}

TEST_CASE("A sum lacks what is missing from its window: it may raise what is held, and never lowers it") {
  const Policy policy = MakePolicy(
      "signals: [ { name: a, query: a, perReplica: 10, window: { over: 1m, take: sum } } ]\nonMissing: { hold: 2m }");
  CHECK(DecideOn(policy, {{"a", "100 100 100 100"}}).replicas == 40);
  CHECK(DecideOn(policy, {{"a", "100 100 100 100 nan 100"}}).replicas == 40);
  CHECK(DecideOn(policy, {{"a", "100 100 100 100 nan 900"}}).replicas == 110);
  CHECK(DecideOn(policy, {{"a", "nan 100"}}).error);
}

TEST_CASE("A throughput that is not above zero is not known, rather than infinitely many replicas") {
  const Policy policy = MakePolicy(
      "onMissing: { hold: 0s }\nsignals: [ { name: q, backlog: { depth: d, arrivals: a, drainWithin: 1m, "
      "throughputPerReplica: t } } ]");
  CHECK(DecideOn(policy, {{"d", "60"}, {"a", "1"}, {"t", "2"}}).replicas == 1);
  CHECK(DecideOn(policy, {{"d", "60"}, {"a", "1"}, {"t", "0"}}).error->message ==
        "signal q: no data: the throughput of a replica is not above 0");
}

TEST_CASE("onMissing.then answers for what is missing") {
  auto decide = [](const std::string& then, const std::string& observed) {
    const Policy policy =
        MakePolicy("replicas: { min: 0, max: 40 }\nwhenIdle: inactive\nonMissing: { hold: 0s, then: " + then +
                   " }\nsignals: [ { name: a, query: a, perReplica: 10 }, { name: b, query: b, perReplica: 10 } ]");
    return DecideOn(policy, {{"a", "-"}, {"b", "20"}, {kObserved, observed}});
  };
  CHECK(decide("error", "3").error.has_value());
  CHECK(decide("ignore", "3").replicas == 2);
  CHECK(decide("assumeHigh", "3").replicas == 40);
  CHECK(decide("{ replicas: 4 }", "3").replicas == 4);
  CHECK(decide("{ replicas: 4 }", "6").replicas == 6);
  CHECK(decide("{ replicas: 4, behavior: static }", "6").replicas == 4);
  CHECK(decide("{ replicas: 4, behavior: currentReplicas }", "3").replicas == 3);
  CHECK(decide("{ replicas: 4, behavior: currentReplicasIfLower }", "3").replicas == 3);
  CHECK(
      decide("{ replicas: 4 }", "-").error->message ==
      "signal a: no data: prom:9090: no answer; and the replicas observed, which the fallback goes by, are not known");
}

TEST_CASE("With all signals ignored nothing is known, and that is an error") {
  const Policy policy =
      MakePolicy("onMissing: { hold: 0s, then: ignore }\nsignals: [ { name: a, query: a, perReplica: 10 } ]");
  CHECK(DecideOn(policy, {{"a", "-"}}).error.has_value());
}

TEST_CASE("With floors alone, all ignored, nothing is known either: the floor may be there") {
  const Policy policy = MakePolicy(
      "onMissing: { hold: 0s, then: ignore }\nsignals:\n  - { name: a, role: floor, query: a, perReplica: 10 }\n"
      "  - { name: b, role: floor, query: b, perReplica: 10 }");
  CHECK(DecideOn(policy, {{"a", "130"}, {"b", "-"}}).replicas == 13);
  CHECK(DecideOn(policy, {{"a", "-"}, {"b", "-"}}).error.has_value());
}

}  // namespace
}  // namespace loadline::testing
