// What KEDA's objects of a cluster say about our triggers: bindings, and what is wrong.
#ifndef LOADLINE_KUBERNETES_CLUSTER_VIEW_H_
#define LOADLINE_KUBERNETES_CLUSTER_VIEW_H_

#include <compare>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kubernetes/findings.h"
#include "kubernetes/kube_objects.h"

namespace loadline {

// All that KEDA will say of a trigger when it calls.
struct ForeseenBinding {
  std::string object_namespace;
  std::string object_name;
  std::map<std::string, std::string> metadata;

  friend auto operator<=>(const ForeseenBinding&, const ForeseenBinding&) = default;
};

// A binding, and whom its answers are for.
struct FollowedBinding {
  ForeseenBinding binding;
  std::size_t trigger = 0;  // index into KedaObject::triggers
  std::shared_ptr<const KedaObject> object;
  std::shared_ptr<const HpaObject> hpa;  // null: none, or not known
};

struct ObjectFindings {
  std::shared_ptr<const KedaObject> object;
  std::vector<Finding> findings;
  std::optional<int> current_replicas;  // by the HPA's status; none where it is not known
};

struct ClusterObjects {
  std::vector<std::shared_ptr<const KedaObject>> scaled_objects;
  std::vector<std::shared_ptr<const KedaObject>> scaled_jobs;
  std::vector<std::shared_ptr<const HpaObject>> hpas;
  std::vector<std::shared_ptr<const ObjectEvent>> events = {};
};

// Immutable.
struct ClusterView {
  std::vector<FollowedBinding> bindings;  // of all triggers whose metadata is known
  std::vector<ObjectFindings> objects;    // those with a trigger of ours, in the order of namespaces and names
};

// The reason of the Event by which KEDA says that it could not use a scaler. It says again what still is so with each
// poll.
inline constexpr std::string_view kScalerFailedReason = "KEDAScalerFailed";
inline constexpr Duration kWarningCounts = std::chrono::minutes(10);

// Finds the policy that objects of a namespace get by a name.
using FindPolicy =
    std::function<Result<std::shared_ptr<const Policy>>(const std::string& object_namespace, const std::string& name)>;

// Pure. A trigger is ours where it is external and has one of `addresses` as its scalerAddress (of which each may end
// in
// "*"); where there are none, where its metadata name a policy. A warning of KEDA's counts for kWarningCounts.
ClusterView ViewCluster(const ClusterObjects& objects, const std::vector<std::string>& addresses,
                        const FindPolicy& find_policy, Timestamp now);

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_CLUSTER_VIEW_H_
