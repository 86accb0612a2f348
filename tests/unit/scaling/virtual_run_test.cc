#include "scaling/virtual_run.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <deque>
#include <random>

namespace loadline {
namespace {

ObjectiveTerms Terms(int max) {
  ObjectiveTerms terms;
  terms.start_delay = std::chrono::seconds(45);
  terms.max = max;
  return terms;
}

TEST_CASE("Between the two levels nothing changes") {
  const ObjectiveTerms terms = Terms(40);
  CHECK(ValueForLevels({5, 8}, 6, terms) == 6);
  CHECK(ValueForLevels({5, 8}, 4, terms) == 5);
  CHECK(ValueForLevels({5, 8}, 9, terms) == 8);
  CHECK(ValueForLevels({13, 14}, 12, terms) == 14);  // 13.2 is the edge of the tolerance
  CHECK(ValueForLevels({11, 11}, 12, terms) == Approx(10.799));
  CHECK(ValueForLevels({5, 8}, 0, terms) == 5);
}

TEST_CASE("A virtual run goes where the model of the HPA goes, and its pods are ready when they are") {
  const unsigned seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 40; ++round) {
    ObjectiveTerms terms = Terms(60);
    terms.min = std::uniform_int_distribution(0, 3)(random);
    const Duration window = std::chrono::seconds(15) * std::uniform_int_distribution(0, 20)(random);
    const int initial = std::uniform_int_distribution(std::max(terms.min, 1), 60)(random);
    VirtualRun run(terms, window, initial);
    HpaOptions options{std::max(terms.min, 1), terms.max, terms.tolerance, DefaultHpaBehavior()};
    options.behavior->down.stabilization = window;
    Hpa hpa(options);
    int replicas = initial;
    std::deque<int> counts(4, initial);
    Timestamp now;
    int level = initial;
    for (int tick = 0; tick < 300; ++tick, now += terms.tick) {
      // What it began with counts a tick longer for the HPA: nothing changes while that matters.
      if (tick > 25) level = std::clamp(level + std::uniform_int_distribution(-4, 4)(random), 1, 60);
      const Levels levels{level, level + (tick > 25 ? std::uniform_int_distribution(0, 3)(random) : 0)};
      replicas = hpa.Sync(now, ValueForLevels(levels, replicas, terms), replicas);
      counts.push_back(replicas);
      counts.pop_front();
      run.Step(levels);
      REQUIRE(run.replicas() == replicas);
      REQUIRE(run.ready() == *std::min_element(counts.begin(), counts.end()));
    }
  }
}

}  // namespace
}  // namespace loadline
