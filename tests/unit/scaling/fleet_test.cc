#include "scaling/fleet.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <deque>
#include <random>

#include "scaling/explain.h"
#include "support/policy_builder.h"
#include "support/random_world.h"

namespace loadline {
namespace {

using testing::MakePolicy;

constexpr Duration kTick = std::chrono::seconds(15);

// Members whose one signal each is `load`, or what they depend on.
class TestFleet {
 public:
  // `loads`: of each tick, oldest first; below zero: failed.
  void Add(const std::string& object, const std::string& spec, std::vector<double> loads, double observed = 1) {
    policies_.push_back(MakePolicy(spec));
    policies_.back().name = "p";
    plans_.push_back(*PlanQueries(policies_.back(), {{"namespace", "shop"}, {"name", object}}));
    FleetMember member{{"shop", object, "p"}, &policies_.back(), &plans_.back(), {}};
    member.seen.now = Timestamp(std::chrono::hours(1));
    for (const PlannedQuery& query : plans_.back().queries) {
      std::vector<Reading>& readings = readings_.emplace_back();
      for (const double load : query.text == "load" ? loads : std::vector<double>(loads.size(), observed))
        readings.push_back(load < 0 ? Reading{} : Reading{load, ReadingState::kValue});
      member.seen.windows.push_back({readings, "prom:9090: no answer"});
    }
    members_.push_back(member);
  }

  std::vector<Decision> Decide(const std::vector<Budget>& budgets = {}) {
    return DecideFleet(PlanFleet(members_, kTick), members_, budgets);
  }
  std::vector<FleetMember>& members() { return members_; }
  const Policy& policy(std::size_t i) const { return policies_[i]; }

 private:
  std::deque<Policy> policies_;
  std::deque<QueryPlan> plans_;
  std::deque<std::vector<Reading>> readings_;
  std::vector<FleetMember> members_;
};

const std::string kLoad = "signals: [ { name: load, query: load, perReplica: 10 } ]\nonMissing: { hold: 30s }";
std::string Follows(const std::string& object, const std::string& more = "ratio: 0.5") {
  return "signals: [ { name: other, dependsOn: { object: " + object + ", " + more + " } } ]\nonMissing: { hold: 30s }";
}

Budget BudgetOf(int replicas) {
  Budget budget;
  budget.name = "workers";
  budget.replicas = replicas;
  return budget;
}

TEST_CASE("B follows what A wants, whoever stands first") {
  TestFleet fleet;
  fleet.Add("b", Follows("a"), {0, 0, 0});
  fleet.Add("a", kLoad, {80, 80, 80});
  const std::vector<Decision> decisions = fleet.Decide();
  CHECK(decisions[0].wanted == 4);
  CHECK(Summary(fleet.policy(0), decisions[0]) == "other wants 4: a wants 8, 0.5 for each");
}

TEST_CASE("A lag: B follows what A wanted then, decided again from A's readings") {
  TestFleet fleet;
  fleet.Add("a", kLoad, {20, 20, 80, 80});
  fleet.Add("b", Follows("shop/a", "ratio: 1, lag: 30s"), {0, 0, 0, 0});
  CHECK(fleet.Decide()[1].wanted == 2);
}

TEST_CASE("Chains of lags add up") {
  TestFleet fleet;
  fleet.Add("a", kLoad, {10, 20, 30, 40, 50});
  fleet.Add("b", Follows("a", "ratio: 1, lag: 15s"), {0, 0, 0, 0, 0});
  fleet.Add("c", Follows("b", "ratio: 1, lag: 30s"), {0, 0, 0, 0, 0});
  const std::vector<Decision> decisions = fleet.Decide();
  CHECK(decisions[1].wanted == 4);
  CHECK(decisions[2].wanted == 2);
}

// Further than the hold of any of them.
TEST_CASE("A chain of lags reaches as far back as all of them") {
  TestFleet fleet;
  const std::vector<double> none(8, 0);
  fleet.Add("a", kLoad, {10, 20, 30, 40, 50, 60, 70, 80});
  fleet.Add("b", Follows("a", "ratio: 1, lag: 45s"), none);
  fleet.Add("c", Follows("b", "ratio: 1, lag: 45s"), none);
  const std::vector<Decision> decisions = fleet.Decide();
  REQUIRE_FALSE(decisions[2].error);
  CHECK(decisions[2].wanted == 2);
  CHECK(decisions[2].signals[0].reason == Reason::kMeasured);
}

TEST_CASE("Fixed and minimum: so many while the other has any") {
  TestFleet fleet;
  fleet.Add("a", kLoad, {80});
  fleet.Add("asleep", kLoad, {0});
  fleet.Add("b", Follows("a", "relation: fixed, replicas: 3"), {0});
  fleet.Add("c", Follows("asleep", "relation: minimum, replicas: 3"), {0});
  fleet.Add("d", Follows("a", "relation: fixed, replicas: 3, enabled: false"), {0});
  const std::vector<Decision> decisions = fleet.Decide();
  CHECK(decisions[2].wanted == 3);
  CHECK(decisions[3].wanted == 0);
  CHECK(decisions[4].wanted == 0);
}

TEST_CASE("A without an answer: B holds, then says why it has none; never zero") {
  TestFleet fleet;
  fleet.Add("a", kLoad, {80, -1, -1, -1, -1, -1});
  fleet.Add("b", Follows("a"), {0, 0, 0, 0, 0, 0});
  CHECK(fleet.Decide()[1].error);  // A held for 30s, and B what A wanted for 30s more
  TestFleet held;
  held.Add("a", kLoad, {80, -1});
  held.Add("b", Follows("a"), {0, 0});
  CHECK(held.Decide()[1].wanted == 4);  // A itself holds
}

TEST_CASE("Who is not known, and who has several triggers, is said") {
  TestFleet fleet;
  fleet.Add("b", Follows("nobody"), {0});
  REQUIRE(fleet.Decide()[0].error);
  CHECK(fleet.Decide()[0].error->message ==
        "signal other: no data now, nor within the 30s that it is held: shop/nobody is not known to Loadline");
}

TEST_CASE("A cycle is refused, with its path; who is not in it decides") {
  TestFleet fleet;
  fleet.Add("a", Follows("b"), {0});
  fleet.Add("b", Follows("a"), {0});
  fleet.Add("free", kLoad, {80});
  const std::vector<Decision> decisions = fleet.Decide();
  REQUIRE(decisions[0].error);
  CHECK(decisions[0].error->code == Code::kFailedPrecondition);
  CHECK(decisions[0].error->message == "a cycle of dependencies: shop/a (p) -> shop/b (p) -> shop/a (p)");
  CHECK(decisions[1].error);
  CHECK(decisions[2].wanted == 8);
}

TEST_CASE("Whoever depends on itself is in a cycle, by whatever way, and whoever stands first") {
  // a -> b -> c -> a, and a -> d -> c.
  const std::string both =
      "signals: [ { name: x, dependsOn: { object: b, ratio: 1 } }, { name: y, dependsOn: { object: d, ratio: 1 } } ]";
  std::vector<std::pair<std::string, std::string>> members = {
      {"a", both}, {"b", Follows("c")}, {"c", Follows("a")}, {"d", Follows("c")}, {"e", Follows("d")}};
  std::map<std::string, std::string> messages;
  do {
    TestFleet fleet;
    for (const auto& [object, spec] : members) fleet.Add(object, spec, {0});
    const std::vector<Decision> decisions = fleet.Decide();
    for (std::size_t i = 0; i < members.size(); ++i) {
      REQUIRE(decisions[i].error);
      const auto known = messages.emplace(members[i].first, decisions[i].error->message).first;
      REQUIRE(known->second == decisions[i].error->message);
    }
  } while (std::next_permutation(members.begin(), members.end()));
  CHECK(messages["d"] == "a cycle of dependencies: shop/d (p) -> shop/c (p) -> shop/a (p) -> shop/d (p)");
  CHECK(messages["e"].starts_with("signal other: no data now"));
}

TEST_CASE("Two triggers of one policy and object are several, also where the policy is named") {
  TestFleet fleet;
  fleet.Add("a", kLoad, {80});
  fleet.Add("a", kLoad, {20});
  fleet.Add("b", Follows("a", "policy: p, ratio: 1"), {0});
  REQUIRE(fleet.Decide()[2].error);
  CHECK(fleet.Decide()[2].error->message ==
        "signal other: no data now, nor within the 30s that it is held: shop/a has several triggers of policy p");
}

TEST_CASE("A shared budget cuts, and says so") {
  TestFleet fleet;
  fleet.Add("a", kLoad + "\nbudget: workers", {80});
  fleet.Add("b", kLoad + "\nbudget: workers", {80});
  fleet.Add("free", kLoad, {80});
  const std::vector<Decision> decisions = fleet.Decide({BudgetOf(10)});
  CHECK(decisions[0].wanted == 5);
  CHECK(decisions[1].wanted == 5);
  CHECK(decisions[2].wanted == 8);
  CHECK(Summary(fleet.policy(0), decisions[0]) == "load wants 8: 80 at 10 each; budget workers leaves 5");
}

TEST_CASE("A budget is named that the policy does not name, and of two the tighter one") {
  TestFleet fleet;
  fleet.Add("a", kLoad + "\nbudget: workers", {80});
  fleet.Add("b", kLoad, {80});
  Budget listing = BudgetOf(4);
  listing.name = "listing";
  listing.budget_namespace.clear();
  listing.members = {{"data/p", {}}};
  const std::vector<Decision> decisions = fleet.Decide({BudgetOf(7), listing});
  CHECK(Summary(fleet.policy(0), decisions[0]) == "load wants 8: 80 at 10 each; budget listing leaves 2");
  CHECK(Summary(fleet.policy(1), decisions[1]) == "load wants 8: 80 at 10 each; budget listing leaves 2");
}

TEST_CASE("A budget of cost counts what each policy's replicas cost") {
  TestFleet fleet;
  fleet.Add("cheap", kLoad + "\nbudget: workers\ncost: { perReplicaHour: 0.5 }", {80});
  fleet.Add("dear", kLoad + "\nbudget: workers\ncost: { perReplicaHour: 2 }", {80});
  Budget money;
  money.name = "workers";
  money.cost_per_hour = 8;
  const std::vector<Decision> decisions = fleet.Decide({money});
  CHECK(decisions[0].wanted == 8);  // 4 an hour
  CHECK(decisions[1].wanted == 2);  // the other 4
}

TEST_CASE("A policy that yields takes nothing of a budget") {
  TestFleet fleet;
  fleet.Add("a", kLoad + "\nbudget: workers", {80});
  fleet.Add("b", kLoad + "\nbudget: workers\nmode: yield", {80});
  CHECK(fleet.Decide({BudgetOf(8)})[0].wanted == 8);
}

TEST_CASE("Who has no answer keeps what it has of the budget") {
  TestFleet fleet;
  fleet.Add("a", kLoad + "\nbudget: workers\nreplicas: { observed: have }", {-1}, 7);
  fleet.Add("b", kLoad + "\nbudget: workers", {80});
  CHECK(fleet.Decide({BudgetOf(10)})[1].wanted == 3);
  CHECK(fleet.Decide({BudgetOf(6)})[1].wanted == 0);
  Budget first = BudgetOf(10);
  first.members = {{"data/p", {0, 1, 0}}};
  CHECK(fleet.Decide({first})[0].error);
}

TEST_CASE("Who is held by its mode keeps what it has of the budget, whatever it would want and whoever comes first") {
  TestFleet fleet;
  fleet.Add("a", kLoad + "\nbudget: workers\nmode: hold\nreplicas: { observed: have }", {80}, 3);
  fleet.Add("b", kLoad + "\nbudget: workers", {80});
  CHECK(fleet.Decide({BudgetOf(10)})[0].replicas == 3);
  CHECK(fleet.Decide({BudgetOf(10)})[1].wanted == 7);
  TestFleet idle;
  idle.Add("a", kLoad + "\nbudget: workers\nmode: hold\nreplicas: { observed: have }", {0}, 6);
  idle.Add("b", kLoad + "\nbudget: workers", {80});
  CHECK(idle.Decide({BudgetOf(10)})[0].replicas == 6);
  CHECK(idle.Decide({BudgetOf(10)})[1].wanted == 4);
  // The guarantees of the others come first, also where that is more than there is.
  Budget guaranteed = BudgetOf(7);
  guaranteed.others.minimum = 3;
  CHECK(idle.Decide({guaranteed})[1].wanted == 3);
}

TEST_CASE("A budget that is not there is an error, not the absence of a limit") {
  TestFleet fleet;
  fleet.Add("a", kLoad + "\nbudget: wrokers", {80});
  REQUIRE(fleet.Decide({BudgetOf(10)})[0].error);
  CHECK(fleet.Decide({BudgetOf(10)})[0].error->message == "there is no Budget wrokers");
}

TEST_CASE("The order of the members changes nothing") {
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 50; ++round) {
    TestFleet fleet;
    for (int i = 0; i < 8; ++i) {
      const std::string object = "o" + std::to_string(i);
      const bool follows = i > 0 && random() % 2 == 0;
      const std::string other = "o" + std::to_string(i > 0 ? random() % static_cast<unsigned>(i) : 0);
      fleet.Add(object, (follows ? Follows(other, "ratio: 0.7, lag: 15s") : kLoad) + "\nbudget: workers",
                {double(random() % 100), double(random() % 100), double(random() % 100), double(random() % 100)});
    }
    std::map<BindingName, double> before;
    const std::vector<Decision> decisions = fleet.Decide({BudgetOf(20)});
    double sum = 0;
    for (std::size_t i = 0; i < decisions.size(); ++i) {
      if (decisions[i].error) continue;
      before[fleet.members()[i].name] = decisions[i].wanted;
      sum += decisions[i].wanted;
    }
    CHECK(sum <= 20);
    std::shuffle(fleet.members().begin(), fleet.members().end(), random);
    const std::vector<Decision> shuffled = fleet.Decide({BudgetOf(20)});
    for (std::size_t i = 0; i < shuffled.size(); ++i) {
      if (!shuffled[i].error) CHECK(shuffled[i].wanted == before.at(fleet.members()[i].name));
    }
  }
}

}  // namespace
}  // namespace loadline
