#include "scaling/fleet.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <deque>

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
      : plan_(plan), members_(members), targets_(members), proposals_(members.size()), desired_(members.size()) {}

  std::vector<Decision> Run(std::span<const Budget> budgets) {
    for (const std::size_t member : plan_.order) ProposeOne(member);
    granted_.resize(members_.size());
    granted_by_.resize(members_.size());
    for (const Budget& budget : budgets) Share(budget);
    RequireBudgets(budgets);
    std::vector<Decision> decisions;
    decisions.reserve(members_.size());
    for (std::size_t i = 0; i < members_.size(); ++i) {
      const FleetMember& member = members_[i];
      decisions.push_back(Settle(*member.policy, *member.plan, member.seen, std::move(proposals_[i]), granted_[i]));
      NameBudget(i, decisions.back());
    }
    return decisions;
  }

 private:
  void ProposeOne(std::size_t index) {
    FleetMember& member = members_[index];
    FillDesired(index);
    proposals_[index] = Propose(*member.policy, *member.plan, member.seen);
    Decision& proposal = proposals_[index];
    if (!plan_.cycles[index].empty())
      proposal.error = Error{Code::kFailedPrecondition, "a cycle of dependencies: " + plan_.cycles[index]};

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
    }
  }

  void Share(const Budget& budget) {
    std::vector<std::size_t> sharers;
    std::vector<BudgetMember> wants;
    for (std::size_t i = 0; i < members_.size(); ++i) {
      const FleetMember& member = members_[i];
      if (!IsOf(budget, *member.policy)) continue;
      const BudgetTerms& terms = budget.TermsOf(member.policy->policy_namespace, member.policy->name);
      const double unit = budget.cost_per_hour && member.policy->cost ? member.policy->cost->per_replica_hour : 1;
      sharers.push_back(i);
      wants.push_back({fmt::format("{}/{}/{}", member.name.object_namespace, member.name.object, member.name.policy),
                       Wanted(i), terms.priority, terms.weight, terms.minimum, unit});
    }
    const BudgetShares shares = ShareBudget(budget.Limit(), wants);
    for (std::size_t i = 0; i < sharers.size(); ++i) {
      std::optional<double>& granted = granted_[sharers[i]];
      if (granted && *granted <= shares.grants[i].replicas) continue;
      granted = shares.grants[i].replicas;
      granted_by_[sharers[i]] = &budget;
    }
  }

  // A policy that a budget lists need not name it, and of several the tightest is meant.
  void NameBudget(std::size_t index, Decision& decision) const {
    for (Step& step : decision.steps) {
      if (step.reason == Reason::kCutByBudget)
        step.name = std::make_shared<const std::string>(granted_by_[index]->name);
    }
  }

  static bool IsOf(const Budget& budget, const Policy& policy) {
    if (policy.mode == Mode::kYield) return false;  // other triggers decide for it
    const bool reaches = budget.budget_namespace.empty() || budget.budget_namespace == policy.policy_namespace;
    return (reaches && policy.budget == budget.name) || budget.Lists(policy.policy_namespace, policy.name);
  }

  // Of one without an answer what it has: it does not give that back because something is not known.
  int Wanted(std::size_t index) const {
    const Decision& proposal = proposals_[index];
    const double replicas = proposal.error ? proposal.observed.value_or(0) : proposal.replicas;
    return static_cast<int>(std::min(std::ceil(replicas), kMostReplicas));
  }

  void RequireBudgets(std::span<const Budget> budgets) {
    for (std::size_t i = 0; i < members_.size(); ++i) {
      const Policy& policy = *members_[i].policy;
      if (!policy.budget || proposals_[i].error || policy.mode == Mode::kYield) continue;
      const bool there =
          std::any_of(budgets.begin(), budgets.end(), [&](const Budget& each) { return IsOf(each, policy); });
      if (!there)
        proposals_[i].error = Error{Code::kFailedPrecondition, fmt::format("there is no Budget {}", *policy.budget)};
    }
  }

  const FleetPlan& plan_;
  std::span<FleetMember> members_;
  const FleetTargets targets_;
  std::vector<Decision> proposals_;
  std::vector<Desired> desired_;
  std::deque<std::string> problems_;  // windows refer to them
  std::vector<std::optional<double>> granted_;
  std::vector<const Budget*> granted_by_;  // the one that left so few
};

}  // namespace

std::vector<Decision> DecideFleet(const FleetPlan& plan, std::span<FleetMember> members,
                                  std::span<const Budget> budgets) {
  return Evaluation(plan, members).Run(budgets);
}

}  // namespace loadline
