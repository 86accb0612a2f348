#include "kubernetes/decision_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "scaling/explain.h"
#include "scaling/hpa.h"

namespace loadline {
namespace {

constexpr char kChangeReason[] = "ReplicasWanted";

}  // namespace

std::string ChangeSentence(const DecisionChange& change, std::string_view policy, std::string_view reason) {
  std::string text = fmt::format("wants {} replica{}", change.to, change.to == 1 ? "" : "s");
  text += change.from == change.to ? " as before" : fmt::format(" instead of {}", change.from);
  if (change.changes > 1) {
    text += fmt::format(", after {} changes between {} and {} since {}", change.changes, change.lowest, change.highest,
                        FormatTimestamp(change.first).substr(11, 8));
  }
  return text + fmt::format(" (policy {}): {}", policy, reason);
}

std::optional<DecisionChange> DecisionChanges::Take(const ForeseenBinding& binding, Timestamp tick, int replicas) {
  const std::int64_t window = tick.time_since_epoch() / kWindow;
  if (window != window_) {
    window_ = window;
    told_in_window_ = 0;
  }
  const auto [found, is_new] = told_.try_emplace(binding);
  Told& told = found->second;
  DecisionChange& since = told.since;
  if (is_new) since = {replicas, replicas, replicas, replicas, 0, {}, 0};
  if (replicas != since.to) {
    if (since.changes == 0) since.first = tick;
    ++since.changes;
    since.to = replicas;
    since.lowest = std::min(since.lowest, replicas);
    since.highest = std::max(since.highest, replicas);
  }
  if (since.changes == 0 || window == told.window || told_in_window_ >= kMostInWindow) return std::nullopt;
  ++told_in_window_;
  DecisionChange change = since;
  change.window = told.window = window;
  since = {replicas, replicas, replicas, replicas, 0, {}, 0};
  return change;
}

void DecisionChanges::Keep(const std::vector<ForeseenBinding>& bindings) {
  const std::set<ForeseenBinding> kept(bindings.begin(), bindings.end());
  std::erase_if(told_, [&](const auto& each) { return !kept.contains(each.first); });
}

std::vector<KubeEvent> ChangeEvents(DecisionChanges& changes, const ClusterView& view,
                                    const DecisionsByBinding& decisions) {
  std::vector<KubeEvent> events;
  std::vector<ForeseenBinding> bindings;
  for (const FollowedBinding& each : view.bindings) {
    bindings.push_back(each.binding);
    const auto found = decisions.find(each.binding);
    if (found == decisions.end()) continue;
    const auto& [policy, decision] = found->second;
    const auto change = changes.Take(each.binding, decision->time, ReplicasForAnswer(decision->replicas));
    if (!change) continue;
    // Equal on every pod, as the windows are.
    std::string name = KubeEventName(*each.object, fmt::format("change {} {}", each.trigger, change->window));
    events.push_back({each.object, std::move(name), kChangeReason,
                      ChangeSentence(*change, policy->name, Summary(*policy, *decision))});
  }
  changes.Keep(bindings);
  return events;
}

}  // namespace loadline
