#include <catch2/catch.hpp>

#include "scaling/explain.h"
#include "support/random_world.h"

namespace loadline {
namespace {

using testing::World;
using Kind = ReadingState;

constexpr const char* kService = R"(
  replicas: { min: 1, max: 40, observed: pods }
  signals: [ { name: requests, query: requests, perReplica: 50 } ]
  hpa: { deadband: plain }
  objective: { violations: 1%, startDelay: 30s }
)";

struct Service {
  Service() : world(testing::MakeWorld(kService)) {
    const std::size_t ticks = TicksOf(world);
    for (std::size_t i = 0; i < world.plan.queries.size(); ++i) {
      const bool counts = static_cast<int>(i) == world.plan.observed;
      world.readings.emplace_back(ticks, Reading{counts ? 9.0 : 400.0, Kind::kValue});
    }
    world.objective.emplace();
    world.objective->has_model = true;
    world.levels.assign(ticks, {8, 10});
  }
  void Observe(Reading count) {
    world.readings[static_cast<std::size_t>(world.plan.observed)].assign(TicksOf(world), count);
  }
  double Wanted() const { return world.Decide().wanted; }

  World world;
};

TEST_CASE("Between the levels of an objective what is observed stays") {
  Service service;
  const auto [observed, wanted] = GENERATE(table<double, double>({{7, 8}, {8, 8}, {9, 9}, {10, 10}, {14, 10}, {0, 8}}));
  service.Observe({observed, Kind::kValue});
  CHECK(service.Wanted() == wanted);
}

TEST_CASE("Where the count was never seen the higher level of an objective counts") {
  Service service;
  service.Observe({0, Kind::kFailed});
  CHECK(service.Wanted() == 10);
}

TEST_CASE("A tick at which the law of an objective had nothing to go by is one without data") {
  Service service;
  service.world.levels.back() = {0, 0};
  const Decision decision = service.world.Decide();
  CHECK(decision.signals[0].reason == Reason::kHeld);
  CHECK(decision.wanted == 9);
  service.world.levels.clear();
  CHECK(service.world.Decide().error);
}

TEST_CASE("Without a model the levels count, and the decision says why") {
  Service service;
  service.world.objective->has_model = false;
  service.world.objective->problem = "two days are needed";
  const Decision decision = service.world.Decide();
  CHECK(decision.signals[0].reason == Reason::kObjectiveUnfitted);
  CHECK(SignalSentence(service.world.policy, decision, 0) == "400 at 50 each; two days are needed");
}

}  // namespace
}  // namespace loadline
