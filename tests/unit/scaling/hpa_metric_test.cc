// What the HPA makes of one metric: the value that KEDA tells it, and the replicas within its tolerance.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>

#include "scaling/hpa.h"
#include "support/random_world.h"

namespace loadline {
namespace {

TEST_CASE("Rules 22, S9: the HPA changes the count only outside its tolerance, and then to the value rounded up") {
  struct Row {
    double value;
    int replicas;
    int want;
  };
  // Those with a comment were seen on a real HPA of Kubernetes 1.36.
  const Row row = GENERATE(values<Row>({{7.001, 1, 8},     // seen
                                        {13.2, 12, 12},    // seen: a ratio of exactly 1.1
                                        {13.201, 12, 14},  // seen
                                        {11, 10, 10},
                                        {22, 20, 20},
                                        {11.001, 10, 12},
                                        {9, 10, 10},
                                        {8.999, 10, 9},
                                        {5, 1, 5},
                                        {0, 4, 0},
                                        {1, 1, 1}}));
  CAPTURE(row.value, row.replicas);
  CHECK(ReplicasForMetric(row.value, 1, row.replicas) == row.want);
}

TEST_CASE("Rule 22: on both edges of the tolerance every count is held, and 0.001 beyond them none is") {
  // Tenths of the count: the HPA divides thousandths, where nothing is lost to floating point (11.7 at 13 is 0.9).
  for (int replicas = 10; replicas <= 1000; ++replicas) {
    CAPTURE(replicas);
    const double low = replicas * 9 / 10.0;
    const double high = replicas * 11 / 10.0;
    REQUIRE(ReplicasForMetric(low, 1, replicas) == replicas);
    REQUIRE(ReplicasForMetric(high, 1, replicas) == replicas);
    REQUIRE(ReplicasForMetric(low - 0.001, 1, replicas) < replicas);
    REQUIRE(ReplicasForMetric(high + 0.001, 1, replicas) > replicas);
  }
}

TEST_CASE("Rule 22: a target with a fraction divides without a remainder where there is none") {
  CHECK(ReplicasForMetric(2.1, 0.3, 1) == 7);
  CHECK(ReplicasForMetric(4.2, 0.7, 1) == 6);
  CHECK(ReplicasForMetric(2.101, 0.3, 1) == 8);
}

TEST_CASE("a target that no HPA can have keeps the count") {
  CHECK(ReplicasForMetric(0, 0, 3) == 3);
  CHECK(ReplicasForMetric(5, 0.0001, 3) == 3);
}

TEST_CASE("Rule 22: tolerance 0 follows each whole number") {
  CHECK(ReplicasForMetric(10.5, 1, 10, {0, 0}) == 11);
  CHECK(ReplicasForMetric(10, 1, 10, {0, 0}) == 10);
  CHECK(ReplicasForMetric(9.001, 1, 11, {0, 0}) == 10);
  CHECK(ReplicasForMetric(1.001, 1, 1, {0, 0}) == 2);  // in floating point 1.001 * 1000 is a little less than 1001
}

TEST_CASE("Rule 22: each direction has its own tolerance") {
  const Tolerance tolerance{0.3, 0.05};
  CHECK(ReplicasForMetric(13, 1, 10, tolerance) == 10);
  CHECK(ReplicasForMetric(13.001, 1, 10, tolerance) == 14);
  CHECK(ReplicasForMetric(9.5, 1, 10, tolerance) == 10);
  CHECK(ReplicasForMetric(9.4, 1, 10, tolerance) == 10);
  CHECK(ReplicasForMetric(9, 1, 10, tolerance) == 9);
}

TEST_CASE("Rule 20: what is not a number above 0.0005 reaches the HPA as 0") {
  CHECK(MetricAsKedaTellsIt(-3) == 0);
  CHECK(MetricAsKedaTellsIt(std::numeric_limits<double>::quiet_NaN()) == 0);
  CHECK(MetricAsKedaTellsIt(std::numeric_limits<double>::infinity()) == 0);
  CHECK(MetricAsKedaTellsIt(0.0004) == 0);
  CHECK(MetricAsKedaTellsIt(2.34567) == 2.346);
  CHECK(MetricAsKedaTellsIt(1.0005) == 1);  // as "%.3f" rounds it: in binary it is a little less
}

// What KEDA writes and the HPA reads, by way of the text.
double ThousandthsOfText(double value) {
  const std::string text = fmt::format("{:.3f}", value);
  double told = 0;
  std::from_chars(text.data(), text.data() + text.size(), told);
  return std::round(told * 1000) / 1000;
}

TEST_CASE("Rule 20: thousandths are those of KEDA's text") {
  const unsigned seed = testing::SeedOfRun();
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> exponent(-5, 11);
  std::uniform_int_distribution<std::int64_t> whole(0, 100'000'000);
  const auto check = [&](double value) {
    for (const double each : {std::nextafter(value, 0.0), value, std::nextafter(value, 1e300)}) {
      if (each > 0 && MetricAsKedaTellsIt(each) != ThousandthsOfText(each)) {
        CAPTURE(seed, fmt::format("{:.17g}", each));
        CHECK(MetricAsKedaTellsIt(each) == ThousandthsOfText(each));
      }
    }
  };
  for (int i = 0; i < 200'000; ++i) {
    check(std::pow(10, exponent(random)));
    check(static_cast<double>(whole(random)) / 1000);          // a whole number of thousandths
    check((static_cast<double>(whole(random)) + 0.5) / 1000);  // as near to between two as a double comes
    check(static_cast<double>(whole(random)) + 0.0625);        // just between two
    check(static_cast<double>(2 * whole(random) + 1) / 16);    // often so
  }
  CHECK(MetricAsKedaTellsIt(0.0625) == 0.062);
  CHECK(MetricAsKedaTellsIt(0.1875) == 0.188);
  CHECK(MetricAsKedaTellsIt(1e300) == 1e300);
}

}  // namespace
}  // namespace loadline
