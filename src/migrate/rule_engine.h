// Policies of a scaling engine with rules and schedules, as its REST API has them; field names in snake_case or
// camelCase:
//
//   name, target_type, target_id, min_replicas (1), max_replicas (10), cooldown_seconds (300), max_hourly_cost,
//   scale_to_zero (false), enabled (true), id, created_at, updated_at,
//   scale_up_rules, scale_down_rules, or rules with rule_type: scale_up or scale_down; of each
//     metric: a PromQL query, operator: gt lt gte lte eq, threshold, duration_seconds or duration: 5m, scale_by: 2,
//     -1; or conditions: [ { metric, operator, threshold } ] with logic: AND or OR,
//   schedules: [ { cron_expression, desired_replicas, timezone (UTC), enabled (true) } ]
//
// Source: janovincze/philotes internal/scaling (types.go, evaluator.go), internal/api/models/scaling.go
#ifndef LOADLINE_MIGRATE_RULE_ENGINE_H_
#define LOADLINE_MIGRATE_RULE_ENGINE_H_

#include <string>

#include "document/node.h"
#include "migrate/migration.h"

namespace loadline {

bool IsRuleEngine(const Node& policy);
// `path` is where the policy stands in its document, for notes.
Migration MigrateRuleEngine(const Node& policy, const std::string& path, const MigrateOptions& options);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_RULE_ENGINE_H_
