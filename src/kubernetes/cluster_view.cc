#include "kubernetes/cluster_view.h"

#include <algorithm>
#include <tuple>

#include "scaling/namespaces.h"

namespace loadline {
namespace {

std::string TextAt(const std::map<std::string, std::string>& map, const std::string& key) {
  const auto found = map.find(key);
  return found == map.end() ? "" : found->second;
}

bool IsOurs(const KedaTrigger& trigger, const std::vector<std::string>& addresses) {
  if (!trigger.is_external()) return false;
  // Patterns of addresses and of namespaces are the same.
  if (!addresses.empty()) return AdmitsNamespace(addresses, TextAt(trigger.metadata, "scalerAddress"));
  return !TextAt(trigger.metadata, "policy").empty();
}

class Viewing {
 public:
  Viewing(const ClusterObjects& objects, const std::vector<std::string>& addresses, const FindPolicy& find_policy,
          Timestamp now)
      : addresses_(addresses), find_policy_(find_policy) {
    for (const auto& event : objects.events) {
      if (event->reason != kScalerFailedReason || now - event->last > kWarningCounts) continue;
      const ObjectEvent*& latest = warnings_[{event->object_namespace, event->kind, event->object}];
      if (latest == nullptr || latest->last < event->last) latest = event.get();
    }
    for (const auto& hpa : objects.hpas) {
      if (!hpa->owner.empty()) hpas_.emplace(std::pair(hpa->object_namespace, hpa->owner), hpa);
      AddScaler(hpa->object_namespace, hpa->target, hpa->owner.empty() ? "" : "ScaledObject " + hpa->owner,
                "HorizontalPodAutoscaler " + hpa->name);
    }
    for (const auto& object : objects.scaled_objects) {
      AddScaler(object->object_namespace, object->target, "", "ScaledObject " + object->name);
    }
  }

  void Add(const std::shared_ptr<const KedaObject>& object) {
    std::vector<TriggerPolicy> ours;
    const std::shared_ptr<const HpaObject> own = HpaOf(*object);
    for (std::size_t i = 0; i < object->triggers.size(); ++i) {
      const KedaTrigger& trigger = object->triggers[i];
      if (!IsOurs(trigger, addresses_)) continue;
      ours.push_back({i, find_policy_(object->object_namespace, TextAt(trigger.metadata, "policy"))});
      // KEDA calls no ScaledJob's push (rule 44).
      const bool is_called = !(object->is_job && trigger.type == "external-push");
      if (is_called && trigger.IsKnown()) {
        view_.bindings.push_back({{object->object_namespace, object->name, trigger.metadata}, i, object, own});
      }
    }
    if (ours.empty()) return;
    const auto warning = warnings_.find({object->object_namespace, object->Kind(), object->name});
    const ObjectEvent* said = warning == warnings_.end() ? nullptr : warning->second;
    ObjectFindings found{object, FindProblems({*object, std::move(ours), own.get(), said, RivalsOf(*object)}),
                         std::nullopt};
    if (own != nullptr) found.current_replicas = own->current_replicas;
    view_.objects.push_back(std::move(found));
  }

  ClusterView Take() {
    std::ranges::stable_sort(view_.objects, {}, [](const ObjectFindings& each) {
      return std::tie(each.object->object_namespace, each.object->name);
    });
    return std::move(view_);
  }

 private:
  using Scaled = std::tuple<std::string, std::string, std::string>;  // namespace, kind and name
  struct Scaler {
    std::string owner;
    std::string name;
  };

  void AddScaler(const std::string& object_namespace, const ScaleTarget& target, std::string owner, std::string name) {
    scalers_[{object_namespace, target.kind, target.name}].push_back({std::move(owner), std::move(name)});
  }

  std::shared_ptr<const HpaObject> HpaOf(const KedaObject& object) const {
    const auto found = hpas_.find({object.object_namespace, object.name});
    return object.is_job || found == hpas_.end() ? nullptr : found->second;
  }

  // Who else scales what the object scales.
  std::vector<std::string> RivalsOf(const KedaObject& object) const {
    std::vector<std::string> rivals;
    if (object.is_job) return rivals;
    const std::string own = "ScaledObject " + object.name;
    const auto found = scalers_.find({object.object_namespace, object.target.kind, object.target.name});
    if (found == scalers_.end()) return rivals;
    for (const Scaler& each : found->second) {
      // KEDA's HPA of another ScaledObject is named by that one.
      const bool is_owned = !each.owner.empty();
      if (!is_owned && each.name != own) rivals.push_back(each.name);
    }
    return rivals;
  }

  const std::vector<std::string>& addresses_;
  const FindPolicy& find_policy_;
  std::map<std::pair<std::string, std::string>, std::shared_ptr<const HpaObject>> hpas_;  // by namespace and owner
  std::map<Scaled, std::vector<Scaler>> scalers_;
  std::map<std::tuple<std::string, std::string, std::string>, const ObjectEvent*> warnings_;  // by kind and name
  ClusterView view_;
};

}  // namespace

ClusterView ViewCluster(const ClusterObjects& objects, const std::vector<std::string>& addresses,
                        const FindPolicy& find_policy, Timestamp now) {
  Viewing viewing(objects, addresses, find_policy, now);
  for (const auto& object : objects.scaled_objects) viewing.Add(object);
  for (const auto& object : objects.scaled_jobs) viewing.Add(object);
  return viewing.Take();
}

}  // namespace loadline
