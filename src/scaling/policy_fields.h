// Every field of a policy, declared once: its name, unit, bounds, help and an example. Parsing, checking and the
// reference come from here; defaults stand in policy.h.
#ifndef LOADLINE_SCALING_POLICY_FIELDS_H_
#define LOADLINE_SCALING_POLICY_FIELDS_H_

#include <array>
#include <utility>

#include "document/fields.h"
#include "scaling/envelope.h"
#include "scaling/policy.h"
#include "scaling/schedule_fields.h"

namespace loadline {

inline constexpr std::string_view kParameterPattern = "[A-Za-z][A-Za-z0-9_-]{0,62}";

constexpr auto EnumWords(OnEmpty) {
  return std::array{std::pair{OnEmpty::kMissing, "missing"}, std::pair{OnEmpty::kZero, "zero"}};
}
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
  using A = Aggregation;
  return std::array{std::pair{A::kAvg, "avg"}, std::pair{A::kMax, "max"},   std::pair{A::kMin, "min"},
                    std::pair{A::kSum, "sum"}, std::pair{A::kLast, "last"}, std::pair{A::kP50, "p50"},
                    std::pair{A::kP75, "p75"}, std::pair{A::kP90, "p90"},   std::pair{A::kP95, "p95"},
                    std::pair{A::kP99, "p99"}, std::pair{A::kRate, "rate"}, std::pair{A::kDelta, "delta"}};
}
constexpr auto EnumWords(Role) {
  return std::array{std::pair{Role::kDemand, "demand"}, std::pair{Role::kFloor, "floor"},
                    std::pair{Role::kCeiling, "ceiling"}, std::pair{Role::kGate, "gate"}};
}
constexpr auto EnumWords(WhenClosed) {
  return std::array{std::pair{WhenClosed::kNothing, "nothing"}, std::pair{WhenClosed::kHold, "hold"}};
}
constexpr auto EnumWords(DependsOn::Of) {
  return std::array{std::pair{DependsOn::Of::kDesired, "desired"}, std::pair{DependsOn::Of::kObserved, "observed"}};
}
constexpr auto EnumWords(DependsOn::Relation) {
  return std::array{std::pair{DependsOn::Relation::kProportional, "proportional"},
                    std::pair{DependsOn::Relation::kFixed, "fixed"},
                    std::pair{DependsOn::Relation::kMinimum, "minimum"}};
}
constexpr auto EnumWords(ForecastSpec::Mode) {
  return std::array{std::pair{ForecastSpec::Mode::kShadow, "shadow"}, std::pair{ForecastSpec::Mode::kActive, "active"},
                    std::pair{ForecastSpec::Mode::kOff, "off"}};
}
constexpr auto EnumWords(Shaping::Select) {
  return std::array{std::pair{Shaping::Select::kMax, "max"}, std::pair{Shaping::Select::kMin, "min"}};
}
constexpr auto EnumWords(Deadband) {
  return std::array{std::pair{Deadband::kOvershoot, "overshoot"}, std::pair{Deadband::kHold, "hold"},
                    std::pair{Deadband::kPlain, "plain"}};
}
constexpr auto EnumWords(Mode) {
  return std::array{std::pair{Mode::kActive, "active"}, std::pair{Mode::kHold, "hold"},
                    std::pair{Mode::kYield, "yield"}};
}

// Values with a syntax of their own; see policy_yaml.cc.
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, QueryTemplate& value);
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, WhenIdle& value);
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems,
               std::variant<MissingAnswer, FallbackReplicas>& value);
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems,
               std::variant<double, QueryTemplate>& value);
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, Combine& value);
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, ReplicaShare& value);
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, StepLimit& value);
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, Percent& value);
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, Tolerance& value);
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, Weekdays& value);
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, TimeOfDay& value);
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, Conditions& value);
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, Negation& value);

// What the reference calls them (document/field_list.h).
inline std::string TypeName(const QueryTemplate*) { return "PromQL"; }
inline std::string TypeName(const WhenIdle*) { return "inactive, wake, or PromQL"; }
inline std::string TypeName(const std::variant<MissingAnswer, FallbackReplicas>*) {
  return "error, ignore, assumeHigh, or { replicas, behavior }";
}
inline std::string TypeName(const std::variant<double, QueryTemplate>*) { return "number or PromQL"; }
inline std::string TypeName(const Combine*) {
  return "max, min, sum, mean, median, weighted, priority, { priority: [...] }, { score: { target } }, or an "
         "expression";
}
inline std::string TypeName(const ReplicaShare*) { return "number, or percent of replicas.max"; }
inline std::string TypeName(const StepLimit*) { return "replicas or percent / duration"; }
inline std::string TypeName(const Percent*) { return "percent"; }
inline std::string TypeName(const Tolerance*) { return "number, or { up, down }"; }
inline std::string TypeName(const Weekdays*) { return "days"; }
inline std::string TypeName(const TimeOfDay*) { return "time of day"; }
inline std::string TypeName(const Conditions*) { return "list of conditions"; }
inline std::string TypeName(const Negation*) { return "condition"; }

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
void DescribeFields(Visitor& visit, Tier& tier) {
  visit({.name = "from", .help = "From this value on.", .unit = "the query's", .example = "100", .required = true},
        tier.from);
  visit({.name = "replicas",
         .help = "So many, up to the next tier.",
         .unit = "replicas",
         .example = "50%",
         .required = true},
        tier.replicas);
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

template <class Visitor>
void DescribeFields(Visitor& visit, ForecastSpec& forecast) {
  visit({.name = "of",
         .help = "The signal whose readings go on; of a backlog NAME.arrivals.",
         .example = "requests",
         .required = true},
        forecast.of);
  visit({.name = "ahead",
         .help = "How far ahead: how long a new replica takes until it helps.",
         .unit = "duration",
         .example = "5m",
         .above = 0,
         .at_most = 24 * 3600},
        forecast.ahead);
  visit({.name = "history",
         .help = "How much of the past is looked at.",
         .unit = "duration",
         .example = "14d",
         .above = 0,
         .at_most = 90 * 24 * 3600},
        forecast.history);
  visit({.name = "quantile",
         .help = "Which part of what may come is to be covered.",
         .example = "0.95",
         .above = 0,
         .at_most = 0.999},
        forecast.quantile);
  visit({.name = "mode",
         .help = "shadow: recorded, not used. active: raises the demand. off: not made. No forecaster is there yet: "
                 "none is used.",
         .example = "shadow"},
        forecast.mode);
  visit({.name = "mayLower",
         .help = "Whether it may lower the demand below what the signal itself asks for.",
         .example = "false"},
        forecast.may_lower);
}

template <class Visitor>
void DescribeFields(Visitor& visit, PatternHour& hour) {
  visit({.name = "day", .help = "A day of the week, or several.", .example = "MON-FRI", .required = true}, hour.day);
  visit({.name = "hour",
         .help = "The hour that begins then.",
         .unit = "hour of the day",
         .example = "9",
         .required = true,
         .at_least = 0,
         .at_most = 23},
        hour.hour);
  visit({.name = "expectedLoad",
         .help = "The share of the peak.",
         .example = "0.8",
         .required = true,
         .at_least = 0,
         .at_most = 1},
        hour.expected_load);
}

template <class Visitor>
void DescribeFields(Visitor& visit, Pattern& pattern) {
  visit({.name = "timezone", .help = "Whose hours they are.", .example = "Europe/Berlin"}, pattern.zone);
  visit({.name = "peak",
         .help = "The replicas at an expected load of 1.",
         .unit = "replicas",
         .example = "20",
         .required = true,
         .above = 0,
         .at_most = 100'000},
        pattern.peak);
  visit({.name = "hours",
         .help = "The hours that are known; in others the signal asks for nothing.",
         .example = "[ { day: MON, hour: 9, expectedLoad: 0.8 } ]",
         .required = true},
        pattern.hours);
}

template <class Visitor>
void DescribeFields(Visitor& visit, ClockSpan& span) {
  visit({.name = "timezone", .help = "Whose clock it is.", .example = "Europe/Berlin"}, span.zone);
  visit({.name = "from", .help = "From this time on.", .example = "\"09:00\""}, span.from);
  visit({.name = "to", .help = "Up to this time; not later than from: of the next day.", .example = "\"18:00\""},
        span.to);
  visit({.name = "days", .help = "On which days it begins.", .example = "MON-FRI"}, span.days);
}

template <class Visitor>
void DescribeFields(Visitor& visit, Condition& condition) {
  visit({.name = "all", .help = "All of these hold.", .example = "[ ... ]"}, condition.all);
  visit({.name = "any", .help = "One of these holds.", .example = "[ ... ]"}, condition.any);
  visit({.name = "not", .help = "This does not hold.", .example = "{ ... }"}, condition.negation);
  visit({.name = "clock",
         .help = "It is within these hours.",
         .example = "{ from: \"09:00\", to: \"18:00\", days: MON-FRI }"},
        condition.clock);
  visit({.name = "signal", .help = "The value of this signal, or of the policy's score.", .example = "lag"},
        condition.signal);
  visit({.name = "above", .help = "It is above.", .unit = "the signal's", .example = "900"}, condition.above);
  visit({.name = "below", .help = "It is below.", .unit = "the signal's", .example = "100"}, condition.below);
  visit({.name = "changesBy",
         .help = "It rises by at least so much within over; of a negative share: it falls.",
         .example = "20%"},
        condition.changes_by);
  visit({.name = "over",
         .help = "Of changesBy: the time within which.",
         .unit = "duration",
         .example = "5m",
         .above = 0,
         .at_most = 24 * 3600},
        condition.over);
  visit({.name = "for",
         .help = "At every tick of so long; a tick without data is none at which it holds.",
         .unit = "duration",
         .example = "5m",
         .at_least = 0,
         .at_most = 24 * 3600},
        condition.hold);
}

template <class Visitor>
void DescribeFields(Visitor& visit, Rule& rule) {
  visit({.name = "name",
         .help = "How reasons name the rule.",
         .example = "burst",
         .required = true,
         .pattern = kNamePattern,
         .pattern_help = kNameHelp},
        rule.name);
  visit({.name = "when", .help = "When it fires.", .example = "{ signal: lag, above: 900, for: 5m }", .required = true},
        rule.when);
  auto action = [&](std::string_view name, std::string_view help, std::optional<double>& replicas) {
    visit({.name = name, .help = help, .unit = "replicas", .example = "2", .at_least = 0, .at_most = 100'000},
          replicas);
  };
  action("add", "At least so many more than are observed.", rule.add);
  action("remove", "At most so many fewer than are observed.", rule.remove);
  action("set", "Exactly so many.", rule.set);
  action("atLeast", "At least so many.", rule.at_least);
  action("atMost", "At most so many.", rule.at_most);
  visit({.name = "cooldown",
         .help = "Fires not while the observed count has changed in its direction so recently.",
         .unit = "duration",
         .example = "5m",
         .at_least = 0,
         .at_most = 24 * 3600},
        rule.cooldown);
  visit({.name = "enabled", .help = "false switches the rule off.", .example = "false"}, rule.enabled);
}

template <class Visitor>
void DescribeFields(Visitor& visit, Shaping& shaping) {
  visit({.name = "stabilize",
         .help = "Follows only what was asked for all this time.",
         .unit = "duration",
         .example = "5m",
         .at_least = 0,
         .at_most = 3600},
        shaping.stabilize);
  visit(
      {.name = "atMost", .help = "How far from what there was when the period began.", .example = "[ 100%/1m, 4/1m ]"},
      shaping.at_most);
  visit(
      {.name = "select", .help = "Of several limits the one that allows most (max) or least (min).", .example = "min"},
      shaping.select);
  visit({.name = "cooldown",
         .help = "No change in this direction so soon after the last one that was observed in it.",
         .unit = "duration",
         .example = "5m",
         .at_least = 0,
         .at_most = 24 * 3600},
        shaping.cooldown);
  visit({.name = "hysteresis",
         .help = "Smaller changes than this share of what is observed are not followed.",
         .example = "10%"},
        shaping.hysteresis);
}

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
void DescribeFields(Visitor& visit, HpaSpec& hpa) {
  visit(
      {.name = "tolerance",
       .help = "The HPA's tolerance: behavior.scaleUp.tolerance and scaleDown.tolerance of the ScaledObject, else the "
               "cluster's.",
       .example = "0.1"},
      hpa.tolerance);
  visit(
      {.name = "deadband",
       .help = "What is told where the HPA would not move: overshoot (the least count above that it does go to), hold "
               "(what is observed), or plain (the number as it is).",
       .example = "hold"},
      hpa.deadband);
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
  visit({.name = "role",
         .help = "What the signal is to the decision: a demand; a floor or a ceiling of it; or a gate that lets it "
                 "count. A dependency's minimum is a floor.",
         .example = "floor"},
        signal.role);
  visit({.name = "query",
         .help = "PromQL that yields one number; with perReplica, target, tiers or scoreAt, of a gate with above or "
                 "below, or for rules and expressions alone.",
         .example = "max(lag_seconds)"},
        signal.query);
  visit({.name = "perReplica",
         .help = "How much of the value one replica takes: demand = value / perReplica.",
         .unit = "the query's",
         .example = "300",
         .above = 0},
        signal.per_replica);
  visit({.name = "target",
         .help = "Where the value should be, as the HPA's utilisation: demand = observed replicas * value / target.",
         .unit = "the query's",
         .example = "0.7",
         .above = 0},
        signal.target);
  visit({.name = "tiers",
         .help = "A table, ascending: from each value on so many replicas; below the first none.",
         .example = "[ { from: 100, replicas: 3 }, { from: 1000, replicas: 50% } ]"},
        signal.tiers);
  visit({.name = "scoreAt",
         .help = "The value that counts as 100 % in the policy's score, by the signal's weight.",
         .unit = "the query's",
         .example = "1000",
         .above = 0},
        signal.score_at);
  visit({.name = "above", .help = "Of a gate: it is open above this value.", .unit = "the query's", .example = "0"},
        signal.above);
  visit({.name = "below", .help = "Of a gate: it is open below this value.", .unit = "the query's", .example = "100"},
        signal.below);
  visit({.name = "replicas",
         .help = "The value is the number of replicas: a number, or a query for it.",
         .unit = "replicas",
         .example = "sum(pending_jobs)",
         .at_least = 0,
         .at_most = 100'000},
        signal.replicas);
  visit({.name = "backlog",
         .help = "The drain law: demand = (arrivals + depth / drainWithin) / throughputPerReplica.",
         .example = "{...}"},
        signal.backlog);
  visit({.name = "schedule", .help = "Replicas by the clock.", .example = "{...}"}, signal.schedule);
  visit({.name = "pattern",
         .help = "Load that is known beforehand: peak * the share expected at this hour of the week.",
         .example = "{ timezone: UTC, peak: 20, hours: [ { day: MON, hour: 9, expectedLoad: 0.8 } ] }"},
        signal.pattern);
  visit({.name = "dependsOn",
         .help = "What another workload wants or has.",
         .example = "{ object: shop/checkout, ratio: 0.5 }"},
        signal.depends_on);
  visit({.name = "forecast",
         .help = "The load that is expected, by the law of the signal that it is of.",
         .example = "{ of: requests, ahead: 5m }"},
        signal.forecast);
  visit({.name = "window",
         .help = "Takes an aggregate of the latest readings instead of the last one.",
         .example = "{ over: 1m, take: max }"},
        signal.window);
  visit(
      {.name = "smooth",
       .help = "Exponential smoothing over the latest readings (after window): after this time a reading counts half.",
       .unit = "duration",
       .example = "1m",
       .above = 0,
       .at_most = 3600},
      signal.smooth);
  visit({.name = "maxAge",
         .help = "How old the newest sample behind the reading may be; older ones are missing. Without it Prometheus "
                 "answers with samples of up to five minutes ago.",
         .unit = "duration",
         .example = "1m",
         .above = 0,
         .at_most = 24 * 3600},
        signal.max_age);
  visit({.name = "freshness",
         .help = "PromQL for the time of that sample; default: timestamp(query), which needs a query that is a plain "
                 "selector.",
         .unit = "seconds since 1970",
         .example = "max(timestamp(lag_seconds))"},
        signal.freshness);
  visit(
      {.name = "distrustZero",
       .help = "A fall to exactly 0 counts as missing until it has been 0 for so long: an exporter that restarts says "
               "0, too.",
       .unit = "duration",
       .example = "2m",
       .above = 0,
       .at_most = 3600},
      signal.distrust_zero);
  visit({.name = "min", .help = "The demand is never below.", .unit = "replicas", .example = "1", .at_least = 0},
        signal.min);
  visit({.name = "max", .help = "The demand is never above.", .unit = "replicas", .example = "20", .at_least = 0},
        signal.max);
  visit({.name = "weight",
         .help = "How much the signal counts in combine: weighted, and in the score.",
         .example = "0.4",
         .above = 0,
         .at_most = 1000},
        signal.weight);
  visit({.name = "whenClosed",
         .help = "Of a gate, while it is closed: nothing is asked for (floors hold), or what is observed stays.",
         .example = "hold"},
        signal.when_closed);
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
  visit({.name = "every",
         .help = "How often it is decided anew, at multiples of it; default: at each tick.",
         .unit = "duration, a multiple of the service's tick",
         .example = "2m",
         .above = 0,
         .at_most = 24 * 3600},
        policy.every);
  visit({.name = "signals", .help = "What the demand comes from.", .example = "[...]", .required = true},
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
  visit({.name = "mode",
         .help = "active decides; hold answers what is observed; yield answers 0 and inactive, for use beside other "
                 "triggers. All decide and explain.",
         .example = "yield"},
        policy.mode);
}

}  // namespace loadline

#endif  // LOADLINE_SCALING_POLICY_FIELDS_H_
