// What is known of a binding and its HPA at one time: what was asked for, what the HPA did, what there is.
#ifndef LOADLINE_KUBERNETES_HPA_SNAPSHOT_H_
#define LOADLINE_KUBERNETES_HPA_SNAPSHOT_H_

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

#include "kubernetes/kube_objects.h"

namespace loadline {

// Counts are from 0 to this: more is no count of replicas, whatever an object says.
inline constexpr int kMostCounted = 1'000'000;
inline int ReplicaCount(int count) { return std::clamp(count, 0, kMostCounted); }

// A decision of Loadline's.
struct AskedReplicas {
  Timestamp tick;
  double replicas = 0;
  bool active = true;

  friend bool operator==(const AskedReplicas&, const AskedReplicas&) = default;
};

struct HpaSnapshot {
  Timestamp time;
  std::optional<AskedReplicas> asked;  // none: KEDA gets no number
  std::optional<int> current;          // replicas that the HPA sees; none: it is not known, or has not looked yet
  std::optional<int> desired;          // that it wants; likewise
  std::optional<int> ready;            // that are; none: it is not known
  int least = 1;                       // what the HPA, or KEDA when it wakes, goes to at least
  Tolerance tolerance = {};
  std::string metric = {};               // that won: "s0-loadline-worker", "cpu resource utilization"
  bool is_ours = true;                   // whether that is the binding's
  std::optional<double> value = {};      // of it, as the HPA read it last
  std::optional<double> threshold = {};  // its target
  std::string limit = {};      // by what the HPA is bounded: "TooManyReplicas", "ScaleUpLimit"; empty: nothing
  std::string hindrance = {};  // why it does not act: "FailedGetExternalMetric"; empty: it does not say
};

// All but `time`, `asked` and `ready`. `hpa`: null where there is none, or it is not known. `trigger`: the binding's,
// by which KEDA names its metric ("s0-...").
HpaSnapshot SnapshotOf(const KedaObject& object, const HpaObject* hpa, std::size_t trigger);

// Where the HPA would go if it had no other metric, and nothing limited it: it stays where the ratio is within its
// tolerance; below `least` it does not go; at 0 KEDA wakes what is active, and nothing else. None where what was asked
// for, or what there is, is not known.
std::optional<int> GoalOf(const HpaSnapshot& snapshot);

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_HPA_SNAPSHOT_H_
