#include "scaling/hpa.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>

#include "scaling/keda_model.h"
#include "support/random_world.h"

namespace loadline {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const Timestamp kStart{minutes(1'000'000)};

HpaOptions Swift(int max = 100) {
  HpaOptions options;
  options.max = max;
  options.behavior =
      HpaBehavior{{Duration(0), ScalingRules::Select::kMax, {{RatePolicy::Type::kPods, 1000, seconds(1)}}},
                  {Duration(0), ScalingRules::Select::kMax, {{RatePolicy::Type::kPods, 1000, seconds(1)}}}};
  return options;
}

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

TEST_CASE("Rules 20, S10: a negative value sends the HPA to 1 at once") {  // seen
  CHECK(Hpa(Swift()).Sync(kStart, -5.0, 12) == 1);
}

TEST_CASE("Rule 23: the HPA keeps within its bounds, with a minimum of 1") {
  Hpa hpa(Swift(20));
  CHECK(hpa.Sync(kStart, 50.0, 3) == 20);
  CHECK(hpa.Sync(kStart + seconds(15), 0.0, 20) == 1);
  CHECK(hpa.Sync(kStart + seconds(30), 5.0, 30) == 20);
}

TEST_CASE("Rule 25: at zero replicas the HPA rests") {
  Hpa hpa(Swift());
  CHECK(hpa.Sync(kStart, 9.0, 0) == 0);
}

TEST_CASE("Rule 38: without a value the HPA changes nothing") {
  Hpa hpa(Swift());
  CHECK(hpa.Sync(kStart, std::nullopt, 7) == 7);
}

TEST_CASE("Rules 38, S11: a value after an error counts at its first sync") {  // seen
  Hpa hpa(Swift());
  CHECK(hpa.Sync(kStart, std::nullopt, 7) == 7);
  CHECK(hpa.Sync(kStart + seconds(15), 12.0, 7) == 12);
}

TEST_CASE("Rule 38: of several metrics the highest counts, and a missing one bars the way down, not the way up") {
  const auto sync = [](const Hpa::Metrics& metrics) { return Hpa(Swift()).Sync(kStart, metrics, {7, 7}); };
  CHECK(sync({12.0, 3.0}) == 12);
  CHECK(sync({2.0, 3.0}) == 3);
  CHECK(sync({std::nullopt, 12.0}) == 12);
  CHECK(sync({7.0, std::nullopt}) == 7);
  CHECK(sync({3.0, std::nullopt}) == 7);
  CHECK(sync({std::nullopt, std::nullopt}) == 7);
}

TEST_CASE("Rule 38: what is barred leaves no recommendation") {
  HpaOptions options = Swift();
  options.behavior->up.stabilization = seconds(60);
  Hpa hpa(options);
  CHECK(hpa.Sync(kStart, Hpa::Metrics{9.0, 9.0}, {7, 7}) == 7);
  CHECK(hpa.Sync(kStart + seconds(45), Hpa::Metrics{3.0, std::nullopt}, {7, 7}) == 7);
  CHECK(hpa.Sync(kStart + seconds(61), Hpa::Metrics{9.0, 9.0}, {7, 7}) == 9);  // the lowest of the last minute
}

TEST_CASE("Rule 22: the tolerance goes by the replicas of the status, the change by those of the spec") {
  const auto sync = [](double value, int status) { return Hpa(Swift()).Sync(kStart, {value}, {6, status}); };
  CHECK(sync(6, 6) == 6);
  CHECK(sync(6.1, 3) == 7);  // twice what there is, so not within the tolerance
  CHECK(sync(3.2, 3) == 3);  // what there is suffices: the spec comes down to it
  CHECK(sync(0, 0) == 1);
}

TEST_CASE("the count that the HPA finds at first is its first recommendation") {
  Hpa hpa(HpaOptions{});
  CHECK(hpa.Sync(kStart, 2.0, 10) == 10);
  CHECK(hpa.Sync(kStart + minutes(5), 2.0, 10) == 10);
  CHECK(hpa.Sync(kStart + minutes(5) + seconds(1), 2.0, 10) == 2);
}

TEST_CASE("a percentage is rounded towards more replicas on the way up, and towards fewer on the way down") {
  HpaOptions options = Swift();
  options.behavior->up.policies = {{RatePolicy::Type::kPercent, 10, seconds(60)}};
  options.behavior->down.policies = {{RatePolicy::Type::kPercent, 10, seconds(60)}};
  CHECK(Hpa(options).Sync(kStart, 50.0, 11) == 13);  // 12.1
  CHECK(Hpa(options).Sync(kStart, 1.0, 11) == 9);    // 9.9
}

TEST_CASE("a policy that does not fit 32 bits lets nothing go up") {  // seen
  constexpr int kMost = std::numeric_limits<int>::max();
  HpaOptions options = Swift();
  options.behavior->up.policies = {{RatePolicy::Type::kPods, kMost, seconds(5)}};
  CHECK(Hpa(options).Sync(kStart, 9.0, 2) == 2);
  options.behavior->up.policies = {{RatePolicy::Type::kPercent, kMost, seconds(5)}};
  CHECK(Hpa(options).Sync(kStart, 99.0, 2) == 99);  // 42949675 would be allowed
  CHECK(Hpa(options).Sync(kStart, 99.0, 50) == 99);
  options.max = 1000;
  CHECK(Hpa(options).Sync(kStart, 999.0, 200) == 200);
}

TEST_CASE("without a stated behavior the HPA climbs on to a peak of the last five minutes that has passed") {
  Hpa hpa(HpaOptions{});
  CHECK(hpa.Sync(kStart, 20.0, 1) == 4);
  CHECK(hpa.Sync(kStart + seconds(15), 3.0, 4) == 8);
  CHECK(hpa.Sync(kStart + seconds(30), 3.0, 8) == 16);
  CHECK(hpa.Sync(kStart + seconds(45), 3.0, 16) == 20);
  CHECK(hpa.Sync(kStart + minutes(5), 3.0, 20) == 20);  // just as old as the window: counts
  CHECK(hpa.Sync(kStart + minutes(5) + seconds(1), 3.0, 20) == 3);
}

TEST_CASE("with a stated behavior a peak that has passed holds the count and raises it no further") {
  HpaOptions options;
  options.behavior = DefaultHpaBehavior();
  Hpa hpa(options);
  CHECK(hpa.Sync(kStart, 20.0, 1) == 5);
  CHECK(hpa.Sync(kStart + seconds(15), 3.0, 5) == 5);
  CHECK(hpa.Sync(kStart + minutes(5), 3.0, 5) == 3);  // just as old as the window: counts no more
}

TEST_CASE("without a stated behavior the HPA doubles, or goes to 4, and comes down after five minutes") {
  Hpa hpa(HpaOptions{});
  CHECK(hpa.Sync(kStart, 9.0, 1) == 4);
  CHECK(hpa.Sync(kStart + seconds(15), 9.0, 4) == 8);
  CHECK(hpa.Sync(kStart + seconds(30), 9.0, 8) == 9);
  CHECK(hpa.Sync(kStart + seconds(45), 2.0, 9) == 9);
  CHECK(hpa.Sync(kStart + seconds(45) + minutes(4), 2.0, 9) == 9);
  CHECK(hpa.Sync(kStart + seconds(46) + minutes(5), 2.0, 9) == 2);
}

TEST_CASE("a stated behavior's defaults add 4 pods or as many as there are within 15 s") {
  HpaOptions options;
  options.behavior = DefaultHpaBehavior();
  Hpa hpa(options);
  CHECK(hpa.Sync(kStart, 100.0, 1) == 5);
  CHECK(hpa.Sync(kStart + seconds(5), 100.0, 5) == 5);    // the period's allowance is used up
  CHECK(hpa.Sync(kStart + seconds(16), 100.0, 5) == 10);  // doubled
}

TEST_CASE("a stated scale-up stabilization waits for the lowest recommendation of its window") {
  HpaOptions options = Swift();
  options.behavior->up.stabilization = seconds(60);
  Hpa hpa(options);
  CHECK(hpa.Sync(kStart, 3.0, 3) == 3);
  CHECK(hpa.Sync(kStart + seconds(15), 9.0, 3) == 3);
  CHECK(hpa.Sync(kStart + seconds(30), 6.0, 3) == 3);
  CHECK(hpa.Sync(kStart + seconds(61), 9.0, 3) == 6);
}

TEST_CASE(
    "an event too old for its own direction gives way, though the other direction's longer period would count it") {
  HpaOptions options;
  options.behavior =
      HpaBehavior{{Duration(0), ScalingRules::Select::kMax, {{RatePolicy::Type::kPods, 10, seconds(15)}}},
                  {Duration(0), ScalingRules::Select::kMax, {{RatePolicy::Type::kPods, 5, seconds(600)}}}};
  Hpa hpa(options);
  CHECK(hpa.Sync(kStart, 20.0, 10) == 20);
  CHECK(hpa.Sync(kStart + seconds(30), 30.0, 20) == 30);  // takes the place of the first
  CHECK(hpa.Sync(kStart + seconds(45), 1.0, 30) == 15);   // 20 at the period's start, less 5; with both events: 5
}

TEST_CASE("select Min takes the smallest change, Disabled none") {
  HpaOptions options = Swift();
  options.behavior->down.policies = {{RatePolicy::Type::kPods, 2, seconds(60)},
                                     {RatePolicy::Type::kPercent, 50, seconds(60)}};
  SECTION("Max") { CHECK(Hpa(options).Sync(kStart, 1.0, 20) == 10); }
  SECTION("Min") {
    options.behavior->down.select = ScalingRules::Select::kMin;
    CHECK(Hpa(options).Sync(kStart, 1.0, 20) == 18);
  }
  SECTION("Disabled") {
    options.behavior->down.select = ScalingRules::Select::kDisabled;
    CHECK(Hpa(options).Sync(kStart, 1.0, 20) == 20);
  }
}

KedaOptions SwiftKeda() {
  KedaOptions options;
  options.cooldown = seconds(60);
  options.behavior = Swift().behavior;
  return options;
}

TEST_CASE("Rule 4: without an answer to IsActive the value is dropped, and it is a failure") {
  KedaOptions options = SwiftKeda();
  options.fallback = KedaFallback{1, 4};
  KedaModel keda(options, 6);
  keda.Poll(kStart, {9.0, std::nullopt});
  CHECK(keda.replicas() == 6);
  keda.Sync(kStart + seconds(1), std::nullopt);
  CHECK(keda.replicas() == 4);
}

TEST_CASE("Rule 26: from zero KEDA wakes to one, and the HPA's next sync goes to the metric") {
  KedaModel keda(SwiftKeda(), 0);
  keda.Sync(kStart, 5.0);
  CHECK(keda.replicas() == 0);
  keda.Poll(kStart, {5.0, true});
  CHECK(keda.replicas() == 1);
  keda.Sync(kStart + seconds(15), 5.0);
  CHECK(keda.replicas() == 5);
}

TEST_CASE("Rule 27: inactive for the cooldown goes straight to zero from any count") {
  KedaModel keda(SwiftKeda(), 0);
  keda.Poll(kStart, {8.0, true});
  keda.Sync(kStart, 8.0);
  REQUIRE(keda.replicas() == 8);
  keda.Poll(kStart + seconds(30), {8.0, false});
  CHECK(keda.replicas() == 8);
  keda.Poll(kStart + seconds(61), {8.0, false});
  CHECK(keda.replicas() == 0);
}

TEST_CASE("Rule 27: with a minimum above zero an inactive answer raises to it and never goes to zero") {
  KedaOptions options = SwiftKeda();
  options.min = 3;
  KedaModel keda(options, 2);
  keda.Poll(kStart, {0.0, false});
  CHECK(keda.replicas() == 3);
  keda.Poll(kStart + minutes(60), {0.0, false});
  CHECK(keda.replicas() == 3);
}

TEST_CASE("Rule 28: never active, the first inactive answer goes to zero at once") {
  KedaModel keda(SwiftKeda(), 6);
  keda.Poll(kStart, {0.0, false});
  CHECK(keda.replicas() == 0);
}

TEST_CASE("Rule 28: not ready is an error, and an error holds") {
  KedaModel keda(SwiftKeda(), 6);
  keda.Poll(kStart, {std::nullopt, std::nullopt});
  keda.Sync(kStart, std::nullopt);
  CHECK(keda.replicas() == 6);
}

TEST_CASE("Rule 29: an active answer with a failed one beside it does not renew the cooldown") {
  KedaModel keda(SwiftKeda(), 0);
  keda.Poll(kStart, {2.0, true});
  keda.Poll(kStart + seconds(50), {std::nullopt, true});
  keda.Poll(kStart + seconds(70), {0.0, false});
  CHECK(keda.replicas() == 0);
}

TEST_CASE("Rule 30: an idle count of zero rests below the minimum and wakes to it") {
  KedaOptions options = SwiftKeda();
  options.min = 3;
  options.idle = 0;
  KedaModel keda(options, 5);
  keda.Poll(kStart, {5.0, true});
  keda.Poll(kStart + seconds(61), {5.0, false});
  CHECK(keda.replicas() == 0);
  keda.Poll(kStart + seconds(90), {0.0, false});
  CHECK(keda.replicas() == 0);
  keda.Poll(kStart + seconds(120), {1.0, true});
  CHECK(keda.replicas() == 3);
}

TEST_CASE("Rule 33: with a fallback of zero an error falls through to zero, with another it holds") {
  KedaOptions options = SwiftKeda();
  options.fallback = KedaFallback{100, GENERATE(0, 4)};
  KedaModel keda(options, 6);
  keda.Poll(kStart, {std::nullopt, std::nullopt});
  CHECK(keda.replicas() == (options.fallback->replicas == 0 ? 0 : 6));
}

TEST_CASE("Rule 34: failures of polls and syncs count together, and the fallback comes after more than the threshold") {
  KedaOptions options = SwiftKeda();
  options.fallback = KedaFallback{3, 4};
  KedaModel keda(options, 6);
  for (int i = 0; i < 3; ++i) keda.Sync(kStart + seconds(15 * i), std::nullopt);
  CHECK(keda.replicas() == 6);
  keda.Poll(kStart + seconds(46), {std::nullopt, std::nullopt});
  keda.Sync(kStart + seconds(60), std::nullopt);
  CHECK(keda.replicas() == 4);
}

TEST_CASE("Rule 34: falling back is being active, so it renews the cooldown and wakes from zero") {
  KedaOptions options = SwiftKeda();
  options.fallback = KedaFallback{1, 4};
  KedaModel keda(options, 0);
  keda.Poll(kStart, {std::nullopt, std::nullopt});
  CHECK(keda.replicas() == 0);
  keda.Poll(kStart + seconds(30), {std::nullopt, std::nullopt});
  CHECK(keda.replicas() == 1);
  keda.Poll(kStart + seconds(80), {std::nullopt, std::nullopt});
  keda.Poll(kStart + seconds(120), {0.0, false});
  CHECK(keda.replicas() == 1);  // 40 s since it last fell back
  keda.Poll(kStart + seconds(141), {0.0, false});
  CHECK(keda.replicas() == 0);
}

TEST_CASE("Rule 40: a push wakes at once") {
  KedaModel keda(SwiftKeda(), 0);
  keda.Push(kStart);
  CHECK(keda.replicas() == 1);
}

}  // namespace
}  // namespace loadline
