#include "replay/bound_policies.h"

#include <fmt/format.h>

#include "base/text.h"
#include "scaling/trigger_metadata.h"

namespace loadline {
namespace {

Status BindPolicy(LoadedPolicy& loaded, const Recording& recording) {
  std::map<std::string, std::string> metadata;
  for (const auto& [key, value] : recording.parameters) {
    if (loaded.policy.parameters.contains(key)) metadata[key] = value;
  }
  for (const auto& [name, spec] : loaded.policy.parameters) {
    if (!spec.fallback && !metadata.contains(name))
      return Invalid(
          fmt::format("{}: parameter {} is required: set it with --parameter {}=VALUE", loaded.file, name, name));
  }
  Result<Parameters> parameters = BindParameters(loaded.policy, recording.object_namespace, recording.object, metadata);
  if (!parameters) return Invalid(loaded.file + ": " + parameters.error().message);
  Result<QueryPlan> plan = PlanQueries(loaded.policy, *parameters);
  if (!plan) return Invalid(loaded.file + ": " + plan.error().message);
  loaded.parameters = *std::move(parameters);
  loaded.plan = *std::move(plan);
  return {};
}

}  // namespace

std::set<std::string> DeclaredParameters(const std::vector<LoadedPolicy>& policies) {
  std::set<std::string> declared;
  for (const LoadedPolicy& each : policies) {
    for (const auto& [name, _] : each.policy.parameters) declared.insert(name);
  }
  return declared;
}

Result<std::vector<std::unique_ptr<const LoadedPolicy>>> BindPolicies(
    std::vector<LoadedPolicy> policies, const std::map<std::string, std::string>& given,
    const std::function<bool(const std::string& parameter)>& hides, Recording& recording) {
  const std::set<std::string> declared = DeclaredParameters(policies);
  for (const auto& [key, value] : given) {
    const bool is_declared = declared.contains(key);
    if (!is_declared && !hides(key)) {
      const auto meant = DidYouMean(key, {declared.begin(), declared.end()});
      return Invalid(fmt::format("--parameter {}: no policy declares it{}", OneLine(key, 60),
                                 meant ? fmt::format(" (did you mean {}?)", *meant) : ""));
    }
    // As the journal has it, or a page that shows what is in it.
    if (value == kHiddenValue)
      return Invalid(fmt::format("--parameter {}: want the value; found {}, which stands in its place", key, value));
    if (is_declared) recording.parameters[key] = value;
  }
  std::vector<std::unique_ptr<const LoadedPolicy>> bound;
  for (LoadedPolicy& each : policies) {
    if (Status done = BindPolicy(each, recording); !done) return Fail(done.error());
    bound.push_back(std::make_unique<LoadedPolicy>(std::move(each)));
  }
  return bound;
}

}  // namespace loadline
