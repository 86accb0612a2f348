// What is known of the time after a decision.
#include "scaling/outlook.h"

#include <catch2/catch.hpp>

#include "support/policy_builder.h"

namespace loadline {
namespace {

using Kind = ComingChange::Kind;
using std::chrono::hours;
using std::chrono::minutes;
using testing::DecideOn;
using testing::MakePolicy;

const Timestamp kNow = *ParseTimestamp("2026-11-24T06:00:00Z");  // a Tuesday
const CalendarLookup kNoCalendars = [](const std::string&) -> const Calendar* { return nullptr; };

Decision At(const Policy& policy, double wanted = 3) {
  Decision decision;
  decision.time = kNow;
  decision.wanted = wanted;
  decision.replicas = wanted;
  decision.observed = wanted;
  decision.signals.resize(policy.signals.size());
  return decision;
}

TEST_CASE("The outlook has each opening and closing of a schedule, up to its end") {
  const Policy policy = MakePolicy(
      "signals: [ { name: lag, query: lag, perReplica: 10 }, { name: office, schedule: { windows: [ { name: day, "
      "start: '0 8 * * *', end: '0 18 * * *', replicas: 6 } ] } } ]");
  const auto changes = ComingChanges(policy, At(policy), {}, {}, kNoCalendars, kNow + hours(24));
  REQUIRE(changes.size() == 2);
  CHECK(changes[0].at == kNow + hours(2));
  CHECK(changes[0].kind == Kind::kSchedule);
  CHECK(changes[0].name == "office");
  CHECK(changes[0].replicas == 6);
  CHECK(changes[0].sentence.find("day opens, then day says 6 replicas") != std::string::npos);
  CHECK(changes[1].at == kNow + hours(12));
  CHECK_FALSE(changes[1].replicas);
  CHECK(ComingChanges(policy, At(policy), {}, {}, kNoCalendars, kNow + hours(1)).empty());
}

TEST_CASE("The outlook says that what is wanted stays, where another signal asks for as much as a schedule will say") {
  const auto stays = [](const std::string& says, const Step& last, const std::string& combine = "max") {
    const Policy policy = MakePolicy(
        "signals: [ { name: lag, query: lag, perReplica: 10 }, { name: office, schedule: { windows: [ { name: day, "
        "start: '0 8 * * *', end: '0 18 * * *', " +
        says + " } ] } } ]\ncombine: " + combine);
    Decision decision = At(policy, 7.5);
    decision.steps = {{"combine", Reason::kHighestDemand, 0, 0, 7.5}, last};
    auto changes = ComingChanges(policy, decision, {}, {}, kNoCalendars, kNow + hours(24));
    std::erase_if(changes, [](const ComingChange& each) { return each.kind != Kind::kSchedule; });
    REQUIRE(changes.size() == 2);
    return std::pair(changes[0].stays, changes[1].stays);
  };
  const Step no_more{"activity", Reason::kActiveByReplicas, 0, 7.5, 7.5};
  const std::pair both(true, true);
  const std::pair neither(false, false);
  const std::pair closes(false, true);
  CHECK(stays("min: 3", no_more) == both);
  CHECK(stays("replicas: 7", no_more) == both);
  CHECK(stays("max: 8", no_more) == both);
  CHECK(stays("min: 8", no_more) == closes);
  CHECK(stays("max: 7", no_more) == closes);
  CHECK(stays("factor: 1.5", no_more) == closes);
  CHECK(stays("min: 3", no_more, "sum") == neither);
  CHECK(stays("min: 3", {"tolerance", Reason::kBeyondTolerance, -1, 7.5, 8}) == both);
  // What decides is not lag's demand alone; or the schedule itself has won.
  CHECK(stays("min: 3", {"stabilize", Reason::kStabilizedDown, -1, 7, 7.5}) == neither);
  CHECK(stays("min: 3", {"combine", Reason::kHighestDemand, 1, 0, 7.5}) == neither);
}

TEST_CASE("The outlook has the begin and the end of overrides") {
  const Policy policy = MakePolicy("signals: [ { name: lag, query: lag, perReplica: 10 } ]");
  Override pin{"drill", true, "", "", "", Override::Kind::kPin, 6, kNow + hours(1), kNow + hours(2), "a drill", "anna"};
  const auto changes = ComingChanges(policy, At(policy), {&pin, 1}, {}, kNoCalendars, kNow + hours(24));
  REQUIRE(changes.size() == 2);
  CHECK(changes[0].at == kNow + hours(1));
  CHECK(changes[0].replicas == 6);
  CHECK(changes[0].sentence == "override drill begins: exactly 6 (a drill)");
  CHECK(changes[1].at == kNow + hours(2));
  CHECK(changes[1].sentence == "override drill ends: exactly 6 (a drill)");
  pin.from.reset();
  pin.until = kNow;
  CHECK(ComingChanges(policy, At(policy), {&pin, 1}, {}, kNoCalendars, kNow + hours(24)).empty());
}

TEST_CASE("The outlook has the ends of windows, cooldowns and holds") {
  const Policy policy = MakePolicy(
      "replicas: { observed: seen }\nsignals: [ { name: lag, query: lag, perReplica: 10 } ]\n"
      "rules: [ { name: surge, when: { signal: lag, above: 9 }, add: 1, cooldown: 10m } ]\n"
      "scaleDown: { stabilize: 15m, cooldown: 6m }\nonMissing: { hold: 5m, then: ignore }");
  Decision decision = At(policy);
  decision.steps = {{"stabilize", Reason::kStabilizedDown, -1, 2, 8, minutes(4), 8},
                    {"rules", Reason::kRuleCoolingDown, 0, 8, 8, minutes(1)},
                    {"cooldown", Reason::kCoolingDownDown, -1, 8, 8, minutes(5)}};
  decision.signals[0].reason = Reason::kHeld;
  decision.signals[0].age = minutes(3);
  const auto changes = ComingChanges(policy, decision, {}, {}, kNoCalendars, kNow + hours(24));
  REQUIRE(changes.size() == 4);
  CHECK(changes[0].at == kNow + minutes(1));
  CHECK(changes[0].kind == Kind::kCooldown);
  CHECK(changes[1].at == kNow + minutes(2));
  CHECK(changes[1].kind == Kind::kHold);
  CHECK(changes[1].sentence == "lag is not held any longer if it still has no reading: it is ignored");
  CHECK(changes[2].at == kNow + minutes(9));
  CHECK(changes[2].name == "surge");
  CHECK(changes[3].at == kNow + minutes(11));
  CHECK(changes[3].kind == Kind::kStabilization);
  CHECK(changes[3].sentence == "scaleDown.stabilize lets go of the 8 that was asked for 4m ago");
  // An error has no steps that end: what was held is still told.
  decision.error = Error{Code::kUnavailable, "no data"};
  CHECK(ComingChanges(policy, decision, {}, {}, kNoCalendars, kNow + hours(24)).size() == 1);
}

TEST_CASE("The outlook has the end of a hold of a value without a law, of which no answer is stated") {
  const Policy policy = MakePolicy(
      "combine: load + errors_value\nonMissing: { hold: 5m, then: error }\nsignals:\n"
      "- { name: load, query: load, perReplica: 10 }\n- { name: errors, query: errors }");
  const Decision decision = DecideOn(policy, {{"load", "50 50 50"}, {"errors", "3 - -"}});
  const auto changes = ComingChanges(policy, decision, {}, {}, kNoCalendars, decision.time + hours(24));
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].at == decision.time + minutes(4) + std::chrono::seconds(30));
  CHECK(changes[0].kind == Kind::kHold);
  CHECK(changes[0].sentence ==
        "errors is not held any longer if it still has no reading: whoever names its value says what holds");
}

TEST_CASE("The outlook tells of a forecast as replicas, and of when it asks for more than there is") {
  const Policy policy = MakePolicy(
      "signals: [ { name: load, query: load, perReplica: 10 }, { name: soon, forecast: { of: load, ahead: 5m, mode: "
      "active } } ]");
  Decision decision = At(policy);
  decision.signals[0].value = 30;
  decision.signals[1].reason = Reason::kForecast;
  SignalForecast forecast;
  forecast.fitted = kNow;
  forecast.step = minutes(10);
  forecast.middle = {20, 30, 40, 30};
  forecast.upper = {25, 38, 52, 31};
  const auto expected = DemandAhead(policy, decision, 1, forecast);
  REQUIRE(expected);
  CHECK(expected->first == kNow + minutes(10));
  CHECK(expected->middle == std::vector<double>{2, 3, 4, 3});
  CHECK(expected->upper == std::vector<double>{2.5, 3.8, 5.2, 3.1});
  CHECK_FALSE(DemandAhead(policy, decision, 0, forecast));
  const auto changes = ComingChanges(policy, decision, {}, {&*expected, 1}, kNoCalendars, kNow + hours(1));
  REQUIRE(changes.size() == 1);
  // From 20 minutes on more than 3 is expected; it is met five minutes before.
  CHECK(changes[0].at == kNow + minutes(15));
  CHECK(changes[0].kind == Kind::kForecast);
  CHECK(changes[0].replicas == 5.2);
  CHECK(changes[0].counts);
  decision.signals[1].reason = Reason::kDistrustedForecast;
  const auto watched = ComingChanges(policy, decision, {}, {&*expected, 1}, kNoCalendars, kNow + hours(1));
  REQUIRE(watched.size() == 1);
  CHECK(watched[0].at == kNow + minutes(20));
  CHECK_FALSE(watched[0].counts);
  CHECK(watched[0].sentence.ends_with("; it is not trusted yet"));
  // Whatever else it is not used for is told by its own sentence.
  decision.signals[1].reason = Reason::kNoForecast;
  decision.signals[1].problem = RareText("it ends 40m after it was fitted");
  const auto unused = ComingChanges(policy, decision, {}, {&*expected, 1}, kNoCalendars, kNow + hours(1));
  REQUIRE(unused.size() == 1);
  CHECK_FALSE(unused[0].counts);
  CHECK(unused[0].sentence.ends_with("; it is not used: no forecast: it ends 40m after it was fitted"));
  decision.wanted = 6;
  CHECK(ComingChanges(policy, decision, {}, {&*expected, 1}, kNoCalendars, kNow + hours(1)).empty());
}

TEST_CASE("The outlook tells nothing of a forecast that decisions would not go by for its age, or that is none") {
  const Policy policy = MakePolicy(
      "signals: [ { name: load, query: load, perReplica: 10 }, { name: soon, forecast: { of: load, ahead: 5m, mode: "
      "active } } ]");
  Decision decision = At(policy);
  decision.signals[0].value = 30;
  SignalForecast forecast;
  forecast.fitted = kNow - minutes(120);
  forecast.refit = minutes(60);
  forecast.step = minutes(10);
  forecast.middle.assign(20, 90);
  forecast.upper.assign(20, 90);
  CHECK(DemandAhead(policy, decision, 1, forecast));
  forecast.fitted -= Duration(1);
  CHECK_FALSE(DemandAhead(policy, decision, 1, forecast));
  forecast.refit = Duration(0);  // of a record from before it was kept: not known
  CHECK(DemandAhead(policy, decision, 1, forecast));
  forecast.problem = "too little to go by";
  CHECK_FALSE(DemandAhead(policy, decision, 1, forecast));
}

}  // namespace
}  // namespace loadline
