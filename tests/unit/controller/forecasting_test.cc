// Forecasts on their way from a source into decisions.
#include <fmt/format.h>

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
using testing::FakeMetricSource;
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

// Requests per second with a day's wave, and replicas; of four days, as a fit gives way to all other threads there are.
Reading Served(const std::string& query, Timestamp time) {
  if (query == "replicas") return Value(12);
  if (time < kStart - hours(4 * 24)) return {0, ReadingState::kEmpty};
  const double wave = std::sin(ToSeconds(time) / 86'400 * 2 * std::numbers::pi);
  const auto noise = static_cast<double>(time.time_since_epoch() / minutes(1) * 7919 % 101) / 101;
  return Value(10 + 5 * wave + 2 * noise);
}

constexpr std::string_view kObjective =
    "replicas: { min: 1, max: 40, observed: replicas }\n"
    "signals: [ { name: load, query: load, perReplica: 1 } ]\n"
    "objective: { violations: 1%, startDelay: 2m, scaleDownWindow: 1m }\n";

struct ObjectivePod {
  explicit ObjectivePod(FakeMetricSource::Said said, Timestamp start) : pod(std::move(said), start) {
    pod.options.interval = minutes(1);
    pod.options.forecasts.pause = Duration(0);
    pod.Start();
    pod.Give(std::string(kObjective));
    binding = pod.Find();
    first = Await(binding);
  }
  // Until the law is fitted, or could not be.
  void Fit(const std::string& outcome) {
    pod.RunTick();
    const std::string line = "loadline_forecast_refits_total{outcome=\"" + outcome + "\"} 1";
    REQUIRE(Eventually([&] { return pod.instruments.Text().find(line) != std::string::npos; }));
    pod.RunTick();
  }

  Pod pod;
  std::shared_ptr<Binding> binding;
  std::shared_ptr<const PublishedAnswer> first;
};

TEST_CASE("Until the law of an objective is fitted there is no answer; then pods that start at any time agree") {
  ObjectivePod one(Served, kStart + minutes(90));
  CHECK(one.first->error);
  CHECK_THAT(one.first->error->message, Catch::Contains("the law of its objective is not fitted yet"));
  one.Fit("fitted");
  const auto answer = one.binding->Latest();
  REQUIRE(!answer->error);
  REQUIRE(answer->decision.objective != nullptr);
  CHECK(answer->decision.objective->has_model);
  CHECK(answer->decision.objective->fitted == kStart);
  CHECK(answer->decision.objective->outcomes.size() == 25);
  CHECK(answer->decision.signals[0].reason == Reason::kObjective);

  ObjectivePod two(Served, answer->time - 3 * minutes(1));
  two.Fit("fitted");
  while (two.binding->Latest()->time < answer->time) two.pod.RunTick();
  const auto other = two.binding->Latest();
  REQUIRE(other->time == answer->time);
  CHECK(other->decision.replicas == answer->decision.replicas);
  CHECK(*other->decision.objective == *answer->decision.objective);
}

TEST_CASE("Where the history of an objective cannot be had 80 % of the capacity is used, and the decision says so") {
  const Timestamp start = kStart + minutes(90);
  ObjectivePod pod(
      [start](const std::string& query, Timestamp time) {
        return time < start - hours(24) ? testing::Failed() : Served(query, time);
      },
      start);
  pod.Fit("failed");
  const auto answer = pod.binding->Latest();
  REQUIRE(!answer->error);
  CHECK(answer->decision.signals[0].reason == Reason::kObjectiveUnfitted);
  CHECK_THAT(answer->decision.objective->problem, Catch::Contains("80 % of the capacity is used"));
}

TEST_CASE("A calendar that changes is another forecast, which knows its days") {
  Pod pod(Wave, kStart + minutes(3));
  pod.Start();
  const auto policy = std::make_shared<const Policy>(testing::MakePolicy(
      "signals:\n"
      "  - { name: load, query: load, perReplica: 10 }\n"
      "  - { name: expected, forecast: { of: load, history: 6h, holidays: [some], timezone: UTC } }\n"));
  const auto give = [&](std::string_view dates) {
    PolicySet set{{policy}, {}};
    set.calendars = {std::make_shared<const Calendar>(Calendar{"some", {*ParseDateRange(dates)}})};
    pod.policies.Give(std::move(set));
  };
  const auto binding = pod.Find();
  // What the tick begins is fitted beside it, in whatever time the machine leaves to that; the next one decides by it.
  const auto dates_after = [&](int refits) {
    pod.RunTick();
    const std::string fitted = fmt::format("loadline_forecast_refits_total{{outcome=\"fitted\"}} {}\n", refits);
    REQUIRE(Eventually([&] { return pod.instruments.Text().find(fitted) != std::string::npos; }));
    pod.RunTick();
    const auto answer = binding->Latest();
    REQUIRE(answer->forecasts.size() == 2);
    REQUIRE(answer->forecasts[1] != nullptr);
    return FormatDateRange(answer->forecasts[1]->plan.holidays[0]);
  };
  give("2026-12-25");
  Await(binding);
  CHECK(dates_after(1) == "2026-12-25");
  give("2026-12-24..2026-12-26");
  CHECK(dates_after(2) == "2026-12-24..2026-12-26");
}

}  // namespace
}  // namespace loadline
