// Forecasts on their way from a source into decisions.
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "scaling/explain.h"
#include "unit/controller/pod.h"

namespace loadline {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::Await;
using testing::Eventually;
using testing::kStart;
using testing::Pod;
using testing::Value;

constexpr std::string_view kExpected =
    "signals:\n"
    "  - { name: load, query: load, perReplica: 10 }\n"
    "  - { name: expected, forecast: { of: load, ahead: 5m, history: 6h, mode: shadow } }\n"
    "  - { name: unused, forecast: { of: load, ahead: 5m, history: 6h, mode: off } }\n";

Reading Wave(const std::string&, Timestamp time) {
  return Value(100 + 50 * std::sin(ToSeconds(time) / 3600 * 2 * std::numbers::pi));
}

TEST_CASE("A pod fetches the history of a forecast's signal, fits, and decides by what was fitted") {
  Pod pod(Wave, kStart + minutes(3));
  pod.Start();
  pod.Give(kExpected);
  const auto binding = pod.Find();
  CHECK(Await(binding)->forecasts.size() == 3);
  pod.RunTick();  // begins to fetch and fit: no tick waits for it
  const auto fitted = [&] {
    return pod.instruments.Text().find("loadline_forecast_refits_total{outcome=\"fitted\"} 1") != std::string::npos;
  };
  REQUIRE(Eventually(fitted));
  pod.RunTick();
  const auto answer = binding->Latest();
  REQUIRE(answer->forecasts.size() == 3);
  CHECK(answer->forecasts[0] == nullptr);
  CHECK(answer->forecasts[2] == nullptr);
  REQUIRE(answer->forecasts[1] != nullptr);
  const PublishedForecast& published = *answer->forecasts[1];
  CHECK(published.forecast.problem.empty());
  CHECK(published.forecast.fitted == AlignDown(answer->time - minutes(1), minutes(10)));
  CHECK(published.forecast.step == minutes(1));
  CHECK(published.forecast.middle.size() == 25);
  CHECK(published.plan.text == "load");
  CHECK(published.history.size() == 360);
  CHECK(published.history.back() == Approx(Wave("", published.forecast.fitted).value));
}

TEST_CASE("A pod fetches the histories of a number that is learned, and decides by what they say") {
  Pod pod([](const std::string& query, Timestamp) {
    return Value(query == "depth" ? 10'000 : query == "arriving" ? 100 : 5);
  });
  pod.Start();
  pod.Give(
      "signals:\n"
      "  - name: queue\n"
      "    backlog: { depth: depth, arrivals: arriving, drainWithin: 100s,\n"
      "               throughputPerReplica: { assume: 40, replicas: ready, history: 6h } }\n");
  const auto binding = pod.Find();
  CHECK(Await(binding)->error);  // by what is assumed it would say less than those that know
  pod.RunTick();
  const auto learned = [&] {
    return pod.instruments.Text().find("loadline_forecast_refits_total{outcome=\"fitted\"} 1") != std::string::npos;
  };
  REQUIRE(Eventually(learned));
  pod.RunTick();
  const auto answer = binding->Latest();
  REQUIRE_FALSE(answer->error);
  CHECK(answer->decision.wanted == Approx(10));
  CHECK(*answer->decision.signals[0].throughput == Approx(20));
  REQUIRE(answer->decision.signals[0].learned != nullptr);
  CHECK(answer->decision.signals[0].learned->count == 71);
}

// Two replicas, and four from the tenth to the fortieth minute of each hour; a new one is ready after two minutes.
Reading Starts(const std::string& query, Timestamp time) {
  const auto minute = (time - AlignDown(time, hours(1))) / minutes(1);
  if (query == "wanted") return Value(minute >= 10 && minute < 40 ? 4 : 2);
  if (query == "ready") return Value(minute >= 12 && minute < 40 ? 4 : 2);
  return Wave(query, time);
}

TEST_CASE("A pod learns how long starts take, and its forecasts look so far ahead") {
  Pod pod(Starts, kStart + minutes(3));
  pod.Start();
  pod.Give(
      "signals:\n"
      "  - { name: load, query: load, perReplica: 10 }\n"
      "  - name: soon\n"
      "    forecast: { of: load, ahead: { wanted: wanted, ready: ready, history: 1d }, history: 6h }\n");
  const auto binding = pod.Find();
  Await(binding);
  pod.RunTick();
  const auto done = [&] {
    return pod.instruments.Text().find("loadline_forecast_refits_total{outcome=\"fitted\"} 2") != std::string::npos;
  };
  REQUIRE(Eventually(done));
  pod.RunTick();
  const auto answer = binding->Latest();
  const SignalOutcome& soon = answer->decision.signals[1];
  REQUIRE(soon.learned != nullptr);
  CHECK(soon.learned->count == 24);
  CHECK(*soon.learned->value == 120);
  CHECK(SignalSentence(*answer->policy, answer->decision, 1).find("expected in 2m (learned from 24 rises") !=
        std::string::npos);
  CHECK(answer->forecasts[1]->forecast.middle.size() == 35);  // up to atMost, 15m, after the next refit but one
}

}  // namespace
}  // namespace loadline
