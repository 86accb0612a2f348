// Every field of a policy, declared once: its name, unit, bounds, help and an example. Parsing, checking and the
// reference come from here; defaults stand in policy.h.
#ifndef LOADLINE_SCALING_POLICY_FIELDS_H_
#define LOADLINE_SCALING_POLICY_FIELDS_H_

#include <array>
#include <utility>

#include "document/fields.h"
#include "scaling/policy.h"

namespace loadline {

// What names policies, signals and parameters: also a label value and a part of a metric's name.
inline constexpr std::string_view kNamePattern = "[a-z0-9-]{1,63}";
inline constexpr std::string_view kNameHelp = "1 to 63 of a-z, 0-9 and -";
inline constexpr std::string_view kParameterPattern = "[A-Za-z][A-Za-z0-9_-]{0,62}";

constexpr auto EnumWords(OnEmpty) {
  return std::array{std::pair{OnEmpty::kMissing, "missing"}, std::pair{OnEmpty::kZero, "zero"}};
}
constexpr auto EnumWords(Combine) { return std::array{std::pair{Combine::kMax, "max"}}; }
constexpr auto EnumWords(IdleAnswer) {
  return std::array{std::pair{IdleAnswer::kInactive, "inactive"}, std::pair{IdleAnswer::kWake, "wake"}};
}
constexpr auto EnumWords(MissingAnswer) {
  return std::array{std::pair{MissingAnswer::kError, "error"}, std::pair{MissingAnswer::kIgnore, "ignore"},
                    std::pair{MissingAnswer::kAssumeHigh, "assumeHigh"}};
}
constexpr auto EnumWords(FallbackBehavior) {
  return std::array{std::pair{FallbackBehavior::kStatic, "static"},
                    std::pair{FallbackBehavior::kCurrentReplicas, "currentReplicas"},
                    std::pair{FallbackBehavior::kCurrentReplicasIfHigher, "currentReplicasIfHigher"},
                    std::pair{FallbackBehavior::kCurrentReplicasIfLower, "currentReplicasIfLower"}};
}
constexpr auto EnumWords(Aggregation) {
  return std::array{std::pair{Aggregation::kAvg, "avg"}, std::pair{Aggregation::kMax, "max"},
                    std::pair{Aggregation::kMin, "min"}, std::pair{Aggregation::kSum, "sum"},
                    std::pair{Aggregation::kLast, "last"}};
}

// Values with a syntax of their own; see policy_yaml.cc.
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, QueryTemplate& value);
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, WhenIdle& value);
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems,
               std::variant<MissingAnswer, FallbackReplicas>& value);
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems,
               std::variant<double, QueryTemplate>& value);

// What the reference calls them (document/field_list.h).
inline std::string TypeName(const QueryTemplate*) { return "PromQL"; }
inline std::string TypeName(const WhenIdle*) { return "inactive, wake, or PromQL"; }
inline std::string TypeName(const std::variant<MissingAnswer, FallbackReplicas>*) {
  return "error, ignore, assumeHigh, or { replicas, behavior }";
}
inline std::string TypeName(const std::variant<double, QueryTemplate>*) { return "number or PromQL"; }

template <class Visitor>
void DescribeFields(Visitor& visit, FallbackReplicas& fallback) {
  visit({.name = "replicas",
         .help = "How many replicas to answer with.",
         .unit = "replicas",
         .example = "4",
         .required = true,
         .at_least = 0},
        fallback.replicas);
  visit({.name = "behavior",
         .help =
             "How the number goes with the replicas observed, as KEDA's fallback behaviors: the number itself, what is "
             "observed, or the higher or lower of the two.",
         .example = "currentReplicasIfHigher"},
        fallback.behavior);
}

template <class Visitor>
void DescribeFields(Visitor& visit, OnMissing& on_missing) {
  visit({.name = "hold",
         .help = "For how long a missing signal keeps what it last asked for.",
         .unit = "duration",
         .example = "5m",
         .at_least = 0,
         .at_most = 24 * 3600},
        on_missing.hold);
  visit({.name = "then",
         .help = "What answers for it afterwards: error (KEDA is told so), ignore (the others decide), assumeHigh "
                 "(replicas.max), or a number of replicas.",
         .example = "error"},
        on_missing.then);
}

template <class Visitor>
void DescribeFields(Visitor& visit, Window& window) {
  visit({.name = "over",
         .help = "How far back the readings reach.",
         .unit = "duration",
         .example = "1m",
         .required = true,
         .above = 0,
         .at_most = 24 * 3600},
        window.over);
  visit({.name = "take", .help = "What to take of them.", .example = "max", .required = true}, window.take);
}

template <class Visitor>
void DescribeFields(Visitor& visit, Backlog& backlog) {
  visit({.name = "depth",
         .help = "How much is waiting.",
         .unit = "items",
         .example = "max(queue_depth)",
         .required = true},
        backlog.depth);
  visit({.name = "arrivals",
         .help = "How much arrives.",
         .unit = "items per second",
         .example = "sum(rate(queue_events_total[2m]))",
         .required = true},
        backlog.arrivals);
  visit({.name = "drainWithin",
         .help = "In what time the backlog shall be worked off.",
         .unit = "duration",
         .example = "2m",
         .required = true,
         .above = 0,
         .at_most = 7 * 24 * 3600},
        backlog.drain_within);
  visit({.name = "throughputPerReplica",
         .help = "What one replica works off: a number, or a query for it.",
         .unit = "items per second",
         .example = "50",
         .required = true,
         .above = 0},
        backlog.throughput_per_replica);
}

template <class Visitor>
void DescribeFields(Visitor& visit, Signal& signal) {
  visit({.name = "name",
         .help = "How reasons and metrics name the signal.",
         .example = "lag",
         .required = true,
         .pattern = kNamePattern,
         .pattern_help = kNameHelp},
        signal.name);
  visit({.name = "source",
         .help = "Which of the service's sources answers its queries; the policy's where absent.",
         .example = "default",
         .pattern = kNamePattern,
         .pattern_help = kNameHelp},
        signal.source);
  visit({.name = "query", .help = "PromQL that yields one number; with perReplica.", .example = "max(lag_seconds)"},
        signal.query);
  visit({.name = "perReplica",
         .help = "How much of the value one replica takes: demand = value / perReplica.",
         .unit = "the query's",
         .example = "300",
         .above = 0},
        signal.per_replica);
  visit({.name = "backlog",
         .help = "The drain law: demand = (arrivals + depth / drainWithin) / throughputPerReplica.",
         .example = "{...}"},
        signal.backlog);
  visit({.name = "window",
         .help = "Takes an aggregate of the latest readings instead of the last one.",
         .example = "{ over: 1m, take: max }"},
        signal.window);
  visit({.name = "activateAbove",
         .help = "Above this value (of a backlog: this depth) the target is kept running. Default: 0; of a backlog any "
                 "depth or arrival.",
         .unit = "the query's",
         .example = "60",
         .at_least = 0},
        signal.activate_above);
  visit({.name = "onMissing",
         .help = "What a missing reading means; the policy's where absent.",
         .example = "{ hold: 5m, then: error }"},
        signal.on_missing);
  visit({.name = "onEmpty", .help = "What an empty result means; the policy's where absent.", .example = "missing"},
        signal.on_empty);
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
  visit({.name = "signals", .help = "What the demand comes from.", .example = "[...]", .required = true},
        policy.signals);
  visit({.name = "combine", .help = "How the signals' demands become one: the highest.", .example = "max"},
        policy.combine);
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
}

}  // namespace loadline

#endif  // LOADLINE_SCALING_POLICY_FIELDS_H_
