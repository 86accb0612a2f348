// What holds for every fleet of policies of the whole language. LOADLINE_SEED=N repeats a run.
#include <catch2/catch.hpp>
#include <cmath>
#include <deque>
#include <map>

#include "scaling/fleet.h"
#include "support/random_language.h"

namespace loadline {
namespace {

using testing::Chance;
using testing::WholeText;
using testing::World;

constexpr int kRounds = 150;
constexpr std::size_t kExtraTicks = 40;

// Members that follow each other, now and then in a circle, and budgets that some of them share.
struct RandomFleet {
  explicit RandomFleet(Chance& chance) {
    const int count = chance.Between(2, 7);
    for (int i = 0; i < count; ++i) {
      testing::LanguageOptions options;
      for (int other = 0; other < count; ++other) {
        if (other < i || chance.In(10)) options.targets.push_back("object: o" + std::to_string(other));
      }
      const std::string spec = MakeAnySpec(chance, options).Yaml();
      specs += "o" + std::to_string(i) + ":\n" + spec;
      World& world = worlds.emplace_back(testing::MakeWorld(spec));
      world.policy.name = "p" + std::to_string(i);
      world.plan = *PlanQueries(world.policy, {{"namespace", "data"}, {"name", "o" + std::to_string(i)}});
      world.overrides = testing::MakeOverrides(chance, world.now);
      world.calendars = testing::MakeCalendars(chance, world.now);
      Observe(chance, world, TicksOf(world) + kExtraTicks, chance.Of<int>({0, 10, 40}));
      members.push_back(
          {{"data", "o" + std::to_string(i), world.policy.name}, &world.policy, &world.plan, world.Seen()});
    }
    for (int i = chance.Between(1, 2); i > 0; --i) AddBudget(chance, count);
  }

  void AddBudget(Chance& chance, int count) {
    Budget budget;
    budget.name = "b" + std::to_string(budgets.size());
    int guaranteed = 0;
    for (int i = 0; i < count; ++i) {
      if (!chance.In(60)) continue;
      budget.members.push_back({"data/p" + std::to_string(i),
                                {chance.Between(0, 2), std::exp2(chance.Between(-2, 2)), chance.Between(0, 3)}});
      guaranteed += budget.members.back().terms.minimum;
    }
    budget.replicas = guaranteed + chance.Between(0, 30);  // as the check wants it
    budgets.push_back(std::move(budget));
  }

  std::map<std::string, Decision> Decide(std::span<const Budget> shared) {
    const std::vector<Decision> decisions = DecideFleet(PlanFleet(members, worlds[0].interval), members, shared);
    std::map<std::string, Decision> by_object;
    for (std::size_t i = 0; i < members.size(); ++i) by_object[members[i].name.object] = decisions[i];
    return by_object;
  }
  const Policy& PolicyOf(const std::string& object) const {
    return worlds[static_cast<std::size_t>(object[1] - '0')].policy;
  }

  std::string specs;
  std::deque<World> worlds;
  std::vector<FleetMember> members;
  std::vector<Budget> budgets;
};

TEST_CASE("A fleet's decisions are the same again, and whatever the order of members and budgets") {
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  Chance chance(seed);
  int answered = 0;
  for (int round = 0; round < kRounds; ++round) {
    RandomFleet fleet(chance);
    CAPTURE(fleet.specs);
    const auto once = fleet.Decide(fleet.budgets);
    chance.Shuffle(fleet.members);
    chance.Shuffle(fleet.budgets);
    const auto again = fleet.Decide(fleet.budgets);
    for (const auto& [object, decision] : once) {
      const Policy& policy = fleet.PolicyOf(object);
      REQUIRE(WholeText(policy, again.at(object)) == WholeText(policy, decision));
      answered += !decision.error;
    }
  }
  CHECK(answered > kRounds);
}

TEST_CASE("A budget is never exceeded, nobody's guarantee is cut, and nobody gets more than it wants") {
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  Chance chance(seed);
  int cut = 0;
  for (int round = 0; round < kRounds; ++round) {
    RandomFleet fleet(chance);
    CAPTURE(fleet.specs);
    const auto alone = fleet.Decide({});
    const auto shared = fleet.Decide(fleet.budgets);
    for (const Budget& budget : fleet.budgets) {
      double wanted = 0;
      double told = 0;
      for (const auto& [object, decision] : shared) {
        const Policy& policy = fleet.PolicyOf(object);
        // Others decide for it, or it stays where it is.
        if (!budget.Lists("data", policy.name) || policy.mode != Mode::kActive || decision.error) continue;
        const std::string whole = WholeText(policy, decision);
        CAPTURE(object, whole, *budget.replicas);
        wanted += std::ceil(decision.wanted);
        told += std::ceil(decision.replicas);
        const double by_itself = alone.at(object).wanted;
        REQUIRE(decision.wanted <= by_itself);
        double guarantee = by_itself;
        for (const Budget& each : fleet.budgets) {
          if (each.Lists("data", policy.name))
            guarantee = std::min<double>(guarantee, each.TermsOf("data", policy.name).minimum);
        }
        REQUIRE(decision.wanted >= guarantee);
        cut += decision.wanted < by_itself;
      }
      REQUIRE(wanted <= *budget.replicas);
      REQUIRE(told <= *budget.replicas);
    }
  }
  CHECK(cut > kRounds / 4);
}

}  // namespace
}  // namespace loadline
