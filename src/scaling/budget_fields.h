// Every field of a budget, declared once: its name, unit, bounds, help and an example. Parsing, checking and the
// reference come from here; defaults stand in budget_yaml.h.
#ifndef LOADLINE_SCALING_BUDGET_FIELDS_H_
#define LOADLINE_SCALING_BUDGET_FIELDS_H_

#include "document/fields.h"
#include "scaling/budget_yaml.h"

namespace loadline {

template <class Visitor>
void DescribeFields(Visitor& visit, BudgetTerms& terms) {
  visit({.name = "priority",
         .help = "Higher ones are served first, lower ones from what those leave.",
         .example = "10",
         .at_least = -1000,
         .at_most = 1000},
        terms.priority);
  visit({.name = "weight",
         .help = "What shares of a budget that is too small are proportional to, among members of equal priority.",
         .example = "2",
         .at_least = 0.001,
         .at_most = 1000},
        terms.weight);
  visit({.name = "minimum",
         .help = "Guaranteed to each binding of the policy before any priority counts, as far as it wants that many.",
         .unit = "replicas",
         .example = "2",
         .at_least = 0,
         .at_most = 100'000},
        terms.minimum);
}

template <class Visitor>
void DescribeFields(Visitor& visit, BudgetEntry& entry) {
  visit({.name = "policy",
         .help = "A policy that shares the budget: namespace/name; or a name, which is one of the budget's own "
                 "namespace or of none.",
         .example = "orders",
         .required = true,
         .pattern = "([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?/)?[a-z0-9-]{1,63}",
         .pattern_help = "the name of a policy, or namespace/name"},
        entry.policy);
  DescribeFields(visit, entry.terms);
}

// What stands below `spec`.
template <class Visitor>
void DescribeFields(Visitor& visit, Budget& budget) {
  visit({.name = "replicas",
         .help = "How many replicas the members may have together; or costPerHour.",
         .unit = "replicas",
         .example = "50",
         .at_least = 1,
         .at_most = 1'000'000},
        budget.replicas);
  visit(
      {.name = "costPerHour",
       .help = "What the replicas of all members may cost together, by each policy's cost.perReplicaHour; or replicas.",
       .unit = "currency per hour",
       .example = "12.5",
       .at_least = 0,
       .at_most = 1e9},
      budget.cost_per_hour);
  visit({.name = "members",
         .help = "Policies that share the budget, and how.",
         .example = "[ { policy: orders, priority: 10, weight: 2, minimum: 2 } ]"},
        budget.members);
  visit({.name = "default",
         .help = "How policies take part that name the budget and are not listed.",
         .example = "{ priority: 0, weight: 1, minimum: 0 }"},
        budget.others);
}

}  // namespace loadline

#endif  // LOADLINE_SCALING_BUDGET_FIELDS_H_
