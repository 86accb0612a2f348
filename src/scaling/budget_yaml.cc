#include "scaling/budget_yaml.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "scaling/budget_fields.h"
#include "scaling/checking.h"
#include "scaling/read_enveloped.h"

namespace loadline {
namespace {

// "data/orders", also of "orders" in a budget of data.
std::string MemberId(const Budget& budget, const std::string& policy) {
  const bool bare = policy.find('/') == std::string::npos;
  return bare && !budget.budget_namespace.empty() ? budget.budget_namespace + "/" + policy : policy;
}

void Add(Problems& problems, const Node& node, std::string field, std::string rule, std::string found,
         std::string hint = "") {
  problems.push_back({node.at, std::move(field), std::move(rule), std::move(found), std::move(hint), Severity::kError});
}

void CheckLimit(const Budget& budget, const Node& spec, Problems& problems) {
  if (budget.replicas.has_value() == budget.cost_per_hour.has_value()) {
    Add(problems, spec, "spec", "a budget has one limit: replicas or costPerHour", budget.replicas ? "both" : "neither",
        "such as replicas: 50");
  }
}

// Of a cost, the policies say what their minimum takes: ShareBudget() tells when that is too much.
void CheckMinima(const Budget& budget, const Node& spec, Problems& problems) {
  if (!budget.replicas || *budget.replicas == 0) return;  // 0 is what a bad one was left at
  std::int64_t guaranteed = 0;
  for (const BudgetEntry& entry : budget.members) guaranteed += entry.terms.minimum;
  if (guaranteed > *budget.replicas) {
    Add(problems, Child(spec, "members"), "spec.members",
        fmt::format("want minima that together are at most replicas, which is {}", *budget.replicas),
        std::to_string(guaranteed), "raise replicas, or lower a minimum");
  }
  if (budget.others.minimum > *budget.replicas) {
    Add(problems, Child(Child(spec, "default"), "minimum"), "spec.default.minimum",
        fmt::format("want at most replicas, which is {}", *budget.replicas), std::to_string(budget.others.minimum));
  }
}

void CheckMembers(const Budget& budget, const Node& spec, Problems& problems) {
  const Node& list = Child(spec, "members");
  std::set<std::string> ids;
  for (std::size_t i = 0; i < budget.members.size() && i < list.items.size(); ++i) {
    const std::string& policy = budget.members[i].policy;
    if (policy.empty()) continue;  // reported where it was read
    const Node& node = Child(list.items[i], "policy");
    const std::string field = fmt::format("spec.members[{}].policy", i);
    const std::string id = MemberId(budget, policy);
    if (!ids.insert(id).second)
      Add(problems, node, field, "a policy is a member once", fmt::format("\"{}\" again", id));
    if (!budget.budget_namespace.empty() && !id.starts_with(budget.budget_namespace + "/")) {
      Add(problems, node, field, fmt::format("want a policy of the budget's namespace, {}", budget.budget_namespace),
          fmt::format("\"{}\"", policy), "leave out metadata.namespace to share the budget");
    }
  }
}

}  // namespace

const BudgetTerms& Budget::TermsOf(std::string_view policy_namespace, std::string_view policy) const {
  const std::string id =
      policy_namespace.empty() ? std::string(policy) : fmt::format("{}/{}", policy_namespace, policy);
  for (const BudgetEntry& entry : members) {
    // A policy without a namespace is meant by its mere name, in a budget of any namespace.
    if (entry.policy == id || MemberId(*this, entry.policy) == id) return entry.terms;
  }
  return others;
}

bool Budget::Lists(std::string_view policy_namespace, std::string_view policy) const {
  return &TermsOf(policy_namespace, policy) != &others;
}

BudgetDocument ParseBudget(const DocumentText& document) { return ReadBudget(ParseDocument(document), document); }

BudgetDocument ReadBudget(ParsedDocument parsed, const DocumentText& document) {
  return ReadEnveloped<Budget>(
      std::move(parsed), [&](const DocumentMetadata& metadata, Budget& budget, const Node* node, Problems& problems) {
        budget.name = metadata.name;
        budget.budget_namespace = metadata.document_namespace;
        budget.hash = HashText(document.text);
        if (node != nullptr) {
          CheckLimit(budget, *node, problems);
          CheckMinima(budget, *node, problems);
          CheckMembers(budget, *node, problems);
        }
        return std::move(budget);
      });
}

}  // namespace loadline
