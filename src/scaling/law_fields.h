// The fields of what makes one number of readings, and replicas of that: window, backlog, tiers.
#ifndef LOADLINE_SCALING_LAW_FIELDS_H_
#define LOADLINE_SCALING_LAW_FIELDS_H_

#include <array>
#include <string>
#include <utility>

#include "document/fields.h"
#include "scaling/learned_fields.h"
#include "scaling/policy.h"
#include "scaling/query_fields.h"

namespace loadline {

constexpr auto EnumWords(Aggregation) {
  using A = Aggregation;
  return std::array{std::pair{A::kAvg, "avg"}, std::pair{A::kMax, "max"},   std::pair{A::kMin, "min"},
                    std::pair{A::kSum, "sum"}, std::pair{A::kLast, "last"}, std::pair{A::kP50, "p50"},
                    std::pair{A::kP75, "p75"}, std::pair{A::kP90, "p90"},   std::pair{A::kP95, "p95"},
                    std::pair{A::kP99, "p99"}, std::pair{A::kRate, "rate"}, std::pair{A::kDelta, "delta"}};
}

void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, ReplicaShare& value);
inline std::string TypeName(const ReplicaShare*) { return "number, or percent of replicas.max"; }
std::string SchemaMembers(const ReplicaShare*);

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
         .help = "What one replica works off: a number, a query for it, or a map: learned from the past.",
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

}  // namespace loadline

#endif  // LOADLINE_SCALING_LAW_FIELDS_H_
