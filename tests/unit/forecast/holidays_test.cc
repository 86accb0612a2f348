#include "forecast/holidays.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <set>
#include <span>
#include <vector>

#include "forecast/forecaster.h"
#include "forecast/pinball.h"
#include "forecast/trust.h"

namespace loadline {
namespace {

constexpr Duration kHour{3'600'000};
constexpr int kDay = 24;

// Hours of a service from a Monday on, whose holidays are much like its Sundays, a little less; and 5 % noise.
std::vector<double> Load(unsigned seed, int days, const std::set<int>& holidays) {
  std::mt19937 random(seed);
  std::normal_distribution<double> noise;
  std::vector<double> values;
  double drift = 0;
  for (int t = 0; t < days * kDay; ++t) {
    const int day = t / kDay;
    drift = 0.99 * drift + 0.01 * noise(random);
    const double shape = 1 + 0.5 * std::sin(2 * M_PI * (t % kDay) / kDay);
    const double level = holidays.contains(day) ? 0.35 : day % 7 == 6 ? 0.4 : day % 7 == 5 ? 0.6 : 1;
    values.push_back(1000 * level * shape * std::exp(drift) * (1 + 0.05 * noise(random)));
  }
  return values;
}

std::vector<Holiday> Around(const std::set<int>& days, int origin) {
  std::vector<Holiday> holidays;
  for (const int day : days) holidays.push_back({day * kDay - origin, (day + 1) * kDay - origin, (day + 1) % 7});
  return holidays;
}

struct Losses {
  double on_holidays = 0;
  double on_days_after = 0;  // the two that follow
  double elsewhere = 0;
};

// Mean pinball losses of a day ahead, from each sixth hour of the days from `from` on, with `history` days known.
Losses Backtest(const std::vector<double>& values, const std::set<int>& days, int history, int from, bool told) {
  Losses sums;
  int holidays = 0, after = 0, others = 0;
  const std::vector<double> quantiles = {0.5, 0.9, 0.95};
  for (int origin = from * kDay; origin + kDay <= static_cast<int>(values.size()); origin += 6) {
    ForecastRequest request{.step = kHour, .horizon = kDay, .quantiles = quantiles};
    if (told) request.holidays = Around(days, origin);
    const auto known = std::span(values).subspan(static_cast<std::size_t>(origin - history * kDay), history * kDay);
    const auto forecast = MakeForecast(known, request);
    REQUIRE(forecast);
    for (int h = 0; h < kDay; ++h) {
      const int day = (origin + h) / kDay;
      double loss = 0;
      for (std::size_t q = 0; q < 3; ++q)
        loss += PinballLoss(values[static_cast<std::size_t>(origin + h)], forecast->quantiles[q][h], quantiles[q]);
      const bool is_after = days.contains(day - 1) || days.contains(day - 2);
      double& sum = days.contains(day) ? sums.on_holidays : is_after ? sums.on_days_after : sums.elsewhere;
      int& count = days.contains(day) ? holidays : is_after ? after : others;
      sum += loss;
      ++count;
    }
  }
  sums.on_holidays /= holidays;
  sums.on_days_after /= after;
  sums.elsewhere /= others;
  return sums;
}

TEST_CASE("Whoever knows the holidays loses less on them and on the days after, and nothing elsewhere") {
  const int history = GENERATE(14, 28);
  const std::set<int> days = {30, 39, 50, 58};  // a Wednesday, Wednesday, Tuesday, Wednesday
  Losses without, with;
  for (unsigned seed = 1; seed <= 3; ++seed) {
    const std::vector<double> values = Load(seed, 64, days);
    const Losses one = Backtest(values, days, history, 29, false);
    const Losses two = Backtest(values, days, history, 29, true);
    without.on_holidays += one.on_holidays;
    without.on_days_after += one.on_days_after;
    without.elsewhere += one.elsewhere;
    with.on_holidays += two.on_holidays;
    with.on_days_after += two.on_days_after;
    with.elsewhere += two.elsewhere;
  }
  CAPTURE(history, without.on_holidays, with.on_holidays, without.on_days_after, with.on_days_after, without.elsewhere,
          with.elsewhere);
  CHECK(with.on_holidays < 0.5 * without.on_holidays);
  CHECK(with.on_days_after < 0.7 * without.on_days_after);
  CHECK(with.elsewhere < 1.001 * without.elsewhere);
}

TEST_CASE("Where no holiday is near, to know of them changes nothing") {
  const std::vector<double> values = Load(1, 28, {});
  ForecastRequest request{.step = kHour, .horizon = 48, .quantiles = {0.5, 0.95}};
  const auto plain = MakeForecast(values, request);
  request.holidays = {{48, 72, 1}, {-40 * kDay, -39 * kDay, 1}};
  CHECK(MakeForecast(values, request)->quantiles == plain->quantiles);
}

TEST_CASE("A holiday of the past is replaced by what is usual in the weeks around, one ahead is like it") {
  std::vector<double> values;
  for (int t = 0; t < 28 * kDay; ++t) values.push_back(t / kDay % 7 == 6 ? 40 : 100);
  const auto on_day = [](int day, int today) {
    return Holiday{(day - today) * kDay, (day + 1 - today) * kDay, (day + 1) % 7};
  };
  SECTION("like that of the history") {
    std::fill_n(values.begin() + 16 * kDay, kDay, 25);
    const std::vector<Holiday> days = {on_day(16, 28), on_day(29, 28)};
    const HolidayView view(values, days, kDay);
    CHECK(view.usual()[16 * kDay + 3] == 100);
    CHECK(view.ShareAt(0) == 1);
    CHECK(view.ShareAt(kDay) == 0.25);
    CHECK(view.ShareAt(2 * kDay - 1) == 0.25);
    CHECK(view.ShareAt(2 * kDay) == 1);
  }
  SECTION("like Sunday where there is none") {
    const std::vector<Holiday> days = {on_day(28, 28)};
    CHECK(HolidayView(values, days, kDay).ShareAt(5) == 0.4);
  }
  SECTION("on a Sunday, as on Sundays; on a Sunday no weekday's") {
    std::fill_n(values.begin() + 16 * kDay, kDay, 25);
    const std::vector<Holiday> days = {on_day(16, 28), on_day(34, 28)};
    CHECK(HolidayView(values, days, kDay).ShareAt(6 * kDay + 5) == 1);
  }
  SECTION("of which a part has been, it says how much there would be without") {
    std::fill_n(values.begin() + 16 * kDay, kDay, 25);
    std::fill_n(values.begin() + 24 * kDay, 6, 30);
    values.resize(24 * kDay + 6);
    const int size = static_cast<int>(values.size());
    const std::vector<Holiday> days = {{16 * kDay - size, 17 * kDay - size, 3}, {-6, 18, 4}};
    const HolidayView view(values, days, kDay);
    CHECK(view.usual().back() == 120);
    CHECK(view.ShareAt(0) == 0.25);
  }
  SECTION("below zero no share means anything") {
    values[5] = -1;
    const std::vector<Holiday> days = {on_day(28, 28)};
    CHECK(HolidayView(values, days, kDay).ShareAt(5) == 1);
  }
}

TEST_CASE("Any holidays give finite forecasts in their order") {
  const unsigned seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  for (int i = 0; i < 60; ++i) {
    const int days = 1 + static_cast<int>(random() % 20);
    std::vector<double> values = Load(i, days, {});
    for (double& value : values) {
      if (random() % 10 == 0) value = random() % 2 == 0 ? 0 : std::numeric_limits<double>::quiet_NaN();
    }
    ForecastRequest request{.step = kHour, .horizon = 48, .quantiles = {0.5, 0.95}};
    for (int day = -25; day < 4; ++day) {
      const int begin = day * kDay + static_cast<int>(random() % 24);
      if (random() % 3 == 0) request.holidays.push_back({begin, begin + kDay, static_cast<int>((day + 28) % 7)});
    }
    const auto forecast = MakeForecast(values, request);
    if (!forecast) continue;  // all that there is lies on holidays
    for (int h = 0; h < 48; ++h) {
      REQUIRE(std::isfinite(forecast->quantiles[0][h]));
      REQUIRE(forecast->quantiles[0][h] <= forecast->quantiles[1][h]);
    }
  }
}

TEST_CASE("Trust is judged by what would have been said with the holidays, and remembers no other") {
  const std::set<int> days = {26};
  const std::vector<double> values = Load(2, 28, days);
  TrustOptions options{.step = kHour, .refit = kHour, .horizon = 3, .window = 20 * kDay};
  TrustMemo memo;
  const Trust without = JudgeTrust(values, options, memo);
  options.holidays = Around(days, 28 * kDay);
  const Trust with = JudgeTrust(values, options, memo);
  CHECK(with.ours < without.ours);
  CHECK(with == JudgeTrust(values, options));
}

}  // namespace
}  // namespace loadline
