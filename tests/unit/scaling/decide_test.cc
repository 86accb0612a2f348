#include "scaling/decide.h"

#include <catch2/catch.hpp>
#include <random>

#include "scaling/explain.h"
#include "support/policy_builder.h"
#include "unit/scaling/lag_and_buffer.h"

namespace loadline::testing {
namespace {

TEST_CASE("The highest of the signals' demands is the decision") {
  const Policy policy = MakePolicy(kLagAndBuffer);
  const Decision decision =
      DecideOn(policy, {{"lag", "1240"}, {"depth", "6000"}, {"arrivals", "100"}, {kObserved, "3"}, {"changes", "1"}});
  REQUIRE_FALSE(decision.error);
  CHECK(decision.replicas == Approx(1240.0 / 300));
  CHECK(decision.active);
  CHECK(Summary(policy, decision) == "lag wants 4.133: 1240 at 300 each");
}

TEST_CASE("The drain law: arrivals and the backlog, by what one replica works off") {
  const Policy policy = MakePolicy(kLagAndBuffer);
  const Decision decision = DecideOn(policy, {{"lag", "0"}, {"depth", "12000"}, {"arrivals", "150"}, {kObserved, "3"}});
  REQUIRE_FALSE(decision.error);
  CHECK(decision.replicas == Approx((150 + 12000.0 / 120) / 50));
  CHECK(Summary(policy, decision) == "buffer wants 5: (150/s arriving + 12000 waiting / 2m) at 50/s each");
}

TEST_CASE("Rule 27: active while anything waits, however little is wanted") {
  const Policy policy = MakePolicy(kLagAndBuffer);
  CHECK(DecideOn(policy, {{"lag", "0"}, {"depth", "1"}, {"arrivals", "0"}, {kObserved, "1"}}).active);
  CHECK(DecideOn(policy, {{"lag", "0"}, {"depth", "0"}, {"arrivals", "0.1"}, {kObserved, "1"}}).active);
  CHECK_FALSE(DecideOn(policy, {{"lag", "60"}, {"depth", "0"}, {"arrivals", "0"}, {kObserved, "1"}}).active);
  CHECK(DecideOn(policy, {{"lag", "61"}, {"depth", "0"}, {"arrivals", "0"}, {kObserved, "1"}}).active);
}

TEST_CASE("Rule 27: active while more than one replica is wanted, although no reading is above its activateAbove") {
  const Policy policy =
      MakePolicy("signals: [ { name: load, query: load, perReplica: 10, activateAbove: 1000 } ]\nonEmpty: zero");
  CHECK(DecideOn(policy, {{"load", "11"}}).active);
  CHECK_FALSE(DecideOn(policy, {{"load", "10"}}).active);
}

TEST_CASE("A window takes its aggregate over the latest readings") {
  auto decide = [](const std::string& window) {
    const Policy policy = MakePolicy("signals: [ { name: a, query: a, perReplica: 10, window: " + window +
                                     " } ]\nonMissing: { hold: 1m }");
    return DecideOn(policy, {{"a", "90 10 - 40 20"}}).replicas;
  };
  CHECK(decide("{ over: 1m, take: max }") == 4);
  CHECK(decide("{ over: 75s, take: max }") == 9);
  CHECK(decide("{ over: 30s, take: avg }") == 3);
  CHECK(decide("{ over: 30s, take: min }") == 2);
  CHECK(decide("{ over: 30s, take: sum }") == 6);
  CHECK(decide("{ over: 1s, take: last }") == 2);
}

TEST_CASE("A window with gaps says how many readings are missing") {
  const Policy policy =
      MakePolicy("signals: [ { name: a, query: a, perReplica: 10, window: { over: 1m, take: max } } ]");
  CHECK(Summary(policy, DecideOn(policy, {{"a", "30 - - 20"}})) ==
        "a wants 3: 30 at 10 each (2 readings of the window missing)");
}

TEST_CASE("A decision is finite, whatever a query yields") {
  const Policy policy = MakePolicy("signals: [ { name: a, query: a, perReplica: 0.001 } ]\nonMissing: { hold: 0s }");
  const Decision decision = DecideOn(policy, {{"a", "1e300"}});
  CHECK(decision.replicas == kMostReplicas);
  CHECK(Summary(policy, decision) == "a wants 100000: 1e+300 at 0.001 each");
  CHECK(DecideOn(policy, {{"a", "1e308"}}).error);
}

// Random readings against what must always hold.
TEST_CASE("For all readings: bounds hold, and a higher or a lost reading never lowers the result") {
  const std::uint32_t seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  const Policy policy = MakePolicy(R"(
replicas: { min: 1, max: 30 }
onMissing: { hold: 1m, then: assumeHigh }
signals:
  - { name: a, query: a, perReplica: 10 }
  - { name: b, query: b, perReplica: 7, window: { over: 30s, take: max } }
)");
  auto word = [&] {
    static const char* const kBad[] = {"-", "_", "nan", "many", "refused"};
    return random() % 4 == 0 ? std::string(kBad[random() % 5]) : std::to_string(random() % 400);
  };
  for (int round = 0; round < 2000; ++round) {
    std::string past_a, past_b;
    for (int tick = 0; tick < 4; ++tick) past_a += word() + " ", past_b += word() + " ";
    const int now = static_cast<int>(random() % 400);
    const std::string b = word();
    const Decision decision = DecideOn(policy, {{"a", past_a + std::to_string(now)}, {"b", past_b + b}});
    CAPTURE(past_a, past_b, now, b);
    REQUIRE_FALSE(decision.error);
    REQUIRE(decision.replicas >= 1);
    REQUIRE(decision.replicas <= 30);
    const Decision higher =
        DecideOn(policy, {{"a", past_a + std::to_string(now + 1 + random() % 50)}, {"b", past_b + b}});
    REQUIRE(higher.replicas >= decision.replicas);
    // Lost now, the signal asks for what it asked for a tick ago.
    const Decision before = DecideOn(policy, {{"a", past_a}, {"b", past_b}});
    const Decision lost = DecideOn(policy, {{"a", past_a + "-"}, {"b", past_b + "-"}});
    REQUIRE(lost.replicas >= before.replicas);
  }
}

}  // namespace
}  // namespace loadline::testing
