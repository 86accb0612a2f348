#include <fmt/format.h>

#include <algorithm>

#include "scaling/fleet.h"
#include "scaling/fleet_targets.h"

namespace loadline {
namespace {

std::string IdOf(const BindingName& name) {
  return fmt::format("{}/{}{}", name.object_namespace, name.object,
                     name.policy.empty() ? "" : fmt::format(" ({})", name.policy));
}

// Depth first: a member is ordered when all that it depends on is.
class Walk {
 public:
  Walk(std::span<const FleetMember> members, FleetPlan& plan)
      : members_(members), targets_(members), plan_(plan), states_(members.size(), State::kNew) {}

  void Visit(std::size_t member) {
    if (states_[member] == State::kDone) return;
    states_[member] = State::kOpen;
    path_.push_back(member);
    if (members_[member].plan->depends) VisitTargets(member);
    path_.pop_back();
    states_[member] = State::kDone;
    plan_.order.push_back(member);
  }

 private:
  enum class State { kNew, kOpen, kDone };

  void VisitTargets(std::size_t member) {
    for (const PlannedQuery& query : members_[member].plan->queries) {
      const auto target = query.desired_of ? targets_.Find(*query.desired_of) : std::nullopt;
      if (!target) continue;
      plan_.is_target[*target] = true;
      if (states_[*target] == State::kOpen) {
        MarkCycle(*target);
      } else {
        Visit(*target);
      }
    }
  }

  void MarkCycle(std::size_t first) {
    const auto begin = std::find(path_.begin(), path_.end(), first);
    std::string text;
    for (auto each = begin; each != path_.end(); ++each) text += IdOf(members_[*each].name) + " -> ";
    text += IdOf(members_[first].name);
    for (auto each = begin; each != path_.end(); ++each) plan_.cycles[*each] = text;
  }

  std::span<const FleetMember> members_;
  const FleetTargets targets_;
  FleetPlan& plan_;
  std::vector<State> states_;
  std::vector<std::size_t> path_;
};

// Those that depend come after their targets, so from the end each member's own need is known before it is passed on.
void PassOnTicks(std::span<const FleetMember> members, Duration interval, FleetPlan& plan) {
  const FleetTargets targets(members);
  for (auto member = plan.order.rbegin(); member != plan.order.rend(); ++member) {
    if (!members[*member].plan->depends) continue;
    for (const PlannedQuery& query : members[*member].plan->queries) {
      const auto target = query.desired_of ? targets.Find(*query.desired_of) : std::nullopt;
      if (!target || !plan.cycles[*member].empty()) continue;
      const std::size_t ticks = plan.extra_ticks[*member] + static_cast<std::size_t>(query.window / interval);
      plan.extra_ticks[*target] = std::max(plan.extra_ticks[*target], ticks);
    }
  }
}

}  // namespace

FleetTargets::FleetTargets(std::span<const FleetMember> members) {
  // Most fleets have no dependencies, and need no names.
  const bool any =
      std::any_of(members.begin(), members.end(), [](const FleetMember& member) { return member.plan->depends; });
  if (!any) return;
  for (std::size_t i = 0; i < members.size(); ++i) {
    BindingName name = members[i].name;
    by_name_.emplace(name, i);
    name.policy.clear();
    // An object with several triggers is named with its policy, or not at all.
    const auto [known, is_new] = by_name_.emplace(name, i);
    if (!is_new) known->second = kSeveral;
  }
}

std::optional<std::size_t> FleetTargets::Find(const BindingName& name) const {
  const auto found = by_name_.find(name);
  if (found == by_name_.end() || found->second == kSeveral) return std::nullopt;
  return found->second;
}

std::string FleetTargets::WhyNot(const BindingName& name) const {
  if (by_name_.contains(name))
    return fmt::format("{}/{} has several triggers: say which policy", name.object_namespace, name.object);
  return fmt::format("{} is not known to Loadline", IdOf(name));
}

FleetPlan PlanFleet(std::span<const FleetMember> members, Duration interval) {
  FleetPlan plan;
  plan.cycles.resize(members.size());
  plan.is_target.resize(members.size());
  plan.extra_ticks.resize(members.size());
  Walk walk(members, plan);
  for (std::size_t i = 0; i < members.size(); ++i) walk.Visit(i);
  PassOnTicks(members, interval, plan);
  return plan;
}

}  // namespace loadline
