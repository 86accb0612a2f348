// Forecasts on their way from a source into decisions.
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

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
  const auto dates = [&] {
    pod.RunTick();
    const auto answer = binding->Latest();
    const auto& forecasts = answer->forecasts;
    return forecasts.size() < 2 || forecasts[1] == nullptr ? "" : FormatDateRange(forecasts[1]->plan.holidays[0]);
  };
  give("2026-12-25");
  Await(binding);
  CHECK(Eventually([&] { return dates() == "2026-12-25"; }));
  give("2026-12-24..2026-12-26");
  CHECK(Eventually([&] { return dates() == "2026-12-24..2026-12-26"; }));
}

}  // namespace
}  // namespace loadline
