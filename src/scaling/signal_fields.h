// The fields of a signal.
#ifndef LOADLINE_SCALING_SIGNAL_FIELDS_H_
#define LOADLINE_SCALING_SIGNAL_FIELDS_H_

#include <array>
#include <utility>

#include "document/fields.h"
#include "scaling/dependency_fields.h"
#include "scaling/envelope.h"
#include "scaling/forecast_fields.h"
#include "scaling/law_fields.h"
#include "scaling/missing_fields.h"
#include "scaling/policy.h"
#include "scaling/schedule_fields.h"
#include "scaling/week_fields.h"

namespace loadline {

constexpr auto EnumWords(Role) {
  return std::array{std::pair{Role::kDemand, "demand"}, std::pair{Role::kFloor, "floor"},
                    std::pair{Role::kCeiling, "ceiling"}, std::pair{Role::kGate, "gate"}};
}
constexpr auto EnumWords(WhenClosed) {
  return std::array{std::pair{WhenClosed::kNothing, "nothing"}, std::pair{WhenClosed::kHold, "hold"}};
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
         .example = "{ depth: max(depth), arrivals: sum(arriving), drainWithin: 2m, throughputPerReplica: 50 }"},
        signal.backlog);
  visit({.name = "schedule",
         .help = "Replicas by the clock.",
         .example = "{ windows: [ { start: \"0 8 * * *\", duration: 9h, replicas: 6 } ] }"},
        signal.schedule);
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

}  // namespace loadline

#endif  // LOADLINE_SCALING_SIGNAL_FIELDS_H_
