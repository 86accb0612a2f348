#include "forecast/throughput.h"

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "support/closed_loop.h"
#include "support/random_world.h"

namespace loadline {
namespace {

using testing::ClosedLoop;
using testing::ClosedLoopShape;

constexpr Duration kStep = std::chrono::seconds(15);
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Estimate ByArrivals(const ClosedLoop& loop) {
  return EstimateThroughput({loop.depth, loop.arrivals, {}, loop.ready}, kStep);
}
Estimate ByDone(const ClosedLoop& loop) { return EstimateThroughput({loop.depth, {}, loop.done, loop.ready}, kStep); }

struct Case {
  std::string name;
  ClosedLoopShape shape;
  bool shifted = false;  // what is wrong lies on one side, and moves the median within what is right
};

// Whether the truth of generated loops is recovered; what is not as it should be, in words.
std::vector<std::string> Failures(unsigned seed) {
  const std::vector<Case> cases = {
      {"plain", {}},
      {"mostly idle", {.idle = 0.7}},
      {"always saturated", {.load = 400, .idle = 0}},
      {"noisy", {.noise = 0.1}},
      {"with gaps", {.missing = 0.01}},
      {"slow jobs", {.throughput = 0.05, .load = 0.5}},
      {"slow starts", {.start_least = 120, .start_more = 120}},
      {"stuck now and then", {.stuck = 0.1}, true},
  };
  constexpr int kRuns = 16;
  int all_known = 0, all_within = 0;
  std::vector<std::string> failures;
  const auto want = [&failures](bool holds, const std::string& what) {
    if (!holds) failures.push_back(what);
  };
  for (const Case& each : cases) {
    int known[] = {0, 0}, within[] = {0, 0};
    double worst = 0, widest = 0;
    for (unsigned run = 0; run < kRuns; ++run) {
      const ClosedLoop loop = RunClosedLoop(seed + run, each.shape);
      for (const bool by_done : {false, true}) {
        const Estimate estimate = by_done ? ByDone(loop) : ByArrivals(loop);
        if (!estimate.value) continue;
        const double truth = each.shape.throughput;
        ++known[by_done];
        within[by_done] += estimate.low <= truth && truth <= estimate.high ? 1 : 0;
        worst = std::max(worst, std::abs(*estimate.value / truth - 1));
        widest = std::max(widest, (estimate.high - estimate.low) / truth);
      }
    }
    for (const int way : {0, 1}) {
      want(known[way] >= kRuns / 2, fmt::format("{}: known in {} of {}", each.name, known[way], kRuns));
      if (each.shifted) continue;
      want(within[way] >= known[way] - 4, fmt::format("{}: within in {} of {}", each.name, within[way], known[way]));
      all_known += known[way];
      all_within += within[way];
    }
    want(worst < (each.shifted ? 0.01 : 0.05), fmt::format("{}: off by {}", each.name, worst));
    want(widest < 0.6, fmt::format("{}: as wide as {}", each.name, widest));
  }
  want(all_within >= all_known * 88 / 100, fmt::format("within in {} of {}", all_within, all_known));
  return failures;
}

// Of a hundred such intervals five may miss the truth, and of some hundred seeds one has too many that do: what fails
// once by chance does not fail with other loops.
TEST_CASE("The throughput of a replica is recovered within the stated interval from closed loops") {
  const unsigned seed = testing::SeedOfRun();
  const std::vector<std::string> first = Failures(seed);
  const std::vector<std::string> second = first.empty() ? first : Failures(seed + 1000);
  CAPTURE(seed, first, second);
  CHECK((first.empty() || second.empty()));
}

// `minutes` of two replicas at 20/s each and a queue that is never empty.
struct Steady {
  explicit Steady(int minutes) {
    for (int i = 0; i <= 4 * minutes; ++i) {
      depth.push_back(5000 + 10 * 15 * i);
      arrivals.push_back(50);
      replicas.push_back(2);
    }
  }
  Estimate Estimated() const { return EstimateThroughput({depth, arrivals, {}, replicas}, kStep); }

  std::vector<double> depth, arrivals, replicas;
};

TEST_CASE("What leaves a queue is what arrives less what it grows by, and is shared by the replicas") {
  Steady hour(63);
  CHECK(hour.Estimated().count == 12);
  CHECK(*hour.Estimated().value == Approx(20));
  CHECK(hour.Estimated().low == Approx(20 - 0.5 / 600));
  CHECK(hour.Estimated().high == Approx(20 + 0.5 / 600));
  const std::vector<double> done(hour.depth.size(), 30);
  CHECK(*EstimateThroughput({hour.depth, {}, done, hour.replicas}, kStep).value == Approx(15));
  CHECK_FALSE(Steady(61).Estimated().value);
  CHECK(Steady(61).Estimated().count == 11);
  CHECK(EstimateThroughput({}, kStep).count == 0);
}

TEST_CASE("Only stretches of as many replicas with enough work for them count, and only behind such a time") {
  Steady hour(63);
  SECTION("a queue that may have run dry between two values") { hour.depth[96] = 500; }
  SECTION("a queue that is not known") { hour.depth[100] = kNan; }
  SECTION("a rate that is not known") { hour.arrivals[100] = kNan; }
  SECTION("replicas that are not known") { hour.replicas[100] = kNan; }
  SECTION("another number of replicas") { std::fill(hour.replicas.begin() + 100, hour.replicas.end(), 3); }
  CHECK(hour.Estimated().count == 11);
  CHECK_FALSE(hour.Estimated().value);
}

TEST_CASE("Without a backlog or replicas nothing is known of what a replica can do") {
  Steady hours(200);
  SECTION("idle") { std::ranges::fill(hours.depth, 0); }
  SECTION("a queue that is worked off as it comes") { std::ranges::fill(hours.depth, 20); }
  SECTION("no replicas") { std::ranges::fill(hours.replicas, 0); }
  SECTION("nothing is done") { std::ranges::fill(hours.arrivals, 10); }
  CHECK_FALSE(hours.Estimated().value);
  CHECK(hours.Estimated().count == 0);
}

TEST_CASE("Where one half of the stretches says one thing and the other another, nothing is known") {
  const Steady hours(200);
  std::vector<double> done;
  for (std::size_t i = 0; i < hours.depth.size(); ++i) done.push_back(i % 200 < 100 ? 40 : 4);
  const Estimate estimate = EstimateThroughput({hours.depth, {}, done, hours.replicas}, kStep);
  CHECK(estimate.count == 39);
  CHECK_FALSE(estimate.value);
}

TEST_CASE("A fifth of the time in which workers were stuck does not move the throughput far") {
  Steady day(24 * 60);
  std::vector<double> done;
  for (std::size_t i = 0; i < day.depth.size(); ++i) done.push_back(i % 500 < 100 ? 2 : 40 + 0.01 * (i % 7));
  const Estimate estimate = EstimateThroughput({day.depth, {}, done, day.replicas}, kStep);
  CHECK(*estimate.value == Approx(20).epsilon(0.01));
  CHECK(estimate.low > 19);
}

}  // namespace
}  // namespace loadline
