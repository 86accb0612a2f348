#include "scaling/policy.h"

#include <algorithm>

namespace loadline {
namespace {

bool DependsOnObserved(const OnMissing& on_missing) {
  const auto* fallback = std::get_if<FallbackReplicas>(&on_missing.then);
  return fallback != nullptr && fallback->behavior != FallbackBehavior::kStatic;
}

}  // namespace

const OnMissing& OnMissingOf(const Policy& policy, const Signal& signal) {
  return signal.on_missing ? *signal.on_missing : policy.on_missing;
}
OnEmpty OnEmptyOf(const Policy& policy, const Signal& signal) { return signal.on_empty.value_or(policy.on_empty); }
const std::string& SourceOf(const Policy& policy, const Signal& signal) {
  return signal.source ? *signal.source : policy.source;
}

Duration Policy::LongestHold() const {
  Duration longest = on_missing.hold;
  for (const Signal& signal : signals) longest = std::max(longest, OnMissingOf(*this, signal).hold);
  return longest;
}

bool Policy::NeedsObserved() const {
  if (when_idle || replicas.observed) return true;
  return std::any_of(signals.begin(), signals.end(),
                     [&](const Signal& signal) { return DependsOnObserved(OnMissingOf(*this, signal)); });
}

std::string PolicyId(std::string_view policy_namespace, std::string_view name) {
  return policy_namespace.empty() ? std::string(name) : std::string(policy_namespace) + "/" + std::string(name);
}

const QueryTemplate& DefaultObservedQuery() {
  static const QueryTemplate query =
      *QueryTemplate::Parse(R"(kube_deployment_status_replicas{namespace="${namespace}",deployment="${name}"})");
  return query;
}

}  // namespace loadline
