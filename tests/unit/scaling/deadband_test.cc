#include "scaling/deadband.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>
#include <set>
#include <vector>

#include "support/random_world.h"

namespace loadline {
namespace {

TEST_CASE(
    "Rule 22: a target within the tolerance is overshot on the way up, met by a fraction or held on the way down") {
  struct Row {
    double wanted;
    double present;
    double overshoot;
    double hold;
  };
  const Row row = GENERATE(values<Row>({
      {13, 12, 14, 12},              // 13.2 is the edge
      {12.01, 12, 14, 12},           // a fraction wants a whole replica
      {14, 12, 14, 14},              // beyond the edge the target itself
      {11, 10, 12, 10},              // 11 is on the edge, where versions of Kubernetes differ
      {22, 20, 23, 20},              // likewise
      {2, 1, 2, 2},                  // few replicas have no deadband
      {9, 10, 8.999, 8.999},         // 9 is on the edge; 0.001 below it rounds up to 9
      {11, 12, 10.799, 10.799},      // 10.8 is the edge
      {19, 20, 20, 20},              // 17.999 would end at 18
      {18, 20, 17.999, 17.999},      //
      {17.2, 20, 17.999, 17.999},    // likewise 18
      {17, 20, 17, 17},              // below the edge the target itself
      {3, 20, 3, 3},                 //
      {12, 12, 12, 12},              //
      {11.3, 12, 12, 12},            //
      {0.0004, 12, 1, 1},            // "%.3f" makes 0 of it, but it wants a replica
      {0, 12, 0, 0},                 //
      {3.0000000000000004, 7, 3, 3}  // noise is no fourth replica
  }));
  CAPTURE(row.wanted, row.present);
  CHECK(ValueForHpa(row.wanted, row.present, {}, Deadband::kOvershoot) == row.overshoot);
  CHECK(ValueForHpa(row.wanted, row.present, {}, Deadband::kHold) == row.hold);
  CHECK(ValueForHpa(row.wanted, row.present, {}, Deadband::kPlain) == std::ceil(row.wanted - 1e-9));
}

TEST_CASE("Rule 22: without a present count that one can go by, the plain target is told") {
  for (const std::optional<double> present : {std::optional<double>(), std::optional<double>(0.0),
                                              std::optional<double>(11.5), std::optional<double>(std::nan(""))}) {
    CHECK(ValueForHpa(12.3, present, {}, Deadband::kOvershoot) == 13);
    CHECK(ValueForHpa(12.3, present, {}, Deadband::kHold) == 13);
  }
}

TEST_CASE("Rule 22: a tolerance that admits no way down holds") {
  CHECK(ValueForHpa(1, 12, {0.1, 1}, Deadband::kOvershoot) == 12);
  CHECK(ValueForHpa(0, 12, {0.1, 1}, Deadband::kOvershoot) == 12);
  CHECK(ValueForHpa(0, 12, {0.1, 2}, Deadband::kOvershoot) == 12);
}

// The slow, obvious way: tell the HPA every value in thousandths, and see where it goes. Left out are those on an edge,
// where Kubernetes before 1.33 (|1 - ratio| <= tolerance) and since then differ. From above the tolerance on the HPA
// goes to each whole number, so that the search can end a little later.
std::set<int> Reachable(int present, const Tolerance& tolerance) {
  std::set<int> reached;
  const int last = static_cast<int>(std::ceil(present * (1 + tolerance.up)) + 2) * 1000;
  for (int value = 0; value <= last; ++value) {
    const double change = value / (1000.0 * present) - 1;
    const bool up = change > tolerance.up + 1e-9;
    const bool down = change < -tolerance.down - 1e-9;
    const bool inside = change < tolerance.up - 1e-9 && change > -tolerance.down + 1e-9;
    if (up || down) reached.insert((value + 999) / 1000);
    if (inside || value == 1000 * present) reached.insert(present);
  }
  return reached;
}

int ReachedBefore133(double value, int present, const Tolerance& tolerance) {
  const double ratio = value / present;
  const bool within = ratio < 1 ? 1 - ratio <= tolerance.down : ratio - 1 <= tolerance.up;
  return within ? present : static_cast<int>(std::ceil(MetricAsKedaTellsIt(value)));
}

TEST_CASE("Rule 22: what the HPA reaches covers the demand, and is the least such count that it can reach") {
  const Tolerance tolerance = GENERATE(values<Tolerance>(
      {{0, 0}, {0.05, 0.05}, {0.1, 0.1}, {0.2, 0.2}, {0, 0.1}, {0.1, 0}, {0.15, 0.05}, {0.033, 0.27}}));
  for (int present = 1; present <= 60; ++present) {
    const std::set<int> reachable = Reachable(present, tolerance);
    for (int steps = 0; steps <= 2 * (*reachable.rbegin() - 1); ++steps) {
      for (const double more : {0.0, 0.0004, 0.001}) {
        const double wanted = steps / 2.0 + more;
        CAPTURE(tolerance.up, tolerance.down, present, wanted);
        const int covers = static_cast<int>(std::ceil(wanted));
        const int least = *reachable.lower_bound(covers);
        const int exact = reachable.contains(covers) ? covers : present;

        const double overshoot = ValueForHpa(wanted, present, tolerance, Deadband::kOvershoot);
        REQUIRE(ReplicasForMetric(overshoot, 1, present, tolerance) == least);
        REQUIRE(ReachedBefore133(overshoot, present, tolerance) == least);
        const double hold = ValueForHpa(wanted, present, tolerance, Deadband::kHold);
        REQUIRE(ReplicasForMetric(hold, 1, present, tolerance) == exact);
        REQUIRE(ReachedBefore133(hold, present, tolerance) == exact);

        // As KEDA tells it, nothing is lost.
        REQUIRE(MetricAsKedaTellsIt(overshoot) == overshoot);
        REQUIRE(MetricAsKedaTellsIt(hold) == hold);
      }
    }
  }
}

TEST_CASE("Rule 22: wanting more never tells less, whatever the count") {
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  std::mt19937 random(seed);
  for (int i = 0; i < 100'000; ++i) {
    const double present = static_cast<double>(random() % 100'000 + 1);
    const Tolerance tolerance{static_cast<double>(random() % 300) / 1000, static_cast<double>(random() % 300) / 1000};
    const double wanted = present * static_cast<double>(random() % 2000) / 1000;
    const double more = wanted + static_cast<double>(random() % 2000) / 1000;
    CAPTURE(present, tolerance.up, tolerance.down, wanted, more);
    for (const Deadband mode : {Deadband::kOvershoot, Deadband::kHold, Deadband::kPlain}) {
      REQUIRE(ValueForHpa(wanted, present, tolerance, mode) <= ValueForHpa(more, present, tolerance, mode));
    }
  }
}

}  // namespace
}  // namespace loadline
