// Budgets as documents: how much several policies may use together. Plain values, as the document says them; what each
// field means, its unit, bounds and help stand in scaling/budget_fields.h, how it is shared in scaling/budget.h.
#ifndef LOADLINE_SCALING_BUDGET_YAML_H_
#define LOADLINE_SCALING_BUDGET_YAML_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "document/node.h"
#include "scaling/document_of.h"

namespace loadline {

// How a member takes part: as the fields of the same names in BudgetMember.
struct BudgetTerms {
  int priority = 0;
  double weight = 1;
  int minimum = 0;

  friend bool operator==(const BudgetTerms&, const BudgetTerms&) = default;
};

struct BudgetEntry {
  std::string policy;  // "data/orders"; or "orders": the budget's own namespace, or a policy without one
  BudgetTerms terms;
};

// Has one of `replicas` and `cost_per_hour`.
struct Budget {
  static constexpr std::string_view kKind = "Budget";

  std::string name;
  std::string budget_namespace;  // empty: of no namespace
  std::optional<int> replicas;
  std::optional<double> cost_per_hour;
  std::vector<BudgetEntry> members;
  BudgetTerms others;  // "default" in the document: for members that only name the budget in their policy

  std::uint64_t hash = 0;  // of the document's text: which version this is

  // In the budget's unit: replicas, or cost per hour.
  double Limit() const { return replicas ? *replicas : cost_per_hour.value_or(0); }
  // How a policy takes part: as it is listed, else as `others` do.
  const BudgetTerms& TermsOf(std::string_view policy_namespace, std::string_view policy) const;
  // Whether it is listed: then it shares the budget without naming it.
  bool Lists(std::string_view policy_namespace, std::string_view policy) const;
};

using BudgetDocument = DocumentOf<Budget>;

// Reads and checks one document of kind Budget: YAML, fields, and the rules between fields.
BudgetDocument ParseBudget(const DocumentText& document);
// The same of one that was parsed; `document` is the text it was parsed from.
BudgetDocument ReadBudget(ParsedDocument parsed, const DocumentText& document);

}  // namespace loadline

#endif  // LOADLINE_SCALING_BUDGET_YAML_H_
