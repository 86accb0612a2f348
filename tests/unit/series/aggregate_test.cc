#include "series/aggregate.h"

#include <catch2/catch.hpp>
#include <vector>

namespace loadline {
namespace {

TEST_CASE("Aggregate takes one number out of several") {
  const std::vector<double> values = {3, 1, 5, 2};
  CHECK(Aggregate(Aggregation::kAvg, values) == 2.75);
  CHECK(Aggregate(Aggregation::kMax, values) == 5);
  CHECK(Aggregate(Aggregation::kMin, values) == 1);
  CHECK(Aggregate(Aggregation::kSum, values) == 11);
  CHECK(Aggregate(Aggregation::kLast, values) == 2);
}

TEST_CASE("Aggregate of nothing is nothing, never zero") {
  CHECK(Aggregate(Aggregation::kSum, {}) == std::nullopt);
  CHECK(Aggregate(Aggregation::kAvg, {}) == std::nullopt);
}

}  // namespace
}  // namespace loadline
