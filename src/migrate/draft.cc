#include "migrate/draft.h"

#include <fmt/format.h>

#include "document/yaml_text.h"
#include "migrate/reading.h"

namespace loadline {
namespace {

constexpr std::string_view kClusterAuthentication = "ClusterTriggerAuthentication/";

Node Metadata(const Migration& migration, const std::string& name) {
  return MapNode({{"name", TextNode(name)}, {"namespace", TextNode(migration.object_namespace)}});
}

Node AuthenticationRef(const std::string& name) {
  if (!name.starts_with(kClusterAuthentication)) return MapNode({{"name", TextNode(name)}});
  return MapNode({{"name", TextNode(name.substr(kClusterAuthentication.size()))},
                  {"kind", TextNode("ClusterTriggerAuthentication")}});
}

}  // namespace

Migration BeginMigration(const Node& object, const std::string& kind) {
  Migration migration;
  const Node* metadata = object.Find("metadata");
  const std::string name = metadata != nullptr ? TextAt(*metadata, "name") : "";
  migration.object_namespace = metadata != nullptr ? TextAt(*metadata, "namespace") : "";
  if (migration.object_namespace.empty() || migration.object_namespace != NameFrom(migration.object_namespace)) {
    migration.object_namespace = "default";
    migration.Tell(Fate::kToDo, "metadata.namespace",
                   "is not said, or no name: the policy is for the namespace default; change both if the object is "
                   "applied elsewhere");
  }
  migration.name = NameFrom(name);
  migration.object_name = name.empty() ? migration.name : name;
  migration.from = fmt::format("{} {}/{}", kind, migration.object_namespace, name);
  return migration;
}

Migration BeginMigration(const std::string& name, const std::string& kind) {
  return BeginMigration(MapNode({{"metadata", MapNode({{"name", TextNode(name)}})}}), kind);
}

Node PolicyDocument(const Migration& migration, Node spec) {
  return MapNode({{"apiVersion", TextNode("loadline.dev/v1")},
                  {"kind", TextNode("ScalingPolicy")},
                  {"metadata", Metadata(migration, migration.name)},
                  {"spec", std::move(spec)}});
}

Node ExternalTrigger(const Migration& migration, const MigrateOptions& options, bool of_job) {
  Node trigger = MapNode(
      {{"type", TextNode("external")},
       {"metricType", TextNode("AverageValue")},
       {"metadata", MapNode({{"scalerAddress", TextNode(options.address)}, {"policy", TextNode(migration.name)}})}});
  if (of_job) RemoveEntry(trigger, "metricType");
  if (!options.authentication.empty())
    SetEntry(trigger, "authenticationRef", AuthenticationRef(options.authentication));
  return trigger;
}

Node NewScaledObject(const Migration& migration, const MigrateOptions& options, const Node& target) {
  return MapNode(
      {{"apiVersion", TextNode("keda.sh/v1alpha1")},
       {"kind", TextNode("ScaledObject")},
       {"metadata", Metadata(migration, migration.object_name)},
       {"spec", MapNode({{"scaleTargetRef", target}, {"triggers", ListNode({ExternalTrigger(migration, options)})}})}});
}

Node WithoutServersFields(Node object) {
  RemoveEntry(object, "status");
  for (Entry& entry : object.entries) {
    if (entry.key != "metadata") continue;
    for (const char* key : {"uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "finalizers",
                            "selfLink", "ownerReferences"})
      RemoveEntry(entry.value, key);
    for (Entry& inner : entry.value.entries) {
      if (inner.key == "annotations") RemoveEntry(inner.value, "kubectl.kubernetes.io/last-applied-configuration");
    }
    if (const Node* annotations = entry.value.Find("annotations");
        annotations != nullptr && annotations->entries.empty())
      RemoveEntry(entry.value, "annotations");
  }
  return object;
}

std::string SourceOptions(const Migration& migration) {
  Node sources = MapNode({});
  for (const auto& [name, url] : migration.sources) SetEntry(sources, name, MapNode({{"url", TextNode(url)}}));
  return WriteYaml(MapNode({{"sources", sources}}));
}

std::string SourceName(Migration& migration, const std::string& address) {
  std::string url = address;
  while (url.ends_with('/')) url.pop_back();
  if (url.ends_with("/api/v1")) url.resize(url.size() - 7);
  for (const auto& [name, known] : migration.sources) {
    if (known == url) return name;
  }
  std::string name = migration.sources.empty() ? "default" : fmt::format("source-{}", migration.sources.size() + 1);
  migration.sources.emplace(name, url);
  return name;
}

}  // namespace loadline
