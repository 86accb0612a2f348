#include "scaling/budget.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <optional>
#include <random>

#include "support/random_world.h"

namespace loadline {
namespace {

using Members = std::vector<BudgetMember>;

std::vector<int> Replicas(const BudgetShares& shares) {
  std::vector<int> replicas;
  for (const Grant& grant : shares.grants) replicas.push_back(grant.replicas);
  return replicas;
}

TEST_CASE("a budget that is large enough gives everyone what it wants") {
  const BudgetShares shares = ShareBudget(10, Members{{.id = "a", .wanted = 4}, {.id = "b", .wanted = 6}});
  CHECK(shares == BudgetShares{{{4, false}, {6, false}}, false});
}

TEST_CASE("a budget that is too small is shared equally, and who wants less than its share leaves the rest to others") {
  const BudgetShares shares =
      ShareBudget(10, Members{{.id = "a", .wanted = 9}, {.id = "b", .wanted = 2}, {.id = "c", .wanted = 9}});
  CHECK(shares == BudgetShares{{{4, true}, {2, false}, {4, true}}, false});
}

TEST_CASE("weights share what is left by weight") {
  const Members members = {{.id = "a", .wanted = 2}, {.id = "b", .wanted = 9}, {.id = "c", .wanted = 9, .weight = 3}};
  CHECK(Replicas(ShareBudget(10, members)) == std::vector{2, 2, 6});
}

TEST_CASE("a replica that cannot be shared goes to the smaller id") {
  CHECK(Replicas(ShareBudget(3, Members{{.id = "b", .wanted = 5}, {.id = "a", .wanted = 5}})) == std::vector{1, 2});
}

TEST_CASE("a higher priority is served first, and a lower one gets what it leaves") {
  const Members members = {{.id = "a", .wanted = 8}, {.id = "b", .wanted = 7, .priority = 1}, {.id = "c", .wanted = 8}};
  CHECK(Replicas(ShareBudget(11, members)) == std::vector{2, 7, 2});
  CHECK(Replicas(ShareBudget(6, members)) == std::vector{0, 6, 0});
}

TEST_CASE("a guarantee comes before any priority, but not beyond what is wanted") {
  const Members members = {
      {.id = "a", .wanted = 8, .priority = 1}, {.id = "b", .wanted = 7, .minimum = 2}, {.id = "c", .minimum = 3}};
  CHECK(Replicas(ShareBudget(6, members)) == std::vector{4, 2, 0});
}

TEST_CASE("a guarantee counts towards the fair share") {
  CHECK(Replicas(ShareBudget(8, Members{{.id = "a", .wanted = 9, .minimum = 3}, {.id = "b", .wanted = 9}})) ==
        std::vector{4, 4});
}

TEST_CASE("guarantees above the limit are cut by priority, then by weight, and the result says so") {
  const Members members = {{.id = "a", .wanted = 9, .priority = 1, .minimum = 4},
                           {.id = "b", .wanted = 9, .weight = 2, .minimum = 8},
                           {.id = "c", .wanted = 9, .weight = 1, .minimum = 8}};
  CHECK(ShareBudget(10, members) == BudgetShares{{{4, true}, {4, true}, {2, true}}, true});
  CHECK(ShareBudget(3, members) == BudgetShares{{{3, true}, {0, true}, {0, true}}, true});
  CHECK_FALSE(ShareBudget(20, members).guarantees_cut);
}

TEST_CASE("a cost budget counts what replicas cost, in cents that add up") {
  CHECK(Replicas(ShareBudget(0.3, Members{{.id = "a", .wanted = 5, .unit = 0.1}})) == std::vector{3});
  // Equal money for equal weights: 2.00 and 1.95 per hour.
  CHECK(Replicas(ShareBudget(4, Members{{.id = "a", .wanted = 90, .unit = 0.5},
                                        {.id = "b", .wanted = 90, .unit = 0.15}})) == std::vector{4, 13});
}

TEST_CASE("a member whose next replica does not fit leaves the rest to those whose replicas do") {
  CHECK(Replicas(ShareBudget(10, Members{{.id = "a", .wanted = 5, .unit = 4}, {.id = "b", .wanted = 9}})) ==
        std::vector{1, 6});
}

TEST_CASE("a member that costs nothing gets what it wants") {
  CHECK(Replicas(ShareBudget(0, Members{{.id = "a", .wanted = 5, .unit = 0}, {.id = "b", .wanted = 5}})) ==
        std::vector{5, 0});
}

TEST_CASE("nobody, nothing wanted, no limit and an absurd limit are all answered") {
  CHECK(ShareBudget(10, Members{}) == BudgetShares{});
  CHECK(ShareBudget(10, Members{{.id = "a", .wanted = 0}, {.id = "b", .wanted = -3, .minimum = -1}}) ==
        BudgetShares{{{0, false}, {0, false}}, false});
  CHECK(Replicas(ShareBudget(-1, Members{{.id = "a", .wanted = 5}})) == std::vector{0});
  CHECK(Replicas(ShareBudget(1e300, Members{{.id = "a", .wanted = 2'000'000'000, .unit = 1e300}})) == std::vector{1});
}

// The slow, obvious way: one replica after the other to whom it is due, in millionths as the budget counts.
class SlowShares {
 public:
  SlowShares(double limit, const Members& members)
      : members_(members), replicas_(members.size(), 0), rest_(std::llround(limit * 1e6)) {}

  BudgetShares Share() {
    std::vector<int> most;
    for (const BudgetMember& member : members_) most.push_back(std::min(member.wanted, member.minimum));
    const bool guaranteed = ShareUpTo(most);
    if (guaranteed) {
      for (std::size_t i = 0; i < most.size(); ++i) most[i] = members_[i].wanted;
      ShareUpTo(most);
    }
    BudgetShares shares{{}, !guaranteed};
    for (std::size_t i = 0; i < most.size(); ++i)
      shares.grants.push_back({replicas_[i], replicas_[i] < members_[i].wanted});
    return shares;
  }

 private:
  double Unit(std::size_t i) const { return static_cast<double>(std::llround(members_[i].unit * 1e6)); }

  // Whether i comes before j.
  bool IsBefore(std::size_t i, std::size_t j) const {
    const BudgetMember& a = members_[i];
    const BudgetMember& b = members_[j];
    const double level_a = Unit(i) * replicas_[i] / a.weight;
    const double level_b = Unit(j) * replicas_[j] / b.weight;
    return level_a != level_b ? level_a < level_b : a.id < b.id;
  }

  // Whether everyone got `most`.
  bool ShareUpTo(const std::vector<int>& most) {
    while (true) {
      std::optional<int> priority;
      for (std::size_t i = 0; i < most.size(); ++i) {
        if (replicas_[i] < most[i]) priority = std::max(priority.value_or(members_[i].priority), members_[i].priority);
      }
      if (!priority) return true;
      std::optional<std::size_t> next;
      for (std::size_t i = 0; i < most.size(); ++i) {
        if (members_[i].priority != *priority || replicas_[i] >= most[i] || Unit(i) > static_cast<double>(rest_))
          continue;
        if (!next || IsBefore(i, *next)) next = i;
      }
      if (!next) return false;
      ++replicas_[*next];
      rest_ -= static_cast<std::int64_t>(Unit(*next));
    }
  }

  const Members& members_;
  std::vector<int> replicas_;
  std::int64_t rest_;
};

enum class Units { kReplicas, kEqualWithinPriority, kAny };

struct Case {
  Members members;
  double limit = 0;
};

Case RandomCase(std::mt19937& random, Units units) {
  const auto upto = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most + 1)); };
  Case each;
  const int count = upto(8);
  const int priorities = upto(3);
  const int most = upto(1) == 0 ? 6 : 40;
  double everything = 0;
  for (int i = 0; i < count; ++i) {
    BudgetMember member{.id = std::string(1, static_cast<char>('a' + i)), .wanted = upto(most)};
    member.priority = upto(priorities);
    member.weight = upto(1) == 0 ? 1 : (1 + upto(40)) / 10.0;
    member.minimum = upto(2) == 0 ? upto(5) : 0;
    if (units == Units::kEqualWithinPriority) member.unit = (1 + member.priority) * 0.1;
    if (units == Units::kAny) member.unit = (1 + upto(30)) / 10.0;
    everything += member.unit * member.wanted;
    each.members.push_back(std::move(member));
  }
  std::shuffle(each.members.begin(), each.members.end(), random);
  each.limit = everything * upto(120) / 100.0;
  return each;
}

std::string Text(const Case& each) {
  std::string text = "limit " + std::to_string(each.limit);
  for (const BudgetMember& m : each.members) {
    text += "\n" + m.id + " wants " + std::to_string(m.wanted) + ", priority " + std::to_string(m.priority) +
            ", weight " + std::to_string(m.weight) + ", minimum " + std::to_string(m.minimum) + ", unit " +
            std::to_string(m.unit);
  }
  return text;
}

TEST_CASE("a budget is shared as one replica after the other would be, whatever the order of the members") {
  const unsigned seed = testing::SeedOfRun();
  std::mt19937 random(seed);
  for (int i = 0; i < 6000; ++i) {
    Case each = RandomCase(random, static_cast<Units>(i % 3));
    CAPTURE(seed, i, Text(each));
    const BudgetShares shares = ShareBudget(each.limit, each.members);
    REQUIRE(shares == SlowShares(each.limit, each.members).Share());

    if (each.members.empty()) continue;
    std::vector<Grant> swapped = shares.grants;
    std::swap(each.members.front(), each.members.back());
    std::swap(swapped.front(), swapped.back());
    REQUIRE(ShareBudget(each.limit, each.members).grants == swapped);
  }
}

TEST_CASE("a budget is never exceeded, keeps its guarantees, and leaves no room that someone served could use") {
  const unsigned seed = testing::SeedOfRun();
  std::mt19937 random(seed);
  for (int i = 0; i < 6000; ++i) {
    const Case each = RandomCase(random, static_cast<Units>(i % 3));
    CAPTURE(seed, i, Text(each));
    const BudgetShares shares = ShareBudget(each.limit, each.members);
    double taken = 0;
    std::optional<int> last_served;
    for (std::size_t k = 0; k < each.members.size(); ++k) {
      const BudgetMember& member = each.members[k];
      const int guarantee = std::min(member.minimum, member.wanted);
      const int most = shares.guarantees_cut ? guarantee : member.wanted;
      const int least = shares.guarantees_cut ? 0 : guarantee;
      REQUIRE(shares.grants[k].replicas >= least);
      REQUIRE(shares.grants[k].replicas <= most);
      REQUIRE(shares.grants[k].cut == (shares.grants[k].replicas < member.wanted));
      taken += member.unit * shares.grants[k].replicas;
      if (shares.grants[k].replicas < most)
        last_served = std::max(last_served.value_or(member.priority), member.priority);
    }
    const double rest = each.limit - taken;
    REQUIRE(rest > -1e-5);
    for (std::size_t k = 0; k < each.members.size(); ++k) {
      const BudgetMember& member = each.members[k];
      const int guarantee = std::min(member.minimum, member.wanted);
      const int most = shares.guarantees_cut ? guarantee : member.wanted;
      if (shares.grants[k].replicas == most) continue;
      if (member.priority == *last_served) {
        REQUIRE(rest < member.unit + 1e-5);
      } else {
        REQUIRE(shares.grants[k].replicas == (shares.guarantees_cut ? 0 : guarantee));  // below the last one served
      }
    }
  }
}

TEST_CASE("nobody's share could be raised by taking from someone who has more for its weight") {
  const unsigned seed = testing::SeedOfRun();
  std::mt19937 random(seed);
  for (int i = 0; i < 3000; ++i) {
    const Case each = RandomCase(random, Units::kReplicas);
    CAPTURE(seed, i, Text(each));
    const BudgetShares shares = ShareBudget(each.limit, each.members);
    if (shares.guarantees_cut) continue;
    for (std::size_t poor = 0; poor < each.members.size(); ++poor) {
      for (std::size_t rich = 0; rich < each.members.size(); ++rich) {
        const BudgetMember& a = each.members[poor];
        const BudgetMember& b = each.members[rich];
        const int has = shares.grants[rich].replicas;
        if (!shares.grants[poor].cut || a.priority != b.priority || has <= std::min(b.minimum, b.wanted)) continue;
        REQUIRE((has - 1) / b.weight <= shares.grants[poor].replicas / a.weight + 1e-9);
      }
    }
  }
}

TEST_CASE("a higher limit gives nobody fewer where the members of each priority have equal units") {
  const unsigned seed = testing::SeedOfRun();
  std::mt19937 random(seed);
  for (int i = 0; i < 200; ++i) {
    const Case each = RandomCase(random, static_cast<Units>(i % 2));
    std::vector<int> before(each.members.size(), 0);
    for (double limit = 0; limit <= 1.2 * each.limit + 1; limit += 0.1) {
      CAPTURE(seed, i, limit, Text(each));
      const std::vector<int> now = Replicas(ShareBudget(limit, each.members));
      for (std::size_t k = 0; k < now.size(); ++k) REQUIRE(now[k] >= before[k]);
      before = now;
    }
  }
}

TEST_CASE("with different units a higher limit may change who is served: what fits is given") {
  const Members members = {{.id = "a", .wanted = 1, .unit = 3}, {.id = "b", .wanted = 1, .unit = 2}};
  CHECK(Replicas(ShareBudget(2, members)) == std::vector{0, 1});
  CHECK(Replicas(ShareBudget(3, members)) == std::vector{1, 0});
}

TEST_CASE("hundreds of members share as one replica after the other would") {
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  std::mt19937 random(seed);
  for (const bool costs : {false, true}) {
    Members members;
    for (int i = 0; i < 300; ++i) {
      BudgetMember member{.id = "namespace/policy-" + std::to_string(i), .wanted = static_cast<int>(random() % 50)};
      member.weight = 1 + static_cast<double>(random() % 50) / 10;
      member.minimum = static_cast<int>(random() % 3);
      // Some cost a thousand times as much: where they drop out, the others go on for long.
      if (costs) member.unit = static_cast<double>(1 + random() % 300) / (random() % 2 == 0 ? 0.1 : 100);
      members.push_back(std::move(member));
    }
    const double limit = static_cast<double>(random() % 8000);
    CHECK(ShareBudget(limit, members) == SlowShares(limit, members).Share());
  }
}

}  // namespace
}  // namespace loadline
