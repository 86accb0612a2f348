#include "scaling/budget_yaml.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "scaling/budget_fields.h"

namespace loadline {
namespace {

// What kubectl and controllers add; let through unread.
struct Unread {};
void ReadValue(const Node& node, const Field&, const std::string& path, Problems& problems, Unread&) {
  if (node.kind != Node::Kind::kNull) WantKind(node, Node::Kind::kMap, path, problems);
}

struct Metadata {
  std::string name;
  std::string budget_namespace;
  Unread labels;
  Unread annotations;
};

template <class Visitor>
void DescribeFields(Visitor& visit, Metadata& metadata) {
  visit({.name = "name",
         .help = "The budget's name, for `budget` in policies.",
         .example = "workers",
         .required = true,
         .pattern = "[a-z0-9-]{1,63}",
         .pattern_help = "1 to 63 of a-z, 0-9 and -"},
        metadata.name);
  visit({.name = "namespace",
         .help = "Only policies of this namespace share the budget.",
         .example = "data",
         .pattern = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?",
         .pattern_help = "the name of a Kubernetes namespace"},
        metadata.budget_namespace);
  visit({.name = "labels", .help = "Kubernetes' labels; not read."}, metadata.labels);
  visit({.name = "annotations", .help = "Kubernetes' annotations; not read."}, metadata.annotations);
}

// Kubernetes' envelope around a budget.
struct Envelope {
  std::string api_version;
  std::string kind;
  Metadata metadata;
  Budget spec;
};

template <class Visitor>
void DescribeFields(Visitor& visit, Envelope& envelope) {
  visit({.name = "apiVersion",
         .help = "The version of this format.",
         .example = "loadline.dev/v1",
         .required = true,
         .pattern = "loadline\\.dev/v1",
         .pattern_help = "loadline.dev/v1"},
        envelope.api_version);
  visit({.name = "kind",
         .help = "What the document is.",
         .example = "Budget",
         .required = true,
         .pattern = "Budget",
         .pattern_help = "Budget"},
        envelope.kind);
  visit({.name = "metadata", .help = "The budget's name.", .example = "{ name: workers }", .required = true},
        envelope.metadata);
  visit({.name = "spec", .help = "The budget itself.", .example = "{ replicas: 50 }", .required = true}, envelope.spec);
}

// FNV-1a: which version of a document this is, equal on every pod.
std::uint64_t HashText(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

// "data/orders", also of "orders" in a budget of data.
std::string MemberId(const Budget& budget, const std::string& policy) {
  const bool bare = policy.find('/') == std::string::npos;
  return bare && !budget.budget_namespace.empty() ? budget.budget_namespace + "/" + policy : policy;
}

const Node& Child(const Node& node, std::string_view key) {
  const Node* found = node.Find(key);
  return found != nullptr ? *found : node;
}

void Add(Problems& problems, const Node& node, std::string field, std::string rule, std::string found,
         std::string hint = "") {
  problems.push_back({node.at, std::move(field), std::move(rule), std::move(found), std::move(hint), Severity::kError});
}

void CheckLimit(const Budget& budget, const Node& spec, Problems& problems) {
  if (budget.replicas.has_value() == budget.cost_per_hour.has_value()) {
    Add(problems, spec, "spec", "a budget has one limit: replicas or costPerHour",
        budget.replicas ? "both" : "neither");
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
        std::to_string(guaranteed));
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

BudgetDocument ParseBudget(const DocumentText& document) {
  BudgetDocument result;
  ParsedDocument parsed = ParseDocument(document);
  result.problems = std::move(parsed.problems);
  if (HasErrors(result.problems) && parsed.root.kind != Node::Kind::kMap) return result;

  Envelope envelope;
  ReadFields(parsed.root, "", result.problems, envelope);
  Budget& budget = envelope.spec;
  result.name = budget.name = envelope.metadata.name;
  result.budget_namespace = budget.budget_namespace = envelope.metadata.budget_namespace;
  budget.hash = HashText(document.text);
  if (const Node* spec = parsed.root.Find("spec"); spec != nullptr && spec->kind == Node::Kind::kMap) {
    CheckLimit(budget, *spec, result.problems);
    CheckMinima(budget, *spec, result.problems);
    CheckMembers(budget, *spec, result.problems);
  }
  std::ranges::stable_sort(result.problems, {}, &Problem::at);
  if (!HasErrors(result.problems)) result.budget = std::move(budget);
  return result;
}

}  // namespace loadline
