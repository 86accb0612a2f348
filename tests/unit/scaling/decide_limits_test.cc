// What keeps a count from what the demands ask for.
#include <catch2/catch.hpp>

#include "scaling/decide.h"
#include "scaling/explain.h"
#include "support/policy_builder.h"
#include "unit/scaling/lag_and_buffer.h"

namespace loadline::testing {
namespace {

TEST_CASE("replicas.min above 0 is a floor, and a floor is active") {
  const Policy policy = MakePolicy("replicas: { min: 2 }\nsignals: [ { name: load, query: load, perReplica: 10 } ]");
  const Decision decision = DecideOn(policy, {{"load", "0"}});
  CHECK(decision.replicas == 2);
  CHECK(decision.active);
  CHECK(decision.steps.back().reason == Reason::kActiveByMin);
}

TEST_CASE("replicas.max caps, and says so") {
  const Policy policy = MakePolicy(kLagAndBuffer);
  const Decision decision = DecideOn(policy, {{"lag", "30000"}, {"depth", "0"}, {"arrivals", "0"}, {kObserved, "3"}});
  CHECK(decision.replicas == 40);
  CHECK(Summary(policy, decision) == "lag wants 100: 30000 at 300 each; replicas.max is 40");
}

TEST_CASE("A ceiling of nothing leaves nothing, also where nothing is asked for") {
  const Policy policy = MakePolicy(
      "replicas: { max: 10 }\nsignals:\n"
      "  - { name: load, query: load, tiers: [ { from: 100, replicas: 2 } ] }\n"
      "  - { name: cap, role: ceiling, replicas: cap }");
  for (const char* load : {"50", "200"}) {
    CAPTURE(load);
    const Decision decision = DecideOn(policy, {{"load", load}, {"cap", "0"}});
    CHECK(decision.wanted == 0);
    CHECK_FALSE(decision.active);
    CHECK(decision.steps.back().reason == Reason::kInactiveByLimit);
    CHECK(DecideOn(policy, {{"load", load}, {"cap", "1"}}).active);
  }
}

TEST_CASE("A cost that pays for nothing leaves nothing, also where nothing is asked for") {
  const Policy policy = MakePolicy(
      "signals: [ { name: load, query: load, tiers: [ { from: 100, replicas: 2 } ] } ]\n"
      "cost: { perReplicaHour: 2, maxPerHour: 1 }");
  CHECK_FALSE(DecideOn(policy, {{"load", "50"}}).active);
  CHECK_FALSE(DecideOn(policy, {{"load", "200"}}).active);
}

TEST_CASE("Of two closed gates the one that asks for nothing counts, in either order") {
  const std::string nothing = "  - { name: a, role: gate, query: a, above: 0 }\n";
  const std::string holds = "  - { name: b, role: gate, query: b, above: 0, whenClosed: hold }\n";
  const std::string load = "signals:\n  - { name: load, query: load, perReplica: 10 }\n";
  for (const std::string& gates : {nothing + holds, holds + nothing}) {
    CAPTURE(gates);
    const Decision decision =
        DecideOn(MakePolicy(load + gates), {{"load", "50"}, {"a", "0"}, {"b", "0"}, {kObserved, "-"}});
    REQUIRE_FALSE(decision.error);
    CHECK(decision.wanted == 0);
  }
  CHECK(DecideOn(MakePolicy(load + holds), {{"load", "50"}, {"b", "0"}, {kObserved, "3"}}).wanted == 3);
}

TEST_CASE("replicas.min holds for what is told, too, where the deadband would hold less") {
  const Policy policy = MakePolicy(
      "replicas: { min: 11, max: 40 }\nsignals: [ { name: load, query: load, perReplica: 10 } ]\n"
      "hpa: { tolerance: 0.1, deadband: hold }");
  // 11 of 10 is on the edge of the tolerance: what is told otherwise is what there is.
  CHECK(DecideOn(policy, {{"load", "0"}, {kObserved, "10"}}).replicas == 11);
}

TEST_CASE("A cooldown counts from when a change was seen, and looks over a gap before it") {
  const Policy policy = MakePolicy(
      "signals: [ { name: load, query: load, perReplica: 10 } ]\n"
      "scaleDown: { cooldown: 30s }\nonMissing: { hold: 1m }");
  auto wanted = [&](const char* load, const char* observed) {
    return DecideOn(policy, {{"load", load}, {kObserved, observed}}).wanted;
  };
  CHECK(wanted("10 10 10 10", "6 6 5 5") == 5);  // 15 s ago
  CHECK(wanted("10 10 10 10", "6 5 5 5") == 1);  // 30 s ago
  CHECK(wanted("10 10 10 10", "6 - 5 5") == 5);
  CHECK(wanted("10 10 10 10", "6 - - 5") == 5);
}

TEST_CASE("A step of 10 % from 10 is one replica, not the hair above it that floating point makes of it") {
  const Policy policy = MakePolicy(
      "signals: [ { name: load, query: load, perReplica: 1 } ]\n"
      "scaleUp: { atMost: [ 10%/1m ] }");
  CHECK(DecideOn(policy, {{"load", "100 100"}, {kObserved, "10 10"}}).wanted == 11);
}

}  // namespace
}  // namespace loadline::testing
