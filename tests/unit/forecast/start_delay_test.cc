#include "forecast/start_delay.h"

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

struct Counts {
  std::vector<double> wanted, ready;

  // For a while both are as many; then so many more are wanted, of which `times` says how many are ready when.
  void Rise(double from, double to, const std::vector<double>& ready_then) {
    wanted.insert(wanted.end(), 3, from);
    ready.insert(ready.end(), 3, from);
    wanted.insert(wanted.end(), ready_then.size(), to);
    ready.insert(ready.end(), ready_then.begin(), ready_then.end());
  }
  Estimate Estimated(double quantile = 0.5) const {
    return EstimateStartDelay(wanted, ready, {.step = kStep, .quantile = quantile});
  }
};

TEST_CASE("The time from a rise to ready pods is a quantile of those seen, known to a step") {
  Counts counts;
  for (int i = 0; i < 4; ++i) counts.Rise(2, 4, {2, 2, 3, 4});
  for (int i = 0; i < 4; ++i) counts.Rise(2, 4, {2, 2, 3, 3, 4});
  CHECK_FALSE(counts.Estimated().value);
  CHECK(counts.Estimated().count == 8);
  for (int i = 0; i < 4; ++i) counts.Rise(2, 8, {2, 8, 8});
  const Estimate half = counts.Estimated();
  CHECK(half.count == 12);
  CHECK(*half.value == 45);
  CHECK(half.low == 0);    // a step, and one less
  CHECK(half.high == 75);  // four steps, and one more
  CHECK(*counts.Estimated(0.9).value == 60);
  CHECK(std::isinf(counts.Estimated(0.9).high));  // of twelve none need be in the slowest tenth
}

TEST_CASE("Rises that are taken back, or lost sight of, took at least so long") {
  Counts counts;
  for (int i = 0; i < 12; ++i) counts.Rise(2, 4, {2, 4});
  SECTION("taken back") {
    for (int i = 0; i < 12; ++i) counts.Rise(2, 4, {2, 2, 2});
  }
  SECTION("behind a gap") {
    for (int i = 0; i < 12; ++i) counts.Rise(2, 4, {2, 2, 2, kNan, 4});
  }
  const Estimate quarter = counts.Estimated(0.25);
  CHECK(quarter.count == 12);
  CHECK(*quarter.value == 15);
  CHECK_FALSE(counts.Estimated(0.9).value);
}

TEST_CASE("A rise is reached when as many are ready as were wanted then, also while more are wanted") {
  Counts counts;
  for (int i = 0; i < 5; ++i) {
    counts.Rise(2, 3, {2, 2});
    counts.wanted.insert(counts.wanted.end(), {5, 5, 5});
    counts.ready.insert(counts.ready.end(), {2, 3, 5});
  }
  const Estimate all = counts.Estimated(0.9);
  CHECK(all.count == 10);  // to 3 after 45 s, to 5 after 30 s
  CHECK(*counts.Estimated(0.5).value == 30);
  CHECK(*all.value == 45);
}

TEST_CASE("What is not about starting is no rise") {
  Counts counts;
  for (int i = 0; i < 20; ++i) counts.Rise(2, 4, {2, 4});
  const auto then = [&](const std::vector<double>& wanted, const std::vector<double>& ready) {
    counts.wanted.insert(counts.wanted.end(), wanted.begin(), wanted.end());
    counts.ready.insert(counts.ready.end(), ready.begin(), ready.end());
  };
  SECTION("a pod that fails and comes back") { then({4, 4, 4, 4, 4}, {4, 3, 3, 3, 4}); }
  SECTION("a rise while a pod is broken") { then({4, 4, 6, 6, 6, 6}, {3, 3, 3, 3, 3, 6}); }
  SECTION("pods that are about to go and are wanted again") { then({2, 2, 4, 4}, {4, 4, 4, 4}); }
  SECTION("a rise within a gap") { then({4, kNan, 6, 6, 6}, {4, 4, 4, 4, 6}); }
  CHECK(counts.Estimated().count == 20);
}

TEST_CASE("What is not there within the longest time is broken, and is followed no further") {
  Counts counts;
  for (int i = 0; i < 12; ++i) counts.Rise(2, 4, {2, 4});
  counts.Rise(2, 4, std::vector<double>(300, 2));
  counts.ready.back() = 4;
  CHECK(counts.Estimated().count == 12);
  CHECK(EstimateStartDelay(counts.wanted, counts.ready, {.step = kStep, .longest = std::chrono::hours(2)}).count == 13);
}

// Of a hundred such intervals five may miss the truth: the checks leave room for chance.
TEST_CASE("The time until pods are ready is recovered within the stated interval from closed loops") {
  const unsigned seed = testing::SeedOfRun();
  constexpr std::size_t kRuns = 12;
  int all_known = 0, all_within = 0;
  for (const double least : {20.0, 40.0, 120.0}) {
    for (const double missing : {0.0, 0.01}) {
      ClosedLoopShape shape;
      shape.start_least = least;
      shape.missing = missing;
      std::vector<ClosedLoop> loops;
      std::vector<double> delays;  // of all runs: the truth
      for (unsigned run = 0; run < kRuns; ++run) {
        loops.push_back(RunClosedLoop(seed + run, shape));
        delays.insert(delays.end(), loops.back().delays.begin(), loops.back().delays.end());
      }
      std::ranges::sort(delays);
      for (const double quantile : {0.5, 0.9}) {
        const double truth = delays[static_cast<std::size_t>(quantile * static_cast<double>(delays.size()))];
        int known = 0, within = 0;
        double sum = 0;
        for (const ClosedLoop& loop : loops) {
          const Estimate estimate = EstimateStartDelay(loop.wanted, loop.ready, {.step = kStep, .quantile = quantile});
          if (!estimate.value) continue;
          ++known;
          within += estimate.low <= truth && truth <= estimate.high ? 1 : 0;
          sum += *estimate.value;
        }
        CAPTURE(seed, least, missing, quantile, truth, known, within, sum / known);
        CHECK(known == kRuns);
        CHECK(within >= known - 3);
        CHECK(std::abs(sum / known - truth) < ToSeconds(kStep));
        all_known += known;
        all_within += within;
      }
    }
  }
  CAPTURE(seed, all_known, all_within);
  CHECK(all_within >= all_known * 90 / 100);
}

}  // namespace
}  // namespace loadline
