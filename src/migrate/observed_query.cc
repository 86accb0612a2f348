#include "migrate/observed_query.h"

#include <fmt/format.h>

#include "document/yaml_text.h"
#include "migrate/reading.h"

namespace loadline {

std::string ObservedQuery(const Node& target) {
  const std::string kind = TextAt(target, "kind");
  const std::string name = TextAt(target, "name");
  if (name.empty() || name.find_first_of("\"\\\n") != std::string::npos) return "";
  if (kind.empty() || kind == "Deployment")
    return fmt::format("kube_deployment_status_replicas_ready{{namespace=\"${{namespace}}\",deployment=\"{}\"}}", name);
  if (kind == "StatefulSet")
    return fmt::format("kube_statefulset_status_replicas_ready{{namespace=\"${{namespace}}\",statefulset=\"{}\"}}",
                       name);
  return "";
}

void SayObserved(const Node& target, bool counts, Node& spec, Migration& migration) {
  const std::string kind = TextAt(target, "kind");
  const bool usual = TextAt(target, "name") == migration.object_name && (kind.empty() || kind == "Deployment");
  if (usual && !counts) return;
  const std::string query = ObservedQuery(target);
  if (!query.empty()) {
    for (Entry& entry : spec.entries) {
      if (entry.key == "replicas") SetEntry(entry.value, "observed", TextNode(query));
    }
  }
  if (!counts) return;
  migration.Tell(query.empty() ? Fate::kToDo : Fate::kChanged, "spec.scaleTargetRef",
                 query.empty()
                     ? "the policy goes by the replicas there are: write the query for their number to "
                       "replicas.observed"
                     : "the policy goes by the replicas there are; how many are ready kube-state-metrics says: "
                       "replicas.observed");
}

}  // namespace loadline
