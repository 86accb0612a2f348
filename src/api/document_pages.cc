#include "api/document_pages.h"

#include <algorithm>
#include <tuple>

#include "api/page_json.h"
#include "api/request_fields.h"
#include "scaling/dependency.h"

namespace loadline {
namespace {

constexpr std::size_t kUsualPolicies = 1000;

std::string_view WordOf(Mode mode) {
  switch (mode) {
    case Mode::kActive: return "active";
    case Mode::kHold: return "hold";
    case Mode::kYield: return "yield";
  }
  return "";
}

std::string_view WordOf(DependsOn::Relation relation) {
  switch (relation) {
    case DependsOn::Relation::kProportional: return "proportional";
    case DependsOn::Relation::kFixed: return "fixed";
    case DependsOn::Relation::kMinimum: return "minimum";
  }
  return "";
}

// How many bindings were last decided by each policy, by its hash.
std::map<std::uint64_t, std::size_t> UsersOf(const Controller& controller) {
  std::map<std::uint64_t, std::size_t> users;
  for (const auto& binding : controller.Bindings()) {
    const auto answer = binding->Latest();
    if (answer != nullptr && answer->policy != nullptr) ++users[answer->policy->hash];
  }
  return users;
}

PageJson PolicyJson(const Policy& policy, const PolicySet& set, const std::map<std::uint64_t, std::size_t>& users,
                    bool with_text) {
  const auto used = users.find(policy.hash);
  PageJson json = {{"namespace", policy.policy_namespace},
                   {"name", policy.name},
                   {"allowed_namespaces", policy.allowed_namespaces},
                   {"hash", HashText(policy.hash)},
                   {"mode", WordOf(policy.mode)},
                   {"budget", ValueOrNull(policy.budget)},
                   {"bindings", used == users.end() ? 0 : used->second},
                   {"signals", PageJson::array()},
                   {"problems", PageJson::array()}};
  for (const Signal& signal : policy.signals) json["signals"].push_back(signal.name);
  for (const PolicyProblem& each : set.problems) {
    if (each.kind == Policy::kKind && each.policy_namespace == policy.policy_namespace &&
        each.policy_name == policy.name)
      json["problems"].push_back(ProblemJson(each));
  }
  if (with_text) json["text"] = policy.text == nullptr ? PageJson() : PageJson(*policy.text);
  return json;
}

// "data/orders", whatever the follower's own namespace is.
std::string TargetOf(const DependsOn& depends_on, const std::string& own_namespace) {
  return depends_on.object.find('/') == std::string::npos ? own_namespace + "/" + depends_on.object : depends_on.object;
}

void AddEdges(PageJson& edges, const Binding& binding) {
  const auto answer = binding.Latest();
  if (answer == nullptr || answer->policy == nullptr) return;
  const BindingKey& key = binding.key();
  for (const Signal& signal : answer->policy->signals) {
    if (!signal.depends_on) continue;
    const DependsOn& on = *signal.depends_on;
    edges.push_back({{"follower", key.Id()},
                     {"follower_policy", std::string(key.policy())},
                     {"signal", signal.name},
                     {"follows", TargetOf(on, key.object_namespace)},
                     {"follows_policy", ValueOrNull(on.policy)},
                     {"of", on.of == DependsOn::Of::kDesired ? "desired" : "observed"},
                     {"relation", WordOf(on.relation)},
                     {"ratio", ValueOrNull(on.ratio)},
                     {"replicas", ValueOrNull(on.replicas)},
                     {"lag_seconds", ToSeconds(on.lag)},
                     {"enabled", on.enabled}});
  }
}

bool Shares(const Policy& policy, const Budget& budget) {
  const bool reaches = budget.budget_namespace.empty() || budget.budget_namespace == policy.policy_namespace;
  return (reaches && policy.budget == budget.name) || budget.Lists(policy.policy_namespace, policy.name);
}

PageJson BudgetJson(const Budget& budget, const PolicySet& set) {
  PageJson json = {{"namespace", budget.budget_namespace},
                   {"name", budget.name},
                   {"replicas", ValueOrNull(budget.replicas)},
                   {"cost_per_hour", ValueOrNull(budget.cost_per_hour)},
                   {"policies", PageJson::array()}};
  for (const auto& policy : set.policies) {
    if (!Shares(*policy, budget)) continue;
    const BudgetTerms& terms = budget.TermsOf(policy->policy_namespace, policy->name);
    json["policies"].push_back({{"policy", PolicyId(policy->policy_namespace, policy->name)},
                                {"priority", terms.priority},
                                {"weight", terms.weight},
                                {"minimum", terms.minimum}});
  }
  return json;
}

}  // namespace

ServerResponse PoliciesPage(const AdminSources& sources, const ServerRequest& request) {
  const Result<std::size_t> limit = LimitField(request, kUsualPolicies, static_cast<std::size_t>(-1));
  if (!limit) return RefusalOf(limit.error());
  const std::string text = FieldText(request, "text");
  if (request.query.contains("text") && text != "true" && text != "false")
    return RefusalOf({Code::kInvalidArgument, "text: want true or false"});
  const auto set = sources.policies.Set();
  auto policies = set->policies;
  std::erase_if(policies, [&](const auto& each) {
    return (request.query.contains("namespace") && each->policy_namespace != FieldText(request, "namespace")) ||
           (request.query.contains("name") && each->name != FieldText(request, "name"));
  });
  std::sort(policies.begin(), policies.end(), [](const auto& a, const auto& b) {
    return std::tie(a->policy_namespace, a->name) < std::tie(b->policy_namespace, b->name);
  });
  const std::string after = FieldText(request, "after");
  const std::string after_namespace = after.substr(0, std::min(after.find('/'), after.size()));
  const std::string after_name = after.substr(std::min(after_namespace.size() + 1, after.size()));
  auto at = std::partition_point(policies.begin(), policies.end(), [&](const auto& each) {
    return !after.empty() && std::tie(each->policy_namespace, each->name) <= std::tie(after_namespace, after_name);
  });
  const auto users = UsersOf(sources.controller);
  PageJson body = {{"total", policies.size()}, {"policies", PageJson::array()}};
  for (std::size_t shown = 0; at != policies.end() && shown < *limit; ++at, ++shown)
    body["policies"].push_back(PolicyJson(**at, *set, users, text == "true"));
  body["next"] =
      at == policies.end() ? PageJson() : PageJson((*std::prev(at))->policy_namespace + "/" + (*std::prev(at))->name);
  body["problems"] = PageJson::array();
  for (const PolicyProblem& each : set->problems) body["problems"].push_back(ProblemJson(each));
  return JsonResponse(body);
}

ServerResponse DependenciesPage(const AdminSources& sources) {
  PageJson edges = PageJson::array();
  for (const auto& binding : sources.controller.Bindings()) AddEdges(edges, *binding);
  std::sort(edges.begin(), edges.end(), [](const PageJson& a, const PageJson& b) { return a.dump() < b.dump(); });
  PageJson body = {{"dependencies", std::move(edges)}, {"budgets", PageJson::array()}};
  const auto set = sources.policies.Set();
  for (const auto& budget : set->budgets) body["budgets"].push_back(BudgetJson(*budget, *set));
  return JsonResponse(body);
}

ServerResponse CalendarsPage(const AdminSources& sources) {
  PageJson body = {{"calendars", PageJson::array()}};
  for (const auto& calendar : sources.policies.Set()->calendars) {
    PageJson ranges = PageJson::array();
    for (const DateRange& range : calendar->ranges)
      ranges.push_back({{"first", FormatDate(range.first)}, {"last", FormatDate(range.last)}});
    body["calendars"].push_back({{"name", calendar->name}, {"ranges", std::move(ranges)}});
  }
  return JsonResponse(body);
}

}  // namespace loadline
