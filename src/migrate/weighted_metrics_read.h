// What a policy with weighted metrics (weighted_metrics.h) says: rules, how often it looks, and what keeps it from
// scaling.
#ifndef LOADLINE_MIGRATE_WEIGHTED_METRICS_READ_H_
#define LOADLINE_MIGRATE_WEIGHTED_METRICS_READ_H_

#include <optional>
#include <string>

#include "base/time.h"
#include "document/node.h"
#include "migrate/measured.h"
#include "migrate/migration.h"
#include "migrate/weighted_rules.h"

namespace loadline {

struct WeightedMetrics {
  CountBounds bounds;
  Duration every{0};
  WeightedRules rules;
  double least_memory = 0;  // bytes that a node has to have left; 0: none
  bool holds = false;       // it is switched off
};

// `document` is what the policy stands in, `path` where. None where there is nothing to migrate; the migration says
// why.
std::optional<WeightedMetrics> ReadWeightedMetrics(const Node& policy, const Node& document, const std::string& path,
                                                   Migration& migration);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_WEIGHTED_METRICS_READ_H_
