#include "base/optional_number.h"

#include <catch2/catch.hpp>

namespace loadline {
namespace {

TEST_CASE("An OptionalNumber is a number or none, in the room of a number") {
  const OptionalNumber none;
  CHECK_FALSE(none);
  CHECK_FALSE(none.has_value());
  CHECK(none.value_or(7) == 7);
  for (const double number : {0.0, -0.0, 4.25, -1e300, std::numeric_limits<double>::infinity()}) {
    const OptionalNumber some = number;
    CHECK(some);
    CHECK(*some == number);
    CHECK(some.value_or(7) == number);
  }
  CHECK(sizeof(OptionalNumber) == sizeof(double));
}

TEST_CASE("An OptionalNumber is made of an optional, and becomes one") {
  OptionalNumber number = std::optional(3.5);
  CHECK(std::optional<double>(number) == 3.5);
  number = std::nullopt;
  CHECK(std::optional<double>(number) == std::nullopt);
  number = std::optional<double>();
  CHECK_FALSE(number);
}

}  // namespace
}  // namespace loadline
