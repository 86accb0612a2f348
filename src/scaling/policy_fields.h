// Every field of a policy, declared once: its name, unit, bounds, help and an example. Parsing, checking and the
// reference come from here and from what is included; defaults stand in policy.h.
#ifndef LOADLINE_SCALING_POLICY_FIELDS_H_
#define LOADLINE_SCALING_POLICY_FIELDS_H_

#include <array>
#include <string_view>
#include <utility>

#include "document/fields.h"
#include "scaling/combine_fields.h"
#include "scaling/envelope.h"
#include "scaling/hpa_fields.h"
#include "scaling/missing_fields.h"
#include "scaling/objective_fields.h"
#include "scaling/policy.h"
#include "scaling/query_fields.h"
#include "scaling/rule_fields.h"
#include "scaling/shaping_fields.h"
#include "scaling/signal_fields.h"

namespace loadline {

constexpr auto EnumWords(Mode) {
  return std::array{std::pair{Mode::kActive, "active"}, std::pair{Mode::kHold, "hold"},
                    std::pair{Mode::kYield, "yield"}};
}

inline constexpr std::string_view kParameterPattern = "[A-Za-z][A-Za-z0-9_-]{0,62}";

template <class Visitor>
void DescribeFields(Visitor& visit, Cost& cost) {
  visit({.name = "perReplicaHour",
         .help = "What one replica costs in an hour.",
         .unit = "currency",
         .example = "0.12",
         .required = true,
         .above = 0},
        cost.per_replica_hour);
  visit({.name = "maxPerHour",
         .help = "What all of them may cost: a maximum of replicas.",
         .unit = "currency per hour",
         .example = "3.00",
         .at_least = 0},
        cost.max_per_hour);
}

template <class Visitor>
void DescribeFields(Visitor& visit, ReplicaBounds& replicas) {
  visit({.name = "min",
         .help = "Never below this many.",
         .unit = "replicas",
         .example = "0",
         .at_least = 0,
         .at_most = 100'000},
        replicas.min);
  visit({.name = "max",
         .help = "Never above this many; absent: maxReplicaCount of the ScaledObject decides.",
         .unit = "replicas",
         .example = "40",
         .at_least = 1,
         .at_most = 100'000},
        replicas.max);
  visit({.name = "observed",
         .help = "PromQL for the replicas that there are. Default: kube-state-metrics' count of the Deployment of the "
                 "object's name.",
         .unit = "replicas",
         .example = "kube_deployment_status_replicas{namespace=\"${namespace}\",deployment=\"${name}\"}"},
        replicas.observed);
}

template <class Visitor>
void DescribeFields(Visitor& visit, ParameterSpec& parameter) {
  visit({.name = "pattern", .help = "RE2 that the whole value must match.", .example = "\"[a-z0-9-]{1,63}\""},
        parameter.pattern);
  visit({.name = "default",
         .help = "The value where the trigger has none; without a default the trigger must have one.",
         .example = "orders"},
        parameter.fallback);
}

// What stands below `spec`.
template <class Visitor>
void DescribeFields(Visitor& visit, Policy& policy) {
  visit({.name = "allowedNamespaces",
         .help = "Of a policy without metadata.namespace: the namespaces whose ScaledObjects may use it; a name may "
                 "end in *.",
         .example = "[data, team-*]"},
        policy.allowed_namespaces);
  visit({.name = "parameters",
         .help = "What the trigger's metadata may set, and what may stand there.",
         .example = "{ pipeline: { pattern: \"[a-z0-9-]{1,63}\" } }"},
        policy.parameters);
  visit({.name = "source",
         .help = "Which of the service's sources answers the queries.",
         .example = "default",
         .pattern = kNamePattern,
         .pattern_help = kNameHelp},
        policy.source);
  visit(
      {.name = "replicas", .help = "Bounds, and where the present count comes from.", .example = "{ min: 0, max: 40 }"},
      policy.replicas);
  visit({.name = "every",
         .help = "How often it is decided anew, at multiples of it; default: at each tick.",
         .unit = "duration, a multiple of the service's tick",
         .example = "2m",
         .above = 0,
         .at_most = 24 * 3600},
        policy.every);
  visit(
      {.name = "timezone",
       .help = "Whose hour and weekday an expression in combine goes by; UTC without it. Schedules, patterns and clock "
               "conditions have a timezone of their own.",
       .example = "Europe/Berlin"},
      policy.zone);
  visit({.name = "signals",
         .help = "What the demand comes from.",
         .example = "[ { name: lag, query: max(lag_seconds), perReplica: 300 } ]",
         .required = true},
        policy.signals);
  visit({.name = "combine",
         .help = "How the signals' demands become one. priority: the first that has an answer.",
         .example = "max"},
        policy.combine);
  visit({.name = "rules",
         .help = "Steps: when something holds for a while, change the count. In their order.",
         .example = "[ { name: burst, when: { signal: lag, above: 900, for: 5m }, add: 2 } ]"},
        policy.rules);
  visit({.name = "scaleUp",
         .help = "How fast the count may rise. Off unless written: the HPA has its own.",
         .example = "{ atMost: [ 100%/1m, 4/1m ], select: max }"},
        policy.scale_up);
  visit({.name = "scaleDown",
         .help = "How fast the count may fall.",
         .example = "{ stabilize: 5m, atMost: [ 50%/1m ], cooldown: 5m, hysteresis: 10% }"},
        policy.scale_down);
  visit({.name = "onMissing", .help = "What a missing reading means.", .example = "{ hold: 5m, then: error }"},
        policy.on_missing);
  visit({.name = "onEmpty",
         .help = "What an empty result means: that nothing is known (missing), or that there is nothing (zero).",
         .example = "missing"},
        policy.on_empty);
  visit({.name = "whenIdle",
         .help = "At zero replicas the workers' own metrics are gone. What then: inactive, wake, or a query that wakes "
                 "above 0.",
         .example = "sum(rate(source_changes_total[1m]))"},
        policy.when_idle);
  visit({.name = "cost",
         .help = "What replicas cost, and what they may.",
         .example = "{ perReplicaHour: 0.12, maxPerHour: 3.00 }"},
        policy.cost);
  visit({.name = "budget",
         .help = "The Budget document that this policy's bindings share with others.",
         .example = "workers",
         .pattern = kNamePattern,
         .pattern_help = kNameHelp},
        policy.budget);
  visit({.name = "hpa", .help = "How the HPA that follows is set up.", .example = "{ tolerance: 0.1 }"}, policy.hpa);
  visit({.name = "objective",
         .help = "What is to be reached, instead of how. Its law takes the place of the first demand by perReplica, or "
                 "of the first backlog.",
         .example = "{ violations: 1%, capacity: 50, startDelay: 30s }"},
        policy.objective);
  visit({.name = "mode",
         .help = "active decides; hold answers what is observed; yield answers 0 and inactive, for use beside other "
                 "triggers. All decide and explain.",
         .example = "yield"},
        policy.mode);
}

}  // namespace loadline

#endif  // LOADLINE_SCALING_POLICY_FIELDS_H_
