#include "scaling/override.h"

namespace loadline {

bool Override::IsFor(std::string_view binding_namespace, std::string_view binding_object,
                     std::string_view binding_policy) const {
  if (all) return true;
  return (object_namespace.empty() || object_namespace == binding_namespace) &&
         (object.empty() || object == binding_object) && (policy.empty() || policy == binding_policy);
}

}  // namespace loadline
