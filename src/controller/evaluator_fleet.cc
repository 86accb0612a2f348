// Who is decided together: those with a budget, and those that depend on others with all whom they depend on.
#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "controller/evaluator.h"

namespace loadline {
namespace {

// What the others came to is seen, too, from now on: for a record.
void SeeDesired(const FleetMember& member, Observation& seen) {
  if (member.terms == nullptr || member.terms->desired.empty()) return;
  auto desired = member.terms->desired.begin();
  for (std::size_t i = 0; i < member.plan->queries.size(); ++i) {
    if (!member.plan->queries[i].desired_of) continue;
    seen.windows[i] = {desired->ticks, desired->problem};
    ++desired;
  }
}

}  // namespace

std::vector<Evaluator::Asked> Evaluator::FleetOf(const Bindings& bindings) {
  std::vector<Asked> fleet;
  std::vector<Asked> others;
  {
    const MutexLock lock(mutex_);
    if (!any_joins_) return fleet;
    for (const auto& [_, tracked] : tracked_) {
      auto owner = std::const_pointer_cast<Binding>(tracked.owner.lock());
      if (owner == nullptr || tracked.prepared == nullptr || tracked.prepared->error) continue;
      (tracked.prepared->joins ? fleet : others).push_back({std::move(owner), tracked.prepared});
    }
  }
  AddTargets(std::move(others), fleet);
  std::set<const Binding*> members;
  for (const Asked& each : fleet) members.insert(each.binding.get());
  const bool concerned = std::any_of(bindings.begin(), bindings.end(),
                                     [&](const auto& binding) { return members.contains(binding.get()); });
  if (!concerned) return {};
  // The order decides between two triggers of one object and policy: the same one on every pod.
  const auto rank = [](const Asked& each) {
    static const std::map<std::string, std::string> kNone;
    return std::tie(each.prepared->name, each.binding == nullptr ? kNone : each.binding->key().metadata);
  };
  std::sort(fleet.begin(), fleet.end(), [&](const Asked& a, const Asked& b) { return rank(a) < rank(b); });
  return fleet;
}

// Until nobody is missing: who is depended on may depend on others, also where it has not called itself.
void Evaluator::AddTargets(std::vector<Asked> others, std::vector<Asked>& fleet) {
  std::set<BindingName> known;
  Virtual before;
  {
    const MutexLock lock(mutex_);
    before = virtual_;
  }
  Virtual used;
  for (std::size_t looked_at = 0; looked_at < fleet.size();) {
    std::set<BindingName> wanted;
    for (; looked_at < fleet.size(); ++looked_at) {
      for (const PlannedQuery& query : fleet[looked_at].prepared->plan.queries) {
        if (query.desired_of && known.insert(*query.desired_of).second) wanted.insert(*query.desired_of);
      }
    }
    if (wanted.empty()) break;
    const auto is_wanted = [&](const Asked& asked) {
      BindingName name = asked.prepared->name;
      if (wanted.contains(name)) return true;
      name.policy.clear();
      return wanted.contains(name);
    };
    const auto taken =
        std::stable_partition(others.begin(), others.end(), [&](const Asked& each) { return !is_wanted(each); });
    std::move(taken, others.end(), std::back_inserter(fleet));
    others.erase(taken, others.end());
    AddVirtual(wanted, before, used, fleet);
  }
  const MutexLock lock(mutex_);
  // The others are followed no more, or have called. Where two threads look at once, one may leave out what only the
  // other has seen: that is made anew.
  virtual_ = std::move(used);
}

// Whoever is depended on and has not called is decided for its policy's parameters as they are by default.
void Evaluator::AddVirtual(const std::set<BindingName>& wanted, const Virtual& before, Virtual& used,
                           std::vector<Asked>& fleet) {
  for (const BindingName& name : wanted) {
    const bool there =
        std::any_of(fleet.begin(), fleet.end(), [&](const Asked& each) { return each.prepared->name == name; });
    if (there || name.policy.empty()) continue;
    const std::uint64_t generation = policies_.generation();
    const auto known = before.find(name);
    std::shared_ptr<const Prepared> prepared = known != before.end() ? known->second : nullptr;
    if (prepared == nullptr || prepared->generation != generation)
      prepared = MakePrepared({name.object_namespace, name.object, {{"policy", name.policy}}}, generation, prepared);
    if (!prepared->error) fleet.push_back({nullptr, prepared});
    used.emplace(name, std::move(prepared));
  }
}

void Evaluator::PublishFleet(const Group& group, Timestamp now, std::uint64_t era) {
  std::vector<Seen> seen(group.asked.size());
  std::vector<FleetMember> members;
  for (std::size_t i = 0; i < group.asked.size(); ++i) {
    const Prepared& prepared = *group.asked[i].prepared;
    See(prepared, now, group.extra_ticks[i], seen[i]);
    members.push_back({prepared.name, prepared.policy.get(), &prepared.plan, seen[i].observation});
  }
  const auto documents = policies_.documents();
  std::vector<Decision> decisions = DecideFleet(PlanFleet(members, options_.interval), members, documents->budgets);
  for (std::size_t i = 0; i < group.asked.size(); ++i) {
    if (group.asked[i].binding == nullptr) continue;
    SeeDesired(members[i], seen[i].observation);
    seen[i].terms = members[i].terms;
    Publish(group.asked[i], now, era, Decided{std::move(decisions[i]), std::move(seen[i].forecasts)}, seen[i]);
  }
}

}  // namespace loadline
