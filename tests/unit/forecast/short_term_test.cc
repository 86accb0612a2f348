#include "forecast/short_term.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>

namespace loadline {
namespace {

constexpr Duration kMinute{60'000};
constexpr int kDay = 1440;

// Counts a minute, whose rate swings over the day.
std::vector<double> MakeCounts(unsigned seed, int minutes, double rate) {
  std::mt19937 random(seed);
  std::vector<double> counts;
  for (int t = 0; t < minutes; ++t) {
    std::poisson_distribution<int> count(rate * (1 + 0.5 * std::sin(2 * M_PI * t / kDay)));
    counts.push_back(count(random));
  }
  return counts;
}

TEST_CASE("Of counts the quantiles cover what they state") {
  const std::vector<double> values = MakeCounts(1, 9 * kDay, 50);
  const std::vector<double> quantiles = {0.5, 0.9, 0.95};
  std::vector<int> below(quantiles.size());
  int count = 0;
  for (int origin = 7 * kDay; origin + 30 <= 9 * kDay; origin += 61) {
    const auto forecast =
        ShortTermQuantiles(std::span(values).subspan(origin - 7 * kDay, 7 * kDay), kMinute, kDay, 30, quantiles);
    for (const int h : {1, 5, 17, 30}) {
      ++count;
      for (std::size_t q = 0; q < quantiles.size(); ++q) below[q] += values[origin - 1 + h] <= forecast[q][h - 1];
    }
  }
  CHECK(below[0] == Approx(0.5 * count).margin(0.08 * count));
  CHECK(below[1] == Approx(0.9 * count).margin(0.05 * count));
  CHECK(below[2] == Approx(0.95 * count).margin(0.04 * count));
}

TEST_CASE("Quantiles do not cross, and of counts none is negative") {
  const std::vector<double> values = MakeCounts(2, 3 * kDay, 0.3);
  const auto forecast = ShortTermQuantiles(values, kMinute, kDay, 60, std::vector<double>{0.01, 0.1, 0.5, 0.9, 0.99});
  for (std::size_t q = 0; q < forecast.size(); ++q) {
    for (std::size_t h = 0; h < 60; ++h) {
      CHECK(forecast[q][h] >= 0);
      if (q > 0) CHECK(forecast[q][h] >= forecast[q - 1][h]);
    }
  }
}

TEST_CASE("The least history that is enough, is enough") {
  const int least = ShortTermNeeds(30, kMinute);
  const auto forecast = ShortTermQuantiles(MakeCounts(3, least, 20), kMinute, kDay, 30, std::vector<double>{0.5});
  CHECK(std::ranges::all_of(forecast[0], [](double value) { return std::isfinite(value) && value < 100; }));
}

}  // namespace
}  // namespace loadline
