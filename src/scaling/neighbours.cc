#include "scaling/neighbours.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.h"
#include "scaling/namespaces.h"

namespace loadline {
namespace {

bool MayBeFor(const Override& each, const Policy& policy) {
  if (each.all || each.object_namespace.empty() || !policy.policy_namespace.empty())
    return each.IsFor(policy.policy_namespace, each.object, policy.name);
  return AdmitsNamespace(policy.allowed_namespaces, each.object_namespace) &&
         each.IsFor(each.object_namespace, each.object, policy.name);
}

bool IsThere(const std::string& budget, const Policy& policy, const Neighbours& beside) {
  return std::ranges::any_of(beside.budgets, [&](const auto& each) {
    return each->name == budget &&
           (each->budget_namespace.empty() || each->budget_namespace == policy.policy_namespace);
  });
}

}  // namespace

Problems WarnOfUnknown(const Policy& policy, const Neighbours& beside, Position at) {
  static const std::vector<std::string> kNoNames;
  Problems problems;
  const auto warn = [&](std::string field, std::string rule) {
    problems.push_back({at, std::move(field), std::move(rule), "", "it may stand elsewhere", Severity::kWarning});
  };
  if (policy.budget && !IsThere(*policy.budget, policy, beside))
    warn("spec.budget",
         fmt::format("there is no Budget {} beside it: without one it answers with an error", *policy.budget));
  for (std::size_t i = 0; i < policy.signals.size(); ++i) {
    for (const std::string& name : policy.signals[i].forecast ? policy.signals[i].forecast->holidays : kNoNames) {
      if (beside.calendars.contains(name)) continue;
      warn(fmt::format("spec.signals[{}].forecast.holidays", i),
           fmt::format("there is no Calendar {} beside it: without one no day is a holiday", name));
    }
    if (!policy.signals[i].schedule) continue;
    for (const std::string& name : policy.signals[i].schedule->except.calendars) {
      if (beside.calendars.contains(name)) continue;
      warn(fmt::format("spec.signals[{}].schedule.except", i),
           fmt::format("there is no Calendar {} beside it: without one nothing is excepted", name));
    }
  }
  return problems;
}

std::optional<Problem> WarnOfHold(const Override& each, std::span<const std::shared_ptr<const Policy>> policies,
                                  Position at) {
  if (each.kind != Override::Kind::kHold || !each.object.empty()) return std::nullopt;
  constexpr std::size_t kMostNamed = 5;
  std::vector<std::string> names;
  std::size_t count = 0;
  for (const auto& policy : policies) {
    if (policy->NeedsObserved() || !MayBeFor(each, *policy)) continue;
    if (++count <= kMostNamed) names.push_back(PolicyId(policy->policy_namespace, policy->name));
  }
  if (count == 0) return std::nullopt;
  if (count > kMostNamed) names.push_back(fmt::format("{} more", count - kMostNamed));
  return Problem{at,
                 "spec.hold",
                 fmt::format("no count of replicas is asked for by {}, which go on deciding", JoinWords(names)),
                 "",
                 "set replicas.observed in the policy, or pin: N for it",
                 Severity::kWarning};
}

}  // namespace loadline
