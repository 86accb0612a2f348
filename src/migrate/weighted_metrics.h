// Services that scale by weighted metrics with thresholds, as their configuration has them; field names in snake_case
// or camelCase, times as 5m or in seconds:
//
//   enabled: false, limits: { max_total_replicas: 20, min_available_memory_mb: 512 },
//   policies: [ { service, min_replicas or min, max_replicas or max, cooldown, scale_up_by (1), scale_down_by (1),
//     evaluation_interval or interval (120), enabled (false),
//     metrics: [ { name, type, source, aggregation, window, weight, query } ],
//     thresholds: [ { metric, scale_up, scale_down, comparison: greater_than, less_than or percentage_change } ] } ]
//
// Any metric beyond its scale_up adds; all beyond their scale_down together remove.
#ifndef LOADLINE_MIGRATE_WEIGHTED_METRICS_H_
#define LOADLINE_MIGRATE_WEIGHTED_METRICS_H_

#include <string>

#include "document/node.h"
#include "migrate/migration.h"

namespace loadline {

bool IsWeightedMetrics(const Node& policy);
// `document` is what the policy stands in, with the limits of all; `path` is where, for notes.
Migration MigrateWeightedMetrics(const Node& policy, const Node& document, const std::string& path,
                                 const MigrateOptions& options);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_WEIGHTED_METRICS_H_
