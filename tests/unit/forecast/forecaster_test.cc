#include "forecast/forecaster.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "support/load_series.h"

namespace loadline {
namespace {

constexpr Duration kMinute{60'000};
constexpr Duration kHour{3'600'000};
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

ForecastRequest Hours(int horizon) { return {.step = kHour, .horizon = horizon, .quantiles = {0.1, 0.5, 0.9}}; }

void CheckSound(const Forecast& forecast, const ForecastRequest& request) {
  REQUIRE(forecast.quantiles.size() == request.quantiles.size());
  for (std::size_t q = 0; q < forecast.quantiles.size(); ++q) {
    REQUIRE(static_cast<int>(forecast.quantiles[q].size()) == request.horizon);
    for (int h = 0; h < request.horizon; ++h) {
      REQUIRE(std::isfinite(forecast.quantiles[q][h]));
      if (q > 0) REQUIRE(forecast.quantiles[q][h] >= forecast.quantiles[q - 1][h]);
    }
  }
}

TEST_CASE("Any history gives finite quantiles in their order") {
  for (const Duration step : {kMinute, 5 * kMinute, 15 * kMinute, kHour, 8 * kHour, 24 * kHour, Duration{7'000}}) {
    for (const int size : {2, 3, 10, 30, 100, 1000, 3000}) {
      for (const int horizon : {1, 7, 48, 200}) {
        CAPTURE(step.count(), size, horizon);
        std::vector<double> values = testing::MakeLoad(size, size / 24.0 + 1);
        values.resize(size);
        const ForecastRequest request{.step = step, .horizon = horizon, .quantiles = {0.05, 0.5, 0.95}};
        const auto forecast = MakeForecast(values, request);
        REQUIRE(forecast);
        CheckSound(*forecast, request);
        CHECK(*std::ranges::min_element(forecast->quantiles[0]) >= 0);
      }
    }
  }
}

TEST_CASE("A constant stays, without a spread") {
  const auto forecast = MakeForecast(std::vector<double>(500, 7.0), Hours(3));
  REQUIRE(forecast);
  CHECK(forecast->method == "constant");
  for (const auto& row : forecast->quantiles) CHECK(row == std::vector<double>(3, 7.0));
}

TEST_CASE("Too little to go by is an error, not a number") {
  const std::vector<std::vector<double>> histories = {{}, {3}, {kNan, kNan, kNan, 4}};
  for (const auto& history : histories) {
    const auto forecast = MakeForecast(history, Hours(3));
    REQUIRE_FALSE(forecast);
    CHECK(forecast.error().code == Code::kFailedPrecondition);
  }
}

TEST_CASE("A request that makes no sense says which rule it breaks") {
  const std::vector<double> values = testing::MakeLoad(1, 3);
  const auto message = [&](const ForecastRequest& request) { return MakeForecast(values, request).error().message; };
  CHECK(message({.step = Duration{0}}) == "forecast: the step must be above 0");
  CHECK(message({.horizon = 0}) == "forecast: the horizon must be 1 step or more, found 0");
  CHECK(message({.quantiles = {}}) == "forecast: at least one quantile is needed");
  CHECK(message({.quantiles = {1}}) == "forecast: a quantile lies above 0 and below 1, found 1");
  CHECK(message({.quantiles = {0.9, 0.5}}) == "forecast: quantiles are ascending, found 0.5 after 0.9");
  CHECK_THAT(message({.model = "prophet"}),
             Catch::StartsWith("forecast: no model is named \"prophet\"; there are: short term, "));
  CHECK(message({.step = kHour, .model = "direct week"}) ==
        "forecast: the history is too short for the model \"direct week\": 72 values");
}

TEST_CASE("An outage is not learned") {
  std::vector<double> values = testing::MakeLoad(2, 30);
  const auto whole = MakeForecast(values, Hours(24));
  for (int t = 20 * 24; t < 20 * 24 + 30; ++t) values[t] = 0;
  for (int t = 30 * 24 - 6; t < 30 * 24; ++t) values[t] = 0;
  const auto forecast = MakeForecast(values, Hours(24));
  REQUIRE(forecast);
  CHECK(forecast->outage == 36);
  for (int h = 0; h < 24; ++h) CHECK(forecast->quantiles[1][h] == Approx(whole->quantiles[1][h]).epsilon(0.2));
}

TEST_CASE("Nights without load are no outage") {
  std::vector<double> values = testing::MakeLoad(3, 30);
  for (std::size_t t = 0; t < values.size(); ++t) {
    if (t % 24 < 6) values[t] = 0;
  }
  const auto forecast = MakeForecast(values, Hours(24));
  REQUIRE(forecast);
  CHECK(forecast->outage == 0);
  for (int h = 0; h < 6; ++h) CHECK(forecast->quantiles[2][h] < 1);
}

TEST_CASE("Gaps are filled by what was at the same time of other days") {
  std::vector<double> values = testing::MakeLoad(4, 30);
  const auto whole = MakeForecast(values, Hours(24));
  for (int t = 600; t < 612; ++t) values[t] = t % 2 == 0 ? kNan : std::numeric_limits<double>::infinity();
  const auto forecast = MakeForecast(values, Hours(24));
  REQUIRE(forecast);
  CHECK(forecast->missing == 12);
  for (int h = 0; h < 24; ++h) CHECK(forecast->quantiles[1][h] == Approx(whole->quantiles[1][h]).epsilon(0.1));
}

TEST_CASE("A season of other than 24 steps is found") {
  const auto forecast = MakeForecast(testing::MakeLoad(5, 40, {.day = 23, .weekend = 1}), Hours(24));
  REQUIRE(forecast);
  CHECK(forecast->day == 23);
}

TEST_CASE("From ten days on the weekend is known, which one that has seen it once can tell") {
  for (const int days : {10, 11, 12, 14}) {
    double ours = 0, yesterday = 0;
    for (unsigned seed = 0; seed < 14; ++seed) {
      const std::vector<double> all = testing::MakeLoad(seed, days + 2 + seed % 7, {.weekend = 0.4});
      const auto known = std::span(all).subspan(seed % 7 * 24, static_cast<std::size_t>(days) * 24);
      ForecastRequest request{.step = kHour, .horizon = 48, .quantiles = {0.5, 0.95}};
      const auto forecast = MakeForecast(known, request);
      REQUIRE(forecast);
      for (int h = 0; h < 48; ++h) {
        const double truth = all[seed % 7 * 24 + static_cast<std::size_t>(days) * 24 + h];
        ours += std::abs(forecast->quantiles[0][h] - truth);
        yesterday += std::abs(known[known.size() - 24 + h % 24] - truth);
      }
    }
    CAPTURE(days, ours, yesterday);
    CHECK(ours < 0.55 * yesterday);
  }
}

TEST_CASE("Two weeks are enough to beat what was a day before; with less it is about as good") {
  for (const double days : {4.0, 8.0, 14.0, 21.0, 35.0}) {
    double ours = 0, naive = 0;
    for (unsigned seed = 0; seed < 21; ++seed) {
      // Of all days of the week in turn.
      const std::vector<double> all = testing::MakeLoad(seed, days + 2 + seed % 7, {.noise = 0.15});
      const std::span<const double> values = std::span(all).subspan(seed % 7 * 24);
      const std::span<const double> known = values.first(values.size() - 48);
      const auto forecast = MakeForecast(known, Hours(48));
      REQUIRE(forecast);
      for (int h = 0; h < 48; ++h) {
        ours += std::abs(forecast->quantiles[1][h] - values[known.size() + h]);
        naive += std::abs(known[known.size() - 24 + h % 24] - values[known.size() + h]);
      }
    }
    CAPTURE(days, ours, naive);
    // Within nine days the two days of a weekend are a quarter of all, and no model can know them.
    CHECK(ours < (days < 14 ? 1.15 : 0.9) * naive);
  }
}

TEST_CASE("The stated quantiles cover what they state") {
  int below = 0, count = 0;
  for (unsigned seed = 100; seed < 160; ++seed) {
    const std::vector<double> values = testing::MakeLoad(seed, 37, {.noise = 0.1});
    const auto forecast = MakeForecast(std::span(values).first(35 * 24), Hours(48));
    for (int h = 0; h < 48; ++h, ++count) below += values[35 * 24 + h] <= forecast->quantiles[2][h];
  }
  CHECK(below > 0.85 * count);
  CHECK(below < 0.96 * count);
}

TEST_CASE("After a day on another level the next hours are on it, and the upper quantile is for the whole day") {
  std::vector<double> values = testing::MakeLoad(6, 30, {.daily = 0, .weekend = 1});
  for (std::size_t t = 29 * 24; t < values.size(); ++t) values[t] *= 2;
  const auto forecast = MakeForecast(values, Hours(24));
  REQUIRE(forecast);
  CHECK(forecast->quantiles[1][0] > 170);
  for (double value : forecast->quantiles[2]) CHECK(value > 180);
}

}  // namespace
}  // namespace loadline
