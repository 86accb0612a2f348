#include "kubernetes/refusal.h"

#include <fmt/format.h>

#include "base/text.h"
#include "kubernetes/json_reading.h"

namespace loadline {

std::string RefusalText(int status, const std::string& body, const std::string& verb, const std::string& resource,
                        const std::string& group, const std::string& object_namespace) {
  const std::string name = group.empty() ? resource : resource + "." + group;
  const std::string where = object_namespace.empty() ? "in all namespaces" : "in namespace " + object_namespace;
  const std::optional<nlohmann::json> parsed = ParseMap(body);
  const std::string said = OneLine(parsed ? TextIn(*parsed, "message") : body, kMostTold);
  const std::string tail = said.empty() ? "" : "; the API server says: " + said;
  switch (status) {
    case 401:
      return fmt::format(
          "the API server does not know who asks (401) to {} {} {}: the token or certificate is missing, wrong or "
          "expired{}",
          verb, name, where, tail);
    case 403:
      return fmt::format("may not {} {} {}: RBAC wants a {} with apiGroups [\"{}\"], resources [{}], verbs [{}]{}",
                         verb, name, where, object_namespace.empty() ? "ClusterRole" : "Role", group, resource, verb,
                         tail);
    case 404:
      return fmt::format("the API server has no {} (404): are the definitions of {} installed?{}", name,
                         group.empty() ? "it" : group, tail);
    default: return fmt::format("the API server answered {} to {} {} {}{}", status, verb, name, where, tail);
  }
}

}  // namespace loadline
