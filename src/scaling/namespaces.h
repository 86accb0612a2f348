// Which namespaces may use something: a list of names, of which one may end in "*".
#ifndef LOADLINE_SCALING_NAMESPACES_H_
#define LOADLINE_SCALING_NAMESPACES_H_

#include <string>
#include <string_view>
#include <vector>

namespace loadline {

inline bool AdmitsNamespace(const std::vector<std::string>& allowed, std::string_view object_namespace) {
  for (const std::string_view each : allowed) {
    if (each == object_namespace) return true;
    if (each.ends_with('*') && object_namespace.starts_with(each.substr(0, each.size() - 1))) return true;
  }
  return false;
}

}  // namespace loadline

#endif  // LOADLINE_SCALING_NAMESPACES_H_
