// One story for each stage, so that a stage that is lost or turned around is missed (tests/mutations).
#include <catch2/catch.hpp>

#include "scaling/decide.h"
#include "scaling/explain.h"
#include "support/policy_builder.h"
#include "support/random_world.h"

namespace loadline {
namespace {

using testing::DecideOn;
using testing::MakePolicy;

constexpr const char* kLoad = R"(
replicas: { max: 40, observed: observed }
signals: [ { name: load, query: load, perReplica: 10 } ]
)";

double Wanted(const std::string& spec, const testing::Said& said) {
  const Decision decision = DecideOn(MakePolicy(spec), said);
  CAPTURE(spec);
  REQUIRE_FALSE(decision.error);
  return decision.wanted;
}

TEST_CASE("The target law goes by what is observed") {
  CHECK(Wanted("replicas: { observed: observed }\nsignals: [ { name: cpu, query: cpu, target: 50 } ]",
               {{"cpu", "75"}, {"observed", "4"}}) == 6);
}

TEST_CASE("A tier begins at its value, and a share is one of replicas.max") {
  const std::string spec =
      "replicas: { max: 40 }\nsignals:\n"
      "  - { name: load, query: load, tiers: [ { from: 10, replicas: 2 }, { from: 20, replicas: 50% } ] }";
  CHECK(Wanted(spec, {{"load", "9"}}) == 0);
  CHECK(Wanted(spec, {{"load", "10"}}) == 2);
  CHECK(Wanted(spec, {{"load", "20"}}) == 20);
}

// DecideOn decides at one o'clock in UTC, on a Thursday.
TEST_CASE("A pattern asks for the highest share of its peak that is listed for the hour") {
  CHECK(Wanted(R"(
signals:
  - name: week
    pattern:
      peak: 20
      hours:
        - { day: MON-THU, hour: 1, expectedLoad: 0.5 }
        - { day: THU, hour: 1, expectedLoad: 0.25 }
        - { day: FRI, hour: 1, expectedLoad: 1 }
        - { day: THU, hour: 0, expectedLoad: 1 }
)",
               {}) == 10);
}

TEST_CASE("A rule by the clock holds from its start to before its end, past midnight too") {
  const auto fires = [](const std::string& clock) {
    return Wanted(kLoad + ("rules: [ { name: r, when: { clock: " + clock + " }, set: 7 } ]"), {{"load", "10"}}) == 7;
  };
  CHECK(fires(R"({ from: "01:00", to: "02:00", days: THU })"));
  CHECK_FALSE(fires(R"({ from: "00:00", to: "01:00", days: THU })"));
  CHECK_FALSE(fires(R"({ from: "01:00", to: "02:00", days: FRI })"));
  CHECK(fires(R"({ from: "22:00", to: "02:00", days: WED })"));
  CHECK_FALSE(fires(R"({ from: "22:00", to: "02:00", days: THU })"));
}

TEST_CASE("A dependency follows the other one, in proportion or while it has any, and later by its lag") {
  const auto wanted = [](const std::string& more, const char* other) {
    const std::string query = R"(kube_deployment_status_replicas{namespace="data",deployment="other"})";
    return Wanted("signals: [ { name: dep, dependsOn: { object: other, of: observed, " + more + " } } ]",
                  {{query, other}});
  };
  CHECK(wanted("ratio: 0.5", "2 8") == 4);
  CHECK(wanted("ratio: 0.5, lag: 15s", "2 8") == 1);
  CHECK(wanted("relation: fixed, replicas: 3", "0 8") == 3);
  CHECK(wanted("relation: fixed, replicas: 3", "8 0") == 0);
}

TEST_CASE("Smoothing counts an older reading less") {
  const std::string spec = "signals: [ { name: load, query: load, perReplica: 1, smooth: 15s } ]";
  // Half-life of a tick: (6 + 0 / 2) / (1 + 1 / 2).
  CHECK(Wanted(spec, {{"load", "0 6"}}) == Approx(4));
}

TEST_CASE("Readings older than maxAge are missing") {
  const Policy policy = MakePolicy(
      "signals: [ { name: load, query: load, perReplica: 1, maxAge: 1m, freshness: fresh } ]\nonMissing: { hold: 0s }");
  // DecideOn decides at 3600 s.
  CHECK_FALSE(DecideOn(policy, {{"load", "5"}, {"fresh", "3540"}}).error);
  CHECK(DecideOn(policy, {{"load", "5"}, {"fresh", "3539"}}).error);
}

TEST_CASE("A zero that is not trusted is held until it has been zero for long enough") {
  const std::string spec = "signals: [ { name: load, query: load, perReplica: 1, distrustZero: 30s } ]";
  CHECK(Wanted(spec, {{"load", "5 0 0"}}) == 5);
  CHECK(Wanted(spec, {{"load", "5 0 0 0"}}) == 0);
}

TEST_CASE("At zero replicas, with the workers' metrics gone, whenIdle says to wake or to stay") {
  const std::string lines = kLoad;
  const testing::Said gone = {{"load", "_"}, {"observed", "0"}};
  CHECK(Wanted(lines + "whenIdle: inactive", gone) == 0);
  CHECK_FALSE(DecideOn(MakePolicy(lines + "whenIdle: inactive"), gone).active);
  CHECK(Wanted(lines + "whenIdle: wake", gone) == 1);
  CHECK(DecideOn(MakePolicy(lines + "whenIdle: wake"), gone).active);
}

TEST_CASE("Each combination is its own") {
  const std::string signals = R"(
signals:
  - { name: a, query: a, perReplica: 1, weight: 3 }
  - { name: b, query: b, perReplica: 1, weight: 1 }
  - { name: c, query: c, perReplica: 1, weight: 4 }
combine: )";
  const testing::Said said = {{"a", "2"}, {"b", "10"}, {"c", "3"}};
  CHECK(Wanted(signals + "max", said) == 10);
  CHECK(Wanted(signals + "min", said) == 2);
  CHECK(Wanted(signals + "sum", said) == 15);
  CHECK(Wanted(signals + "mean", said) == 5);
  CHECK(Wanted(signals + "median", said) == 3);
  CHECK(Wanted(signals + "weighted", said) == Approx(28.0 / 8));
  CHECK(Wanted(signals + "priority", said) == 2);
  CHECK(Wanted(signals + "{ priority: [ c, a ] }", said) == 3);
  CHECK(Wanted(signals + "a * 2 + b_value", said) == 14);
}

TEST_CASE("The score is the weighted mean of how full each is, and scales what is observed") {
  const std::string spec = R"(
replicas: { observed: observed }
signals:
  - { name: a, query: a, scoreAt: 100, weight: 3 }
  - { name: b, query: b, scoreAt: 10, weight: 1 }
combine: { score: { target: 50 } }
)";
  // (3 * 50 + 1 * 100, capped) / 4 = 62.5 %
  CHECK(Wanted(spec, {{"a", "50"}, {"b", "90"}, {"observed", "4"}}) == Approx(5));
}

TEST_CASE("A schedule's factor is on the demand") {
  const std::string spec = R"(
signals:
  - { name: load, query: load, perReplica: 10 }
  - { name: sale, schedule: { windows: [ { from: 1970-01-01T00:00, to: 1970-01-02T00:00, factor: 1.5 } ] } }
)";
  CHECK(Wanted(spec, {{"load", "40"}}) == 6);
}

TEST_CASE("Rules change the count relative to what is observed, when they have held for long enough") {
  const auto rule = [](const std::string& action) {
    return kLoad + std::string("rules: [ { name: r, when: { signal: load, above: 20, for: 15s }, ") + action + " } ]";
  };
  CHECK(Wanted(rule("add: 2"), {{"load", "30 30"}, {"observed", "6 6"}}) == 8);
  CHECK(Wanted(rule("add: 2"), {{"load", "20 30"}, {"observed", "6 6"}}) == 3);
  CHECK(Wanted(rule("add: 2"), {{"load", "- 30"}, {"observed", "6 6"}}) == 3);
  CHECK(Wanted(rule("remove: 2"), {{"load", "90 90"}, {"observed", "6 6"}}) == 4);
  CHECK(Wanted(rule("set: 1"), {{"load", "90 90"}, {"observed", "6 6"}}) == 1);
  CHECK(Wanted(rule("atLeast: 12"), {{"load", "90 90"}, {"observed", "6 6"}}) == 12);
  CHECK(Wanted(rule("atMost: 2"), {{"load", "90 90"}, {"observed", "6 6"}}) == 2);
  CHECK(Wanted(rule("add: 2, cooldown: 1m"), {{"load", "30 30"}, {"observed", "5 6"}}) == 3);
}

TEST_CASE("Changes smaller than the hysteresis are not followed") {
  const std::string spec = kLoad + std::string("scaleUp: { hysteresis: 20% }");
  CHECK(Wanted(spec, {{"load", "119"}, {"observed", "10"}}) == 10);
  CHECK(Wanted(spec, {{"load", "120"}, {"observed", "10"}}) == 12);
  CHECK(Wanted(spec, {{"load", "99"}, {"observed", "10"}}) == Approx(9.9));
}

TEST_CASE("A hysteresis of 7 % of 100 replicas is seven, not the hair above it that floating point makes of it") {
  const std::string spec =
      "replicas: { observed: observed }\n"
      "signals: [ { name: load, query: load, perReplica: 1 } ]\n"
      "scaleUp: { hysteresis: 7% }\nscaleDown: { hysteresis: 7% }";
  CHECK(Wanted(spec, {{"load", "106"}, {"observed", "100"}}) == 100);
  CHECK(Wanted(spec, {{"load", "107"}, {"observed", "100"}}) == 107);
  CHECK(Wanted(spec, {{"load", "93"}, {"observed", "100"}}) == 93);
}

TEST_CASE("Gates open above and below what they say") {
  const std::string spec = R"(
signals:
  - { name: load, query: load, perReplica: 10 }
  - { name: gate, role: gate, query: gate, above: 2, below: 5 }
)";
  CHECK(Wanted(spec, {{"load", "40"}, {"gate", "3"}}) == 4);
  CHECK(Wanted(spec, {{"load", "40"}, {"gate", "2"}}) == 0);
  CHECK(Wanted(spec, {{"load", "40"}, {"gate", "5"}}) == 0);
}

TEST_CASE("The highest floor and the lowest ceiling count, and the ceiling wins") {
  const std::string spec = R"(
signals:
  - { name: load, query: load, perReplica: 10 }
  - { name: f, role: floor, replicas: f }
  - { name: g, role: floor, replicas: 3 }
  - { name: c, role: ceiling, replicas: c }
  - { name: d, role: ceiling, replicas: 20 }
)";
  CHECK(Wanted(spec, {{"load", "40"}, {"f", "6"}, {"c", "30"}}) == 6);
  CHECK(Wanted(spec, {{"load", "40"}, {"f", "2"}, {"c", "30"}}) == 4);
  CHECK(Wanted(spec, {{"load", "10"}, {"f", "2"}, {"c", "30"}}) == 3);
  CHECK(Wanted(spec, {{"load", "900"}, {"f", "2"}, {"c", "8"}}) == 8);
  CHECK(Wanted(spec, {{"load", "900"}, {"f", "2"}, {"c", "30"}}) == 20);
  CHECK(Wanted(spec, {{"load", "40"}, {"f", "9"}, {"c", "8"}}) == 8);
}

TEST_CASE("What it may cost is a maximum of whole replicas") {
  CHECK(Wanted(kLoad + std::string("cost: { perReplicaHour: 0.5, maxPerHour: 2.4 }"), {{"load", "90"}}) == 4);
}

TEST_CASE("A budget's grant is the last word") {
  testing::World world = testing::MakeWorld(kLoad + std::string("budget: workers"));
  for (const PlannedQuery& query : world.plan.queries)
    world.readings.push_back({{query.text == "load" ? 90.0 : 5.0, ReadingState::kValue}});
  const Observation seen = world.Seen();
  const Decision proposed = Propose(world.policy, world.plan, seen);
  CHECK(Settle(world.policy, world.plan, seen, proposed, 4).wanted == 4);
  CHECK(Settle(world.policy, world.plan, seen, proposed, 20).wanted == 9);
}

TEST_CASE("An expression's hour and weekday are those of the policy's zone, over the change of the clocks too") {
  const auto wanted = [](const char* combine, const char* zone, const char* now) {
    const Policy policy = MakePolicy(std::string("signals: [ { name: fixed, replicas: 3 } ]\ncombine: ") + combine +
                                     "\ntimezone: " + zone);
    const QueryPlan plan = *PlanQueries(policy, {{"namespace", "data"}, {"name", "app"}});
    Observation seen;
    seen.now = *ParseTimestamp(now);
    return Decide(policy, plan, seen).wanted;
  };
  CHECK(wanted("hour", "UTC", "2026-10-25T00:30:00Z") == 0);
  // 02:30 comes twice in the night when the clocks are put back ...
  CHECK(wanted("hour", "Europe/Berlin", "2026-10-25T00:30:00Z") == 2);
  CHECK(wanted("hour", "Europe/Berlin", "2026-10-25T01:30:00Z") == 2);
  CHECK(wanted("hour", "Europe/Berlin", "2026-10-25T02:30:00Z") == 3);
  // ... and not at all when they are put forward.
  CHECK(wanted("hour", "Europe/Berlin", "2026-03-29T00:59:00Z") == 1);
  CHECK(wanted("hour", "Europe/Berlin", "2026-03-29T01:00:00Z") == 3);
  CHECK(wanted("weekday", "UTC", "2026-10-24T22:30:00Z") == 6);
  CHECK(wanted("weekday", "Europe/Berlin", "2026-10-24T22:30:00Z") == 0);
}

TEST_CASE("Where a policy asks for no count an override cannot hold: it goes on deciding, and says so") {
  const Policy policy = testing::MakePolicy("signals: [ { name: fixed, replicas: 3 } ]");
  const QueryPlan plan = *PlanQueries(policy, {{"namespace", "data"}, {"name", "app"}});
  REQUIRE(plan.observed < 0);
  std::vector<Override> overrides(1);
  overrides[0].name = "freeze";
  overrides[0].reason = "migration";
  overrides[0].until = Timestamp(Duration(2000));
  Observation seen;
  seen.now = Timestamp(Duration(1000));
  seen.overrides = overrides;
  const Decision decision = Decide(policy, plan, seen);
  CHECK_FALSE(decision.error);
  CHECK(decision.wanted == 3);
  CHECK(Summary(policy, decision) ==
        "fixed wants 3: 3 replicas; override freeze (migration) cannot hold, as the policy asks for no count (set "
        "replicas.observed)");
}

TEST_CASE("Overrides pin, raise, cap and hold while they are in force") {
  testing::World world = testing::MakeWorld(kLoad);
  for (const PlannedQuery& query : world.plan.queries)
    world.readings.push_back({{query.text == "load" ? 90.0 : 5.0, ReadingState::kValue}});
  const auto wanted = [&](Override::Kind kind, double replicas) {
    std::vector<Override> overrides(1);
    overrides[0].kind = kind;
    overrides[0].replicas = replicas;
    overrides[0].until = world.now + std::chrono::hours(1);
    Observation seen = world.Seen();
    seen.overrides = overrides;
    return Decide(world.policy, world.plan, seen).wanted;
  };
  CHECK(wanted(Override::Kind::kPin, 2) == 2);
  CHECK(wanted(Override::Kind::kFloor, 12) == 12);
  CHECK(wanted(Override::Kind::kFloor, 2) == 9);
  CHECK(wanted(Override::Kind::kCeiling, 3) == 3);
  CHECK(wanted(Override::Kind::kCeiling, 30) == 9);
  CHECK(wanted(Override::Kind::kHold, 0) == 5);
}

TEST_CASE("The HPA is told what gets it to where it is wanted, and a mode says whether") {
  const auto told = [](const std::string& more, const char* load, const char* observed) {
    return DecideOn(MakePolicy(kLoad + more), {{"load", load}, {"observed", observed}});
  };
  CHECK(told("", "130", "12").replicas == 14);
  // As good as 12, the count that it has: the HPA stays there for either.
  CHECK(told("hpa: { deadband: hold }", "130", "12").replicas == 13);
  CHECK(told("hpa: { deadband: plain }", "130", "12").replicas == 13);
  CHECK(told("mode: hold", "130", "12").replicas == 12);
  CHECK(told("mode: yield", "130", "12").replicas == 0);
  CHECK_FALSE(told("mode: yield", "130", "12").active);
}

TEST_CASE("Between its turns of every, what was decided at the last one stands") {
  // DecideOn decides at 3600 s, a multiple of 1m; the last one of 7m was sixteen ticks before.
  const std::string load = "70 60 50 40 30 20 10 10 10 10 10 10 10 10 10 10 10 90";
  CHECK(Wanted("every: 1m\nsignals: [ { name: load, query: load, perReplica: 10 } ]", {{"load", load}}) == 9);
  CHECK(Wanted("every: 7m\nsignals: [ { name: load, query: load, perReplica: 10 } ]", {{"load", load}}) == 6);
}

TEST_CASE("An expression that names a signal without an answer has none, but where it asks whether there is one") {
  const auto decide = [](const std::string& expression) {
    return DecideOn(MakePolicy("signals:\n"
                               "  - { name: a, query: a, perReplica: 10 }\n"
                               "  - { name: b, query: b, perReplica: 10 }\n"
                               "onMissing: { hold: 0s, then: ignore }\n"
                               "combine: '" +
                               expression + "'"),
                    {{"a", "50"}, {"b", "-"}});
  };
  const Decision decision = decide("a + b");
  REQUIRE(decision.error);
  CHECK(decision.error->message == "the expression names signal b, which has no answer: prom:9090: no answer");
  CHECK(decide("a").wanted == 5);
  CHECK(decide("a + (b_present ? b : 2)").wanted == 7);
}

TEST_CASE("An expression below zero asks for nothing") {
  const Decision decision = DecideOn(MakePolicy("signals:\n"
                                                "  - { name: a, query: a, perReplica: 10 }\n"
                                                "  - { name: least, role: floor, replicas: 3 }\n"
                                                "combine: 'a - 20'\n"),
                                     {{"a", "50"}});
  REQUIRE_FALSE(decision.error);
  REQUIRE(decision.steps.front().reason == Reason::kByExpression);
  CHECK(decision.steps.front().after == 0);
  CHECK(decision.wanted == 3);
}

// 0.3 / 0.1 is a little less than 3.
TEST_CASE("A cost pays for as many as it does, whatever division makes of it") {
  CHECK(Wanted(kLoad + std::string("cost: { perReplicaHour: 0.1, maxPerHour: 0.3 }"), {{"load", "90"}}) == 3);
}

TEST_CASE("Readings of unknown age are missing where an age is asked for") {
  const Policy policy = MakePolicy(
      "signals: [ { name: load, query: load, perReplica: 1, maxAge: 1m, freshness: fresh } ]\nonMissing: { hold: 0s }");
  CHECK(DecideOn(policy, {{"load", "5"}, {"fresh", "_"}}).error);
  CHECK(DecideOn(policy, {{"load", "5"}, {"fresh", "-"}}).error);
}

}  // namespace
}  // namespace loadline
