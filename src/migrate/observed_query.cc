#include "migrate/observed_query.h"

#include <fmt/format.h>

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

}  // namespace loadline
