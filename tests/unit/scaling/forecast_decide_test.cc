// What decisions make of forecasts; most stands in tests/scenarios.
#include <catch2/catch.hpp>
#include <limits>
#include <nlohmann/json.hpp>

#include "scaling/explain.h"
#include "scaling/forecast_law.h"
#include "support/random_world.h"

namespace loadline {
namespace {

using testing::MakeWorld;
using testing::World;

constexpr Duration kMinute = std::chrono::minutes(1);

SignalForecast Fitted(Timestamp fitted) {
  SignalForecast forecast;
  forecast.fitted = fitted;
  forecast.refit = 10 * kMinute;
  forecast.step = kMinute;
  for (int i = 1; i <= 30; ++i) {
    forecast.middle.push_back(5 * i);
    forecast.upper.push_back(10 * i);
  }
  forecast.trust = {.on = true,
                    .reason = TrustReason::kBetter,
                    .ours = 0.25,
                    .naive = 0.5,
                    .rule = "last value",
                    .coverage = 0.9,
                    .shift = 3,
                    .corrected = 0.95,
                    .origins = 24};
  return forecast;
}

TEST_CASE("What is expected lies between two steps in proportion, the quantile of the policy") {
  const Timestamp fitted{std::chrono::hours(480'000)};
  const SignalForecast forecast = Fitted(fitted);
  const auto at = [&](Duration after) { return ExpectedAt(forecast, fitted, after).value; };
  CHECK(at(5 * kMinute) == 50);
  CHECK(at(5 * kMinute + kMinute / 4) == 52.5);
  CHECK(at(kMinute / 2) == 10);  // before the first there is nothing to be in proportion to
  CHECK(at(30 * kMinute) == 300);
  CHECK(ExpectedAt(forecast, fitted + 5 * kMinute, 5 * kMinute).value == 100);
}

TEST_CASE("A forecast that says nothing of a time says why") {
  const Timestamp fitted{std::chrono::hours(480'000)};
  SignalForecast forecast = Fitted(fitted);
  const auto problem = [&](Duration later, Duration ahead) {
    return ExpectedAt(forecast, fitted + later, ahead).problem;
  };
  CHECK(problem(Duration{0}, 31 * kMinute) == "it ends 30m after it was fitted");
  CHECK(problem(20 * kMinute, kMinute).empty());
  CHECK(problem(21 * kMinute, kMinute) == "it was fitted 21m ago, and is fitted every 10m");
  CHECK(problem(-10 * kMinute, 5 * kMinute) == "it begins later");
  forecast.upper[4] = std::numeric_limits<double>::quiet_NaN();
  CHECK(problem(Duration{0}, 5 * kMinute) == "it is not a number");
  forecast = {};
  CHECK(problem(Duration{0}, kMinute) == "it ends 0s after it was fitted");
  forecast.problem = "too little to go by";
  CHECK(problem(Duration{0}, kMinute) == "too little to go by");
}

World Service(const std::string& forecast) {
  World world = MakeWorld(
      "replicas: { min: 0, max: 40 }\nsignals:\n  - { name: load, query: q, perReplica: 10 }\n  - " + forecast);
  for (const PlannedQuery& query : world.plan.queries) {
    const auto ticks = static_cast<std::size_t>(query.window / world.interval) + 1;
    world.readings.emplace_back(ticks, Reading{20, ReadingState::kValue});
  }
  world.forecasts = {std::nullopt, Fitted(world.now)};
  return world;
}

TEST_CASE("A forecast that is not trusted is recorded with its demand and both scores") {
  World world = Service("{ name: soon, forecast: { of: load, ahead: 5m, mode: active } }");
  CHECK(world.Decide().replicas == 5);
  world.forecasts[1]->trust.on = false;
  world.forecasts[1]->trust.reason = TrustReason::kWorse;
  const Decision decision = world.Decide();
  CHECK(decision.replicas == 2);
  CHECK(decision.signals[1].reason == Reason::kDistrustedForecast);
  CHECK_FALSE(decision.signals[1].demand);
  CHECK(*decision.signals[1].expected == 5);
  CHECK(SignalSentence(world.policy, decision, 1) ==
        "50 at 10 each expected in 5m, which wants 5; not used: it was better than the naive rules, and is worse now "
        "(loss 0.25, last value 0.5)");
  const auto json = nlohmann::json::parse(ExplainAsJson(world.policy, decision))["signals"][1];
  CHECK(json["expected"] == 5);
  CHECK(json["demand"].is_null());
  CHECK(json["trust"] == nlohmann::json::parse(R"({"on": false, "reason": "Worse", "loss": 0.25, "naive_loss": 0.5,
      "naive_rule": "last value", "coverage": 0.9, "shift": 3.0, "corrected_coverage": 0.95})"));
}

TEST_CASE("A forecast in shadow is recorded with its demand") {
  const World world = Service("{ name: soon, forecast: { of: load, ahead: 5m } }");
  const Decision decision = world.Decide();
  CHECK(decision.replicas == 2);
  CHECK(decision.signals[1].reason == Reason::kShadowForecast);
  CHECK(*decision.signals[1].expected == 5);
  CHECK(SignalSentence(world.policy, decision, 1) ==
        "50 at 10 each expected in 5m, which wants 5; in shadow: not used");
}

TEST_CASE("A forecast that is too old falls back to what is measured") {
  World world = Service("{ name: soon, forecast: { of: load, ahead: 5m, mode: active } }");
  world.forecasts[1]->fitted -= 21 * kMinute;
  const Decision decision = world.Decide();
  CHECK(decision.replicas == 2);
  CHECK(Sentence(world.policy, decision, decision.steps[1]) ==
        "soon: no forecast: it was fitted 21m ago, and is fitted every 10m");
}

TEST_CASE("A forecast keeps nothing running by itself, but by its own activateAbove") {
  World world = Service("{ name: soon, forecast: { of: load, ahead: 1m, mode: active } }");
  for (Reading& each : world.readings[0]) each.value = 0;
  CHECK(world.Decide().replicas == 1);
  CHECK_FALSE(world.Decide().active);
  world = Service("{ name: soon, activateAbove: 5, forecast: { of: load, ahead: 1m, mode: active } }");
  for (Reading& each : world.readings[0]) each.value = 0;
  CHECK(world.Decide().active);
}

TEST_CASE("Of two forecasts the higher one counts, whatever their order") {
  for (const char* order : {"{ name: a, forecast: { of: load, ahead: 1m, mode: active } }\n  - "
                            "{ name: b, forecast: { of: load, ahead: 90s, mode: active, mayLower: true } }",
                            "{ name: a, forecast: { of: load, ahead: 90s, mode: active, mayLower: true } }\n  - "
                            "{ name: b, forecast: { of: load, ahead: 1m, mode: active } }"}) {
    World world = Service(order);
    world.forecasts = {std::nullopt, Fitted(world.now), Fitted(world.now)};
    CHECK(world.Decide().replicas == 1.5);
    for (auto& each : {1, 2}) world.forecasts[static_cast<std::size_t>(each)]->upper.assign(30, 0);
    CHECK(world.Decide().replicas == 0);
  }
}

}  // namespace
}  // namespace loadline
