// docs/decisions/0001: a decision is a function of the plan's window. What lies before it, which a pod that has run for
// longer may still hold, changes nothing; so a pod that has just started says what the others say.
#include <catch2/catch.hpp>

#include "support/random_language.h"

namespace loadline {
namespace {

using testing::Chance;
using testing::WholeText;
using testing::World;

constexpr int kRounds = 1500;

// Of each query just as many ticks as the plan asks for.
World Cut(const World& world) {
  World cut = world;
  for (std::size_t query = 0; query < cut.readings.size(); ++query) {
    std::vector<Reading>& readings = cut.readings[query];
    const auto ticks = static_cast<std::size_t>(cut.plan.queries[query].window / cut.interval) + 1;
    readings.erase(readings.begin(), readings.end() - static_cast<std::ptrdiff_t>(ticks));
  }
  return cut;
}

TEST_CASE("What lies before the plan's window changes no decision, for policies of the whole language") {
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  Chance chance(seed);
  int answered = 0;
  for (int round = 0; round < kRounds; ++round) {
    testing::LanguageOptions options;
    options.listed_order = true;
    options.objectives = true;
    const std::string spec = MakeAnySpec(chance, options).Yaml();
    CAPTURE(spec);
    World world = testing::MakeAnyWorld(chance, spec);
    Observe(chance, world, TicksOf(world) + static_cast<std::size_t>(chance.Between(1, 20)),
            chance.Of<int>({0, 20, 60}));
    const Decision longer = world.Decide();
    const World cut = Cut(world);
    REQUIRE(WholeText(cut.policy, cut.Decide()) == WholeText(world.policy, longer));
    answered += !longer.error;
  }
  CHECK(answered > kRounds / 4);
}

}  // namespace
}  // namespace loadline
