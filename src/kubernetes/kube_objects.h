// What we need to know of the objects of KEDA and Kubernetes: plain values, as the API server says them.
#ifndef LOADLINE_KUBERNETES_KUBE_OBJECTS_H_
#define LOADLINE_KUBERNETES_KUBE_OBJECTS_H_

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "scaling/hpa.h"

namespace loadline {

// What is scaled.
struct ScaleTarget {
  std::string api_version;  // "apps/v1"
  std::string kind;         // "Deployment"
  std::string name;

  friend bool operator==(const ScaleTarget&, const ScaleTarget&) = default;
};

// Where the API server has what is scaled.
struct TargetResource {
  std::string group;     // "apps"
  std::string version;   // "v1"
  std::string resource;  // "deployments"

  friend bool operator==(const TargetResource&, const TargetResource&) = default;
};

struct KedaTrigger {
  std::string type;         // "external-push"
  std::string name;         // may be empty
  std::string metric_type;  // "AverageValue", "Value"; KEDA's default where empty
  std::map<std::string, std::string> metadata;

  // Rule 12: what is in the environment only KEDA knows.
  bool IsKnown() const;
  bool is_external() const { return type == "external" || type == "external-push"; }
};

struct KedaFallback {
  int failure_threshold = 0;
  int replicas = 0;
  std::string behavior;  // "static" where it is empty
};

struct ObjectCondition {
  std::string type;    // "Ready"
  std::string status;  // "True", "False", "Unknown"
  std::string reason;
  std::string message;
};

// A ScaledObject or a ScaledJob.
struct KedaObject {
  std::string object_namespace;
  std::string name;
  std::string uid;
  bool is_job = false;
  ScaleTarget target;                      // of a ScaledObject
  std::optional<TargetResource> resource;  // of the target, as KEDA has found it
  std::optional<int> min_replicas;
  std::optional<int> max_replicas;
  std::optional<int> idle_replicas;
  std::optional<int> polling_seconds;
  std::optional<KedaFallback> fallback;
  std::string formula;         // of scalingModifiers; empty: none
  std::string formula_target;  // likewise
  std::vector<KedaTrigger> triggers;
  std::map<std::string, std::string> annotations;  // KEDA's own
  std::string hpa_name;
  std::vector<ObjectCondition> conditions;

  // KEDA's defaults (rules 23 and 1).
  int MinReplicas() const { return min_replicas.value_or(0); }
  int MaxReplicas() const { return max_replicas.value_or(100); }
  int PollingSeconds() const { return polling_seconds.value_or(30); }
  const ObjectCondition* Condition(const std::string& type) const;  // null where there is none
  std::string Kind() const { return is_job ? "ScaledJob" : "ScaledObject"; }
};

struct HpaMetric {
  std::string name;  // "s0-loadline-cdc-worker"
  std::string type;  // "AverageValue"
  std::string target;
  std::string current = {};  // as the HPA read it last; empty where it has not
};

struct HpaObject {
  std::string object_namespace;
  std::string name;
  std::string owner;  // the ScaledObject that it belongs to; empty: none
  ScaleTarget target;
  std::optional<int> current_replicas;
  std::optional<int> desired_replicas;
  std::vector<HpaMetric> external_metrics;
  std::vector<ObjectCondition> conditions;
  Tolerance tolerance = {};  // of its behavior

  const ObjectCondition* Condition(const std::string& type) const;
};

// The status of what is scaled.
struct TargetStatus {
  std::optional<int> ready;  // replicas that are; none where it does not say
};

// An Event of an object.
struct ObjectEvent {
  std::string object_namespace;
  std::string name;    // the Event's own
  std::string kind;    // of the object: "ScaledObject"
  std::string object;  // its name
  std::string reason;  // "KEDAScalerFailed"
  std::string message;
  Timestamp last;  // when it was said last; 1970 where that is not known
};

// They never throw: what is missing, or is of another type, is left out.
KedaObject ReadScaledObject(const nlohmann::json& object);
KedaObject ReadScaledJob(const nlohmann::json& object);
HpaObject ReadHpa(const nlohmann::json& object);
ObjectEvent ReadEvent(const nlohmann::json& object);
// Of apps/v1 a count that is left out is zero, once its controller has looked; of other kinds it is not known.
TargetStatus ReadTargetStatus(const nlohmann::json& object);

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_KUBE_OBJECTS_H_
