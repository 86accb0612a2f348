#include "forecast/residual_shape.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>

namespace loadline {
namespace {

TEST_CASE("A weighted quantile is the least value that has the share at or below it") {
  const std::vector<double> values = {3, 1, 2, 4};
  const std::vector<double> weights = {1, 1, 5, 1};  // 1: 1, 2: 6, 3: 7, 4: 8
  CHECK(WeightedQuantile(values, weights, 0.1) == 1);
  CHECK(WeightedQuantile(values, weights, 0.125) == 1);
  CHECK(WeightedQuantile(values, weights, 0.5) == 2);
  CHECK(WeightedQuantile(values, weights, 0.76) == 3);
  CHECK(WeightedQuantile(values, weights, 0.99) == 4);
  CHECK(WeightedQuantile(std::vector<double>{7}, std::vector<double>{2}, 0.5) == 7);
}

TEST_CASE("A weighted quantile is that of all values in order") {
  const unsigned seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  std::normal_distribution<double> value;
  std::uniform_real_distribution<double> uniform(0.01, 1);
  for (int round = 0; round < 50; ++round) {
    std::vector<double> values;
    std::vector<double> weights;
    for (int i = 0; i < 1 + round * 3; ++i) {
      values.push_back(value(random));
      weights.push_back(uniform(random));
    }
    const double share = uniform(random);
    std::vector<std::pair<double, double>> sorted;
    double all = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      sorted.emplace_back(values[i], weights[i]);
      all += weights[i];
    }
    std::sort(sorted.begin(), sorted.end());
    double up_to = 0;
    std::size_t at = 0;
    while (at + 1 < sorted.size() && (up_to += sorted[at].second) < share * all) ++at;
    CHECK(WeightedQuantile(values, weights, share) == sorted[at].first);
  }
}

TEST_CASE("Of normal noise the shape is that of the bell, a little widened") {
  std::mt19937 random(7);
  std::normal_distribution<double> noise;
  std::vector<double> residuals(40'000);
  for (double& each : residuals) each = noise(random);
  const ResidualShape shape(residuals, std::vector<double>(residuals.size(), 1.0));
  CHECK(shape.Above(0) == Approx(0.5).margin(0.02));
  CHECK(shape.Above(1) == Approx(0.1587).margin(0.01));
  CHECK(shape.Above(1.6449) == Approx(0.05).margin(0.006));
  CHECK(shape.Above(2.3263) == Approx(0.01).margin(0.002));
  CHECK(shape.Above(-6) == Approx(1).margin(0.001));
}

TEST_CASE("Beyond what was seen the tail goes on by the mean excess, and never ends") {
  std::mt19937 random(7);
  std::exponential_distribution<double> noise(1);
  std::vector<double> residuals(40'000);
  for (double& each : residuals) each = noise(random);
  const ResidualShape shape(residuals, std::vector<double>(residuals.size(), 1.0));
  for (const double bound : {5.0, 6.0, 8.0, 10.0, 13.0}) {
    INFO(bound);
    CHECK(std::log(shape.Above(bound)) == Approx(-bound).epsilon(0.1));
  }
  double before = 1;
  for (double bound = -8; bound < 40; bound += 0.01) {
    const double above = shape.Above(bound);
    REQUIRE(above <= before);
    REQUIRE(above > 0);
    before = above;
  }
}

TEST_CASE("Residuals that are all the same have a shape, too") {
  const ResidualShape shape(std::vector<double>(300, 0.0), std::vector<double>(300, 1.0));
  CHECK(shape.Above(-1) > 0.99);
  CHECK(shape.Above(1) < 0.001);
}

}  // namespace
}  // namespace loadline
