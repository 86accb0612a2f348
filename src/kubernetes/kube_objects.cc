#include "kubernetes/kube_objects.h"

#include <algorithm>
#include <limits>

#include "base/quantity.h"
#include "kubernetes/json_reading.h"

namespace loadline {
namespace {

using nlohmann::json;

std::optional<int> IntIn(const json& object, std::string_view key) {
  const std::optional<std::int64_t> number = NumberIn(object, key);
  if (!number) return std::nullopt;
  return static_cast<int>(
      std::clamp<std::int64_t>(*number, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()));
}

const ObjectCondition* ConditionOf(const std::vector<ObjectCondition>& conditions, const std::string& type) {
  const auto found =
      std::find_if(conditions.begin(), conditions.end(), [&](const auto& each) { return each.type == type; });
  return found == conditions.end() ? nullptr : &*found;
}

std::vector<ObjectCondition> ReadConditions(const json& status) {
  std::vector<ObjectCondition> conditions;
  for (const json& each : ListIn(status, "conditions")) {
    conditions.push_back(
        {TextIn(each, "type"), TextIn(each, "status"), TextIn(each, "reason"), TextIn(each, "message")});
  }
  return conditions;
}

std::map<std::string, std::string> ReadTexts(const json& map) {
  std::map<std::string, std::string> texts;
  for (const auto& [key, value] : map.items()) {
    if (value.is_string()) texts.emplace(key, value.get<std::string>());
  }
  return texts;
}

ScaleTarget ReadTarget(const json& reference, const std::string& api_version, const std::string& kind) {
  ScaleTarget target{TextIn(reference, "apiVersion"), TextIn(reference, "kind"), TextIn(reference, "name")};
  if (target.api_version.empty()) target.api_version = api_version;
  if (target.kind.empty()) target.kind = kind;
  return target;
}

std::optional<TargetResource> ReadResource(const json& object) {
  const json& found = MapIn(MapIn(object, "status"), "scaleTargetGVKR");
  TargetResource resource{TextIn(found, "group"), TextIn(found, "version"), TextIn(found, "resource")};
  return resource.version.empty() || resource.resource.empty() ? std::nullopt : std::optional(std::move(resource));
}

void ReadTolerance(const json& rules, double& tolerance) {
  const json* stated = Find(rules, "tolerance");
  if (stated == nullptr) return;
  const std::optional<double> quantity = stated->is_string() ? ParseQuantity(stated->get<std::string>()) : std::nullopt;
  if (quantity && *quantity >= 0) tolerance = *quantity;
}

// What the HPA read of its external metrics.
void ReadCurrent(const json& status, std::vector<HpaMetric>& metrics) {
  for (const json& each : ListIn(status, "currentMetrics")) {
    const json& external = MapIn(each, "external");
    const std::string name = TextIn(MapIn(external, "metric"), "name");
    const json& current = MapIn(external, "current");
    for (HpaMetric& metric : metrics) {
      if (metric.name == name) metric.current = TextIn(current, metric.type == "Value" ? "value" : "averageValue");
    }
  }
}

KedaObject ReadAny(const json& object) {
  const json& metadata = MapIn(object, "metadata");
  const json& spec = MapIn(object, "spec");
  KedaObject read;
  read.object_namespace = TextIn(metadata, "namespace");
  read.name = TextIn(metadata, "name");
  read.uid = TextIn(metadata, "uid");
  for (auto& [key, value] : ReadTexts(MapIn(metadata, "annotations"))) {
    if (key.starts_with("autoscaling.keda.sh/")) read.annotations.emplace(key, value);
  }
  read.min_replicas = IntIn(spec, "minReplicaCount");
  read.max_replicas = IntIn(spec, "maxReplicaCount");
  read.idle_replicas = IntIn(spec, "idleReplicaCount");
  read.polling_seconds = IntIn(spec, "pollingInterval");
  for (const json& each : ListIn(spec, "triggers")) {
    read.triggers.push_back(
        {TextIn(each, "type"), TextIn(each, "name"), TextIn(each, "metricType"), ReadTexts(MapIn(each, "metadata"))});
  }
  read.conditions = ReadConditions(MapIn(object, "status"));
  return read;
}

}  // namespace

bool KedaTrigger::IsKnown() const {
  return std::none_of(metadata.begin(), metadata.end(),
                      [](const auto& each) { return each.first.ends_with("FromEnv"); });
}

const ObjectCondition* KedaObject::Condition(const std::string& type) const { return ConditionOf(conditions, type); }
const ObjectCondition* HpaObject::Condition(const std::string& type) const { return ConditionOf(conditions, type); }

KedaObject ReadScaledObject(const json& object) {
  KedaObject read = ReadAny(object);
  const json& spec = MapIn(object, "spec");
  read.target = ReadTarget(MapIn(spec, "scaleTargetRef"), "apps/v1", "Deployment");
  read.resource = ReadResource(object);
  if (const json* fallback = Find(spec, "fallback"); fallback != nullptr && fallback->is_object()) {
    read.fallback = KedaFallback{IntIn(*fallback, "failureThreshold").value_or(0),
                                 IntIn(*fallback, "replicas").value_or(0), TextIn(*fallback, "behavior")};
  }
  const json& modifiers = MapIn(MapIn(spec, "advanced"), "scalingModifiers");
  read.formula = TextIn(modifiers, "formula");
  read.formula_target = TextIn(modifiers, "target");
  read.hpa_name = TextIn(MapIn(object, "status"), "hpaName");
  return read;
}

KedaObject ReadScaledJob(const json& object) {
  KedaObject read = ReadAny(object);
  read.is_job = true;
  return read;
}

HpaObject ReadHpa(const json& object) {
  const json& metadata = MapIn(object, "metadata");
  const json& spec = MapIn(object, "spec");
  const json& status = MapIn(object, "status");
  HpaObject read;
  read.object_namespace = TextIn(metadata, "namespace");
  read.name = TextIn(metadata, "name");
  for (const json& each : ListIn(metadata, "ownerReferences")) {
    if (TextIn(each, "kind") == "ScaledObject") read.owner = TextIn(each, "name");
  }
  read.target = ReadTarget(MapIn(spec, "scaleTargetRef"), "", "");
  read.current_replicas = IntIn(status, "currentReplicas");
  read.desired_replicas = IntIn(status, "desiredReplicas");
  for (const json& each : ListIn(spec, "metrics")) {
    const json& external = MapIn(each, "external");
    const json& target = MapIn(external, "target");
    if (TextIn(each, "type") != "External") continue;
    const std::string type = TextIn(target, "type");
    read.external_metrics.push_back(
        {TextIn(MapIn(external, "metric"), "name"), type, TextIn(target, type == "Value" ? "value" : "averageValue")});
  }
  ReadCurrent(status, read.external_metrics);
  read.conditions = ReadConditions(status);
  ReadTolerance(MapIn(MapIn(spec, "behavior"), "scaleUp"), read.tolerance.up);
  ReadTolerance(MapIn(MapIn(spec, "behavior"), "scaleDown"), read.tolerance.down);
  return read;
}

TargetStatus ReadTargetStatus(const json& object) {
  const json& status = MapIn(object, "status");
  TargetStatus read;
  read.ready = IntIn(status, "readyReplicas");
  const bool counts = TextIn(object, "apiVersion") == "apps/v1" && NumberIn(status, "observedGeneration");
  if (!read.ready && counts) read.ready = 0;
  return read;
}

ObjectEvent ReadEvent(const json& object) {
  const json& metadata = MapIn(object, "metadata");
  const json& about = MapIn(object, "involvedObject");
  ObjectEvent read;
  read.object_namespace = TextIn(metadata, "namespace");
  read.name = TextIn(metadata, "name");
  read.kind = TextIn(about, "kind");
  read.object = TextIn(about, "name");
  read.reason = TextIn(object, "reason");
  read.message = TextIn(object, "message");
  for (const std::string& time : {TextIn(MapIn(object, "series"), "lastObservedTime"), TextIn(object, "lastTimestamp"),
                                  TextIn(object, "eventTime"), TextIn(metadata, "creationTimestamp")}) {
    const Result<Timestamp> parsed = ParseTimestamp(time);
    if (parsed) read.last = std::max(read.last, *parsed);
  }
  return read;
}

}  // namespace loadline
