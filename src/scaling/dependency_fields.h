// The fields of dependsOn.
#ifndef LOADLINE_SCALING_DEPENDENCY_FIELDS_H_
#define LOADLINE_SCALING_DEPENDENCY_FIELDS_H_

#include <array>
#include <utility>

#include "document/fields.h"
#include "scaling/dependency.h"
#include "scaling/envelope.h"

namespace loadline {

constexpr auto EnumWords(DependsOn::Of) {
  return std::array{std::pair{DependsOn::Of::kDesired, "desired"}, std::pair{DependsOn::Of::kObserved, "observed"}};
}
constexpr auto EnumWords(DependsOn::Relation) {
  return std::array{std::pair{DependsOn::Relation::kProportional, "proportional"},
                    std::pair{DependsOn::Relation::kFixed, "fixed"},
                    std::pair{DependsOn::Relation::kMinimum, "minimum"}};
}

template <class Visitor>
void DescribeFields(Visitor& visit, DependsOn& depends_on) {
  visit({.name = "object",
         .help = "The ScaledObject: namespace/name, or a name in the own namespace.",
         .example = "shop/checkout",
         .required = true,
         .pattern = "([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?/)?[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?",
         .pattern_help = "the name of a ScaledObject, or namespace/name"},
        depends_on.object);
  visit({.name = "policy",
         .help = "Which policy of it is meant, for what it desires; needed where it has several triggers, or has not "
                 "called yet.",
         .example = "checkout-api",
         .pattern = kNamePattern,
         .pattern_help = kNameHelp},
        depends_on.policy);
  visit(
      {.name = "of",
       .help = "What is gone by: the replicas that its policy wants, or those of its Deployment (kube-state-metrics).",
       .example = "observed"},
      depends_on.of);
  visit({.name = "relation",
         .help = "proportional: ratio * its replicas. fixed: so many while it has any. minimum: the same as a floor.",
         .example = "proportional"},
        depends_on.relation);
  visit({.name = "ratio", .help = "Of proportional.", .example = "0.5", .above = 0, .at_most = 1000}, depends_on.ratio);
  visit({.name = "replicas",
         .help = "Of fixed and minimum.",
         .unit = "replicas",
         .example = "3",
         .above = 0,
         .at_most = 100'000},
        depends_on.replicas);
  visit({.name = "lag",
         .help = "Goes by what it wanted or had so long ago.",
         .unit = "duration",
         .example = "30s",
         .at_least = 0,
         .at_most = 3600},
        depends_on.lag);
  visit({.name = "enabled", .help = "false switches the dependency off.", .example = "false"}, depends_on.enabled);
}

}  // namespace loadline

#endif  // LOADLINE_SCALING_DEPENDENCY_FIELDS_H_
