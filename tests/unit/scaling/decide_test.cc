#include "scaling/decide.h"

#include <catch2/catch.hpp>
#include <random>

#include "scaling/explain.h"
#include "support/policy_builder.h"

namespace loadline {
namespace {

using testing::DecideOn;
using testing::MakePolicy;

constexpr std::string_view kLagAndBuffer = R"(
replicas: { min: 0, max: 40 }
signals:
  - { name: lag, query: lag, perReplica: 300, activateAbove: 60 }
  - name: buffer
    backlog: { depth: depth, arrivals: arrivals, drainWithin: 2m, throughputPerReplica: 50 }
onMissing: { hold: 1m, then: error }
onEmpty: missing
whenIdle: changes
)";

constexpr const char* kObserved = R"(kube_deployment_status_replicas{namespace="data",deployment="app"})";

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

TEST_CASE("A sum lacks what is missing from its window: it may raise what is held, and never lowers it") {
  const Policy policy = MakePolicy(
      "signals: [ { name: a, query: a, perReplica: 10, window: { over: 1m, take: sum } } ]\nonMissing: { hold: 2m }");
  CHECK(DecideOn(policy, {{"a", "100 100 100 100"}}).replicas == 40);
  CHECK(DecideOn(policy, {{"a", "100 100 100 100 nan 100"}}).replicas == 40);
  CHECK(DecideOn(policy, {{"a", "100 100 100 100 nan 900"}}).replicas == 110);
  CHECK(DecideOn(policy, {{"a", "nan 100"}}).error);
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

TEST_CASE("A throughput that is not above zero is not known, rather than infinitely many replicas") {
  const Policy policy = MakePolicy(
      "onMissing: { hold: 0s }\nsignals: [ { name: q, backlog: { depth: d, arrivals: a, drainWithin: 1m, "
      "throughputPerReplica: t } } ]");
  CHECK(DecideOn(policy, {{"d", "60"}, {"a", "1"}, {"t", "2"}}).replicas == 1);
  CHECK(DecideOn(policy, {{"d", "60"}, {"a", "1"}, {"t", "0"}}).error->message ==
        "signal q: no data: the throughput of a replica is not above 0");
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
}  // namespace loadline
