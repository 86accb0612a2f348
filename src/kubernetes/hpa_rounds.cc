#include "kubernetes/hpa_rounds.h"

#include <utility>

namespace loadline {

bool HpaRounds::Go(const ClusterView& view, bool hpas_heard, const DecisionsByBinding& decisions) {
  std::vector<ForeseenBinding> bindings;
  std::vector<TargetLook> looks;
  bool is_moving = false;
  for (const FollowedBinding& each : view.bindings) {
    if (each.object->is_job) continue;
    // A binding without a decision has nothing that could be followed, as before its first one.
    const bool moves = decisions.contains(each.binding) && hpas_.IsMoving(each.binding, clock_.Now());
    is_moving = is_moving || moves;
    looks.push_back({each.object, moves});
    bindings.push_back(each.binding);
  }
  ready_.Read(looks);
  hpas_.Keep(bindings);
  for (const FollowedBinding& each : view.bindings) {
    if (each.object->is_job) continue;
    HpaSnapshot snapshot = SnapshotOf(*each.object, hpas_heard ? each.hpa.get() : nullptr, each.trigger);
    snapshot.time = clock_.Now();
    if (const auto ready = ready_.Of(*each.object)) snapshot.ready = ReplicaCount(*ready);
    if (const auto found = decisions.find(each.binding); found != decisions.end()) {
      const Decision& decision = *found->second.decision;
      snapshot.asked = AskedReplicas{decision.time, decision.replicas, decision.active};
    }
    hpas_.Take(each.binding, snapshot);
  }
  return is_moving;
}

}  // namespace loadline
