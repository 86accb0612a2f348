#include "forecast/backtest.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>

#include "forecast/pinball.h"

namespace loadline {
namespace {

// Days of hours: a wave, and noise.
std::vector<double> Days(int days, unsigned seed = 7) {
  std::mt19937 random(seed);
  std::normal_distribution<double> noise(0, 5);
  std::vector<double> values;
  for (int hour = 0; hour < 24 * days; ++hour)
    values.push_back(100 + 50 * std::sin(2 * std::numbers::pi * hour / 24) + noise(random));
  return values;
}

BacktestOptions Hourly() {
  BacktestOptions options;
  options.step = Duration(3'600'000);
  options.horizon = 6;
  options.quantile = 0.9;
  return options;
}

TEST_CASE("A backtest scores what Loadline uses and each model, by what was known at each origin") {
  const std::vector<double> values = Days(21);
  int calls = 0;
  const auto backtest = MakeBacktest(values, Hourly(), [&](int done, int origins) {
    CHECK(done == ++calls);
    CHECK(origins == 28);
  });
  REQUIRE(backtest);
  CHECK(calls == 28);
  CHECK(backtest->origins == 28);  // a third of 21 days, 6 hours apart
  REQUIRE(backtest->scores.size() > 5);
  const BacktestScore& ours = backtest->scores.front();
  CHECK(ours.name == kMixtureName);
  CHECK(ours.origins == 28);
  CHECK(ours.error < 8);  // the noise alone is 4
  CHECK(ours.coverage > 0.75);
  bool any_brief = false;  // models that want more history than the first origins had stand below all others
  for (std::size_t i = 2; i < backtest->scores.size(); ++i) {
    const bool brief = backtest->scores[i].origins < 28;
    CHECK(brief >= any_brief);
    if (brief == any_brief) CHECK(backtest->scores[i].pinball >= backtest->scores[i - 1].pinball);
    any_brief = brief;
  }

  // The same by hand.
  REQUIRE(backtest->points.size() == 28 * 6);
  double error = 0, pinball = 0;
  int below_lower = 0, below_middle = 0;
  for (const BacktestPoint& point : backtest->points) {
    const double value = values[static_cast<std::size_t>(point.index)];
    error += std::abs(value - point.middle) / (28 * 6);
    pinball += (value > point.upper ? 0.9 * (value - point.upper) : 0.1 * (point.upper - value)) / (28 * 6);
    below_lower += value < point.lower ? 1 : 0;
    below_middle += value < point.middle ? 1 : 0;
    CHECK(point.lower <= point.middle);
    CHECK(point.middle <= point.upper);
  }
  CHECK(error == Approx(ours.error));
  CHECK(below_lower < 0.25 * 28 * 6);
  CHECK(below_middle > 0.35 * 28 * 6);
  CHECK(below_middle < 0.65 * 28 * 6);
  CHECK(pinball == Approx(ours.pinball));
  CHECK(backtest->points.back().index == 21 * 24 - 1);
}

TEST_CASE("A model that was judged at few origins does not stand above one that was judged at all") {
  const auto backtest = MakeBacktest(Days(13), Hourly());
  REQUIRE(backtest);
  const auto first =
      std::ranges::find_if(backtest->scores, [&](const auto& each) { return each.origins < backtest->origins; });
  REQUIRE(first != backtest->scores.end());
  CHECK(std::all_of(first, backtest->scores.end(), [&](const auto& each) { return each.origins < backtest->origins; }));
}

TEST_CASE("What comes after an origin does not change its forecast") {
  std::vector<double> values = Days(12);
  const auto before = MakeBacktest(values, Hourly());
  const std::size_t changed = values.size() - 6;
  for (std::size_t i = changed; i < values.size(); ++i) values[i] = 1e6;
  const auto after = MakeBacktest(values, Hourly());
  REQUIRE(before);
  REQUIRE(after);
  REQUIRE(before->points.size() == after->points.size());
  for (std::size_t i = 0; i < before->points.size(); ++i) CHECK(before->points[i].upper == after->points[i].upper);
  CHECK(after->scores.front().error > before->scores.front().error);
}

TEST_CASE("What is not known is not scored; without anything to score there is an error") {
  std::vector<double> values = Days(12);
  const auto all = MakeBacktest(values, Hourly());
  values.back() = std::numeric_limits<double>::quiet_NaN();
  const auto one_less = MakeBacktest(values, Hourly());
  REQUIRE(one_less);
  const double last = all->points.back().middle - Days(12).back();
  const double count = static_cast<double>(all->points.size());
  CHECK(one_less->scores.front().error * (count - 1) + std::abs(last) == Approx(all->scores.front().error * count));

  const auto nothing = MakeBacktest(std::vector<double>(500, std::nan("")), Hourly());
  REQUIRE_FALSE(nothing);
  CHECK(nothing.error().code == Code::kFailedPrecondition);
  const auto brief = MakeBacktest(std::vector<double>(17, 1.0), Hourly());
  REQUIRE_FALSE(brief);
  CHECK(brief.error().message ==
        "backtest: of 17 values a third is forecast, which is less than one horizon of 6 steps");
  BacktestOptions low = Hourly();
  low.quantile = 0.2;
  CHECK(MakeBacktest(values, low).error().code == Code::kInvalidArgument);
}

TEST_CASE("The pinball loss weighs what is above and below a quantile") {
  CHECK(PinballLoss(10, 8, 0.9) == Approx(1.8));
  CHECK(PinballLoss(8, 10, 0.9) == Approx(0.2));
  CHECK(PinballLoss(8, 8, 0.9) == 0);
}

}  // namespace
}  // namespace loadline
