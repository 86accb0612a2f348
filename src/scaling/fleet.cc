#include "scaling/fleet.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <tuple>

#include "scaling/budget.h"
#include "scaling/fleet_targets.h"

namespace loadline {
namespace {

// What a member wanted, oldest first, up to now: a reading of those that depend on it.
struct Desired {
  std::vector<Reading> ticks;
  std::string problem;  // of the last one
};

class Evaluation {
 public:
  Evaluation(const FleetPlan& plan, std::span<FleetMember> members)
      : plan_(plan), members_(members), targets_(members), decisions_(members.size()) {
    if (std::find(plan.is_target.begin(), plan.is_target.end(), true) != plan.is_target.end())
      desired_.resize(members.size());
    for (FleetMember& member : members) member.terms = nullptr;
  }

  std::vector<Decision> Run(std::span<const Budget> budgets) {
    std::vector<std::size_t> budgeted;
    for (const std::size_t member : plan_.order) {
      ProposeOne(member);
      if (IsBudgeted(*members_[member].policy, budgets)) {
        budgeted.push_back(member);
      } else {
        SettleOne(member, std::nullopt);  // at once, while its readings are at hand
      }
    }
    if (budgeted.empty()) return std::move(decisions_);
    granted_.resize(members_.size());
    granted_by_.resize(members_.size());
    for (const Budget& budget : budgets) Share(budget);
    RequireBudgets(budgets);
    for (const std::size_t member : budgeted) SettleOne(member, granted_[member]);
    return std::move(decisions_);
  }

 private:
  void ProposeOne(std::size_t index) {
    FleetMember& member = members_[index];
    if (member.plan->depends) FillDesired(index);
    decisions_[index] = Propose(*member.policy, *member.plan, member.seen);
    if (!plan_.cycles[index].empty())
      Refuse(index, {Code::kFailedPrecondition, "a cycle of dependencies: " + plan_.cycles[index]});
    if (plan_.is_target[index]) TellDesired(index);
  }

  void Refuse(std::size_t index, Error error) {
    TermsOf(index).error = error;
    decisions_[index].error = std::move(error);
  }

  void SettleOne(std::size_t index, std::optional<double> granted) {
    const FleetMember& member = members_[index];
    decisions_[index] = Settle(*member.policy, *member.plan, member.seen, std::move(decisions_[index]), granted);
    if (!granted) return;
    FleetTerms& terms = TermsOf(index);
    terms.granted = granted;
    terms.granted_by = granted_by_[index]->name;
    NameBudget(terms, decisions_[index]);
  }

  FleetTerms& TermsOf(std::size_t index) {
    std::shared_ptr<FleetTerms>& terms = members_[index].terms;
    if (terms == nullptr) terms = std::make_shared<FleetTerms>();
    return *terms;
  }

  void TellDesired(std::size_t index) {
    const FleetMember& member = members_[index];
    const Decision& proposal = decisions_[index];
    Desired& desired = desired_[index];
    for (std::size_t ticks_ago = plan_.extra_ticks[index]; ticks_ago > 0; --ticks_ago)
      desired.ticks.push_back(ReadingOf(Propose(*member.policy, *member.plan, member.seen.Before(ticks_ago))));
    desired.ticks.push_back(ReadingOf(proposal));
    if (proposal.error)
      desired.problem =
          fmt::format("{}/{}: {}", member.name.object_namespace, member.name.object, proposal.error->message);
  }

  static Reading ReadingOf(const Decision& proposal) {
    return proposal.error ? Reading{} : Reading{proposal.replicas, ReadingState::kValue};
  }

  void FillDesired(std::size_t index) {
    FleetMember& member = members_[index];
    for (std::size_t i = 0; i < member.plan->queries.size(); ++i) {
      const auto& name = member.plan->queries[i].desired_of;
      if (!name) continue;
      const auto target = plan_.cycles[index].empty() ? targets_.Find(*name) : std::nullopt;
      if (target) {
        member.seen.windows[i] = {desired_[*target].ticks, desired_[*target].problem};
      } else {
        static constexpr Reading kUnknown;
        problems_.push_back(targets_.WhyNot(*name));
        member.seen.windows[i] = {std::span<const Reading>(&kUnknown, 1), problems_.back()};
      }
      const ReadingWindow& filled = member.seen.windows[i];
      TermsOf(index).desired.push_back({{filled.ticks.begin(), filled.ticks.end()}, std::string(filled.problem)});
    }
  }

  void Share(const Budget& budget) {
    std::vector<std::size_t> sharers;
    std::vector<BudgetMember> wants;
    double held = 0;
    for (std::size_t i = 0; i < members_.size(); ++i) {
      const FleetMember& member = members_[i];
      if (!IsOf(budget, *member.policy)) continue;
      const BudgetTerms& terms = budget.TermsOf(member.policy->policy_namespace, member.policy->name);
      const double unit = budget.cost_per_hour && member.policy->cost ? member.policy->cost->per_replica_hour : 1;
      if (KeepsWhatItHas(i)) {
        held += Wanted(i) * unit;
        Leave(i, Wanted(i), budget);
        continue;
      }
      sharers.push_back(i);
      wants.push_back({fmt::format("{}/{}/{}", member.name.object_namespace, member.name.object, member.name.policy),
                       Wanted(i), terms.priority, terms.weight, terms.minimum, unit});
    }
    const BudgetShares shares = ShareBudget(budget.Limit(), wants, held);
    for (std::size_t i = 0; i < sharers.size(); ++i) Leave(sharers[i], shares.grants[i].replicas, budget);
  }

  // Of two that leave as few, the first by name is named: whatever order they came in.
  void Leave(std::size_t index, double left, const Budget& budget) {
    std::optional<double>& granted = granted_[index];
    if (granted && std::tie(*granted, granted_by_[index]->name) <= std::tie(left, budget.name)) return;
    granted = left;
    granted_by_[index] = &budget;
  }

  static bool IsBudgeted(const Policy& policy, std::span<const Budget> budgets) {
    return policy.budget ||
           std::any_of(budgets.begin(), budgets.end(), [&](const Budget& each) { return IsOf(each, policy); });
  }

  static bool IsOf(const Budget& budget, const Policy& policy) {
    if (policy.mode == Mode::kYield) return false;  // other triggers decide for it
    const bool reaches = budget.budget_namespace.empty() || budget.budget_namespace == policy.policy_namespace;
    return (reaches && policy.budget == budget.name) || budget.Lists(policy.policy_namespace, policy.name);
  }

  // Whoever gives nothing back, whatever its share: KEDA changes nothing on an error, and mode hold answers what is
  // observed. So this comes off what the others share; else they would have, together with it, more than there is.
  bool KeepsWhatItHas(std::size_t index) const {
    return decisions_[index].error || members_[index].policy->mode == Mode::kHold;
  }

  int Wanted(std::size_t index) const {
    const Decision& proposal = decisions_[index];
    const double replicas = KeepsWhatItHas(index) ? proposal.observed.value_or(0) : proposal.replicas;
    return static_cast<int>(std::min(std::ceil(replicas), kMostReplicas));
  }

  void RequireBudgets(std::span<const Budget> budgets) {
    for (std::size_t i = 0; i < members_.size(); ++i) {
      const Policy& policy = *members_[i].policy;
      if (!policy.budget || decisions_[i].error || policy.mode == Mode::kYield) continue;
      const bool there =
          std::any_of(budgets.begin(), budgets.end(), [&](const Budget& each) { return IsOf(each, policy); });
      if (!there) Refuse(i, {Code::kFailedPrecondition, fmt::format("there is no Budget {}", *policy.budget)});
    }
  }

  const FleetPlan& plan_;
  std::span<FleetMember> members_;
  const FleetTargets targets_;
  std::vector<Decision> decisions_;   // of each member; until it is settled, its proposal
  std::vector<Desired> desired_;      // of each member; empty where nobody depends on another
  std::deque<std::string> problems_;  // windows refer to them
  std::vector<std::optional<double>> granted_;
  std::vector<const Budget*> granted_by_;  // the one that left so few
};

}  // namespace

void NameBudget(const FleetTerms& terms, Decision& decision) {
  for (Step& step : decision.steps) {
    if (step.reason == Reason::kCutByBudget) step.name = std::make_shared<const std::string>(terms.granted_by);
  }
}

std::vector<Decision> DecideFleet(const FleetPlan& plan, std::span<FleetMember> members,
                                  std::span<const Budget> budgets) {
  return Evaluation(plan, members).Run(budgets);
}

}  // namespace loadline
