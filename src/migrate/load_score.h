// Policies of a service that scales proxies by a load score, as its API has them; field names in snake_case or
// camelCase:
//
//   name or proxy or service, min_replicas (1), max_replicas (10), scale_up_threshold (80), scale_down_threshold (30),
//   scale_up_cooldown (60), scale_down_cooldown (300): seconds, or 5m; target_cpu (70), target_memory (80),
//   target_request_rate (1000 a second), weights: { cpu (0.4), memory (0.3), request_rate (0.2), error_rate (0.1) },
//   enabled (true)
//
// The score is from 0 to 100: cpu % * 0.4 + memory % * 0.3 + 100 * requests / target_request_rate * 0.2 + errors % *
// 0.1, each part at most 100.
#ifndef LOADLINE_MIGRATE_LOAD_SCORE_H_
#define LOADLINE_MIGRATE_LOAD_SCORE_H_

#include <string>

#include "document/node.h"
#include "migrate/migration.h"

namespace loadline {

bool IsLoadScore(const Node& policy);
// `path` is where the policy stands in its document, for notes.
Migration MigrateLoadScore(const Node& policy, const std::string& path, const MigrateOptions& options);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_LOAD_SCORE_H_
