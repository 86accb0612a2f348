#include "scaling/hpa.h"

#include <catch2/catch.hpp>
#include <limits>

#include "unit/scaling/swift_hpa.h"

namespace loadline {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::kStart;
using testing::SwiftHpa;

TEST_CASE("Rules 20, S10: a negative value sends the HPA to 1 at once") {  // seen
  CHECK(Hpa(SwiftHpa()).Sync(kStart, -5.0, 12) == 1);
}

TEST_CASE("Rule 23: the HPA keeps within its bounds, with a minimum of 1") {
  Hpa hpa(SwiftHpa(20));
  CHECK(hpa.Sync(kStart, 50.0, 3) == 20);
  CHECK(hpa.Sync(kStart + seconds(15), 0.0, 20) == 1);
  CHECK(hpa.Sync(kStart + seconds(30), 5.0, 30) == 20);
}

TEST_CASE("Rule 25: at zero replicas the HPA rests") {
  Hpa hpa(SwiftHpa());
  CHECK(hpa.Sync(kStart, 9.0, 0) == 0);
}

TEST_CASE("Rule 38: without a value the HPA changes nothing") {
  Hpa hpa(SwiftHpa());
  CHECK(hpa.Sync(kStart, std::nullopt, 7) == 7);
}

TEST_CASE("Rules 38, S11: a value after an error counts at its first sync") {  // seen
  Hpa hpa(SwiftHpa());
  CHECK(hpa.Sync(kStart, std::nullopt, 7) == 7);
  CHECK(hpa.Sync(kStart + seconds(15), 12.0, 7) == 12);
}

TEST_CASE("Rule 38: of several metrics the highest counts, and a missing one bars the way down, not the way up") {
  const auto sync = [](const Hpa::Metrics& metrics) { return Hpa(SwiftHpa()).Sync(kStart, metrics, {7, 7}); };
  CHECK(sync({12.0, 3.0}) == 12);
  CHECK(sync({2.0, 3.0}) == 3);
  CHECK(sync({std::nullopt, 12.0}) == 12);
  CHECK(sync({7.0, std::nullopt}) == 7);
  CHECK(sync({3.0, std::nullopt}) == 7);
  CHECK(sync({std::nullopt, std::nullopt}) == 7);
}

TEST_CASE("Rule 38: what is barred leaves no recommendation") {
  HpaOptions options = SwiftHpa();
  options.behavior->up.stabilization = seconds(60);
  Hpa hpa(options);
  CHECK(hpa.Sync(kStart, Hpa::Metrics{9.0, 9.0}, {7, 7}) == 7);
  CHECK(hpa.Sync(kStart + seconds(45), Hpa::Metrics{3.0, std::nullopt}, {7, 7}) == 7);
  CHECK(hpa.Sync(kStart + seconds(61), Hpa::Metrics{9.0, 9.0}, {7, 7}) == 9);  // the lowest of the last minute
}

TEST_CASE("Rule 22: the tolerance goes by the replicas of the status, the change by those of the spec") {
  const auto sync = [](double value, int status) { return Hpa(SwiftHpa()).Sync(kStart, {value}, {6, status}); };
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
  HpaOptions options = SwiftHpa();
  options.behavior->up.policies = {{RatePolicy::Type::kPercent, 10, seconds(60)}};
  options.behavior->down.policies = {{RatePolicy::Type::kPercent, 10, seconds(60)}};
  CHECK(Hpa(options).Sync(kStart, 50.0, 11) == 13);  // 12.1
  CHECK(Hpa(options).Sync(kStart, 1.0, 11) == 9);    // 9.9
}

TEST_CASE("a policy that does not fit 32 bits lets nothing go up") {  // seen
  constexpr int kMost = std::numeric_limits<int>::max();
  HpaOptions options = SwiftHpa();
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
  HpaOptions options = SwiftHpa();
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
  HpaOptions options = SwiftHpa();
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

}  // namespace
}  // namespace loadline
