#include "series/aggregate.h"

#include <catch2/catch.hpp>
#include <vector>

namespace loadline {
namespace {

std::vector<Sample> Each15s(const std::vector<double>& values) {
  std::vector<Sample> samples;
  for (const double value : values) samples.push_back({Timestamp(std::chrono::seconds(15 * samples.size())), value});
  return samples;
}

TEST_CASE("Aggregate takes one number out of several") {
  const std::vector<Sample> values = Each15s({3, 1, 5, 2});
  CHECK(Aggregate(Aggregation::kAvg, values) == 2.75);
  CHECK(Aggregate(Aggregation::kMax, values) == 5);
  CHECK(Aggregate(Aggregation::kMin, values) == 1);
  CHECK(Aggregate(Aggregation::kSum, values) == 11);
  CHECK(Aggregate(Aggregation::kLast, values) == 2);
}

TEST_CASE("Quantiles are linear between the ranks, as PromQL's") {
  const std::vector<Sample> values = Each15s({4, 1, 3, 2, 5});
  CHECK(*Aggregate(Aggregation::kP50, values) == Approx(3));
  CHECK(*Aggregate(Aggregation::kP90, values) == Approx(4.6));
  CHECK(*Aggregate(Aggregation::kP99, values) == Approx(4.96));
  CHECK(*Aggregate(Aggregation::kP99, Each15s({7})) == 7);
}

TEST_CASE("A rate is the increase a second; a counter that falls began again at 0") {
  CHECK(*Aggregate(Aggregation::kRate, Each15s({100, 130, 160})) == Approx(2));
  CHECK(*Aggregate(Aggregation::kRate, Each15s({100, 130, 15})) == Approx(1.5));
  CHECK(*Aggregate(Aggregation::kDelta, Each15s({100, 130, 70})) == -30);
}

TEST_CASE("A rate or a delta of a single reading is not known") {
  CHECK(Aggregate(Aggregation::kRate, Each15s({7})) == std::nullopt);
  CHECK(Aggregate(Aggregation::kDelta, Each15s({7})) == std::nullopt);
}

TEST_CASE("Aggregate of nothing is nothing, never zero") {
  CHECK(Aggregate(Aggregation::kSum, {}) == std::nullopt);
  CHECK(Aggregate(Aggregation::kAvg, {}) == std::nullopt);
}

}  // namespace
}  // namespace loadline
