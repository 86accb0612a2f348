#include "scaling/combine.h"

#include <algorithm>

namespace loadline {

std::vector<std::string> ExpressionVariables(const std::vector<std::string>& signals) {
  std::vector<std::string> variables;
  for (std::string name : signals) {
    std::replace(name.begin(), name.end(), '-', '_');
    if (!name.empty() && name.front() >= '0' && name.front() <= '9') name.insert(0, "_");
    for (const char* suffix : {"", "_value", "_age", "_present"}) variables.push_back(name + suffix);
  }
  for (const char* name : {"replicas", "score", "hour", "weekday", "minReplicas", "maxReplicas"})
    variables.emplace_back(name);
  return variables;
}

bool Combine::Uses(PolicyVariable variable, std::size_t signals) const {
  const std::size_t at = signals * kVariablesPerSignal + static_cast<std::size_t>(variable);
  return at < uses.size() && uses[at];
}

}  // namespace loadline
