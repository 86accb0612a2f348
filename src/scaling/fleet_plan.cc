#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "scaling/fleet.h"
#include "scaling/fleet_targets.h"

namespace loadline {
namespace {

std::string IdOf(const BindingName& name) {
  return fmt::format("{}/{}{}", name.object_namespace, name.object,
                     name.policy.empty() ? "" : fmt::format(" ({})", name.policy));
}

// Depth first: a member is ordered when all that it depends on is. Those that can reach each other come out together,
// which are the cycles (Tarjan, Depth-first search and linear graph algorithms, 1972).
class Walk {
 public:
  Walk(std::span<const FleetMember> members, FleetPlan& plan)
      : members_(members), plan_(plan), targets_(members.size()), found_(members.size()), low_(members.size()) {
    const FleetTargets names(members);
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (!members[i].plan->depends) continue;
      for (const PlannedQuery& query : members[i].plan->queries) {
        const auto target = query.desired_of ? names.Find(*query.desired_of) : std::nullopt;
        if (!target) continue;
        plan.is_target[*target] = true;
        targets_[i].push_back(*target);
      }
    }
  }

  void Visit(std::size_t member) {
    if (found_[member] > 0) return;
    found_[member] = low_[member] = ++count_;
    open_.push_back(member);
    for (const std::size_t target : targets_[member]) {
      Visit(target);
      low_[member] = std::min(low_[member], low_[target]);
    }
    if (low_[member] == found_[member]) Close(member);
  }

 private:
  static constexpr std::size_t kClosed = static_cast<std::size_t>(-1);

  // Orders `first` and all that were found since: they reach each other.
  void Close(std::size_t first) {
    const auto begin = std::find(open_.begin(), open_.end(), first);
    const std::vector<std::size_t> together(begin, open_.end());
    open_.erase(begin, open_.end());
    for (const std::size_t member : together) {
      low_[member] = kClosed;
      plan_.order.push_back(member);
    }
    for (const std::size_t member : together) plan_.cycles[member] = CycleOf(member, together);
  }

  // The shortest way from a member back to it; empty where there is none. Breadth first, among those that may be on it.
  std::string CycleOf(std::size_t member, const std::vector<std::size_t>& together) const {
    std::map<std::size_t, std::size_t> from;  // where each was come to from
    std::vector<std::size_t> reached = {member};
    for (std::size_t i = 0; i < reached.size() && !from.contains(member); ++i) {
      for (const std::size_t target : targets_[reached[i]]) {
        const bool may_be = std::find(together.begin(), together.end(), target) != together.end();
        if (may_be && from.emplace(target, reached[i]).second) reached.push_back(target);
      }
    }
    if (!from.contains(member)) return "";
    std::string text = IdOf(members_[member].name);
    std::size_t at = member;
    do {
      at = from.at(at);
      text = IdOf(members_[at].name) + " -> " + text;
    } while (at != member);
    return text;
  }

  std::span<const FleetMember> members_;
  FleetPlan& plan_;
  std::vector<std::vector<std::size_t>> targets_;  // of each member: those that it depends on
  std::vector<std::size_t> found_;                 // when each was found; 0: not yet
  std::vector<std::size_t> low_;                   // the first of those still open that it reaches
  std::vector<std::size_t> open_;
  std::size_t count_ = 0;
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
    Add(name, i);
    name.policy.clear();
    // An object with several triggers is named with its policy, or not at all.
    Add(name, i);
  }
}

void FleetTargets::Add(const BindingName& name, std::size_t member) {
  const auto [known, is_new] = by_name_.emplace(name, member);
  if (!is_new) known->second = kSeveral;
}

std::optional<std::size_t> FleetTargets::Find(const BindingName& name) const {
  const auto found = by_name_.find(name);
  if (found == by_name_.end() || found->second == kSeveral) return std::nullopt;
  return found->second;
}

std::string FleetTargets::WhyNot(const BindingName& name) const {
  if (by_name_.contains(name)) {
    return name.policy.empty()
               ? fmt::format("{}/{} has several triggers: say which policy", name.object_namespace, name.object)
               : fmt::format("{}/{} has several triggers of policy {}", name.object_namespace, name.object,
                             name.policy);
  }
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
