// Services with declared load patterns and dependencies, as their API has them; field names in snake_case or camelCase:
//
//   load_patterns: [ { service, type: daily, day_of_week: 1 or Monday, hour_of_day: 9, expected_load: 0.8 } ],
//   dependencies or service_dependencies: [ { source_service, target_service, type: proportional, ratio: 0.5 } ], or
//     type: fixed or minimum with replicas: 2; enabled, last_updated,
//   services: [ { name, min_replicas, max_replicas, namespace } ] (may be left out),
//   predictions, hpa_events, effectiveness: what was recorded
//
// A day is 0 to 7, Sunday being 0 and 7, or its name. The target follows the source.
#ifndef LOADLINE_MIGRATE_LOAD_PATTERNS_H_
#define LOADLINE_MIGRATE_LOAD_PATTERNS_H_

#include <vector>

#include "document/node.h"
#include "migrate/migration.h"

namespace loadline {

bool IsLoadPatterns(const Node& document);
// One for each service that has a pattern or follows another.
std::vector<Migration> MigrateLoadPatterns(const Node& document, const MigrateOptions& options);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_LOAD_PATTERNS_H_
