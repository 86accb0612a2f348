// The metrics and thresholds of weighted metrics (weighted_metrics.h) as signals and step rules.
#ifndef LOADLINE_MIGRATE_WEIGHTED_RULES_H_
#define LOADLINE_MIGRATE_WEIGHTED_RULES_H_

#include <string>
#include <vector>

#include "base/time.h"
#include "migrate/fields.h"
#include "migrate/migration.h"
#include "migrate/step_rules.h"

namespace loadline {

struct WeightedSignal {
  std::string name;
  std::string query;
  std::string take;
  Duration window{0};  // 0: the latest value
  double weight = 0;   // 0: in no score
  double score_at = 0;
};

struct WeightedRules {
  std::vector<WeightedSignal> signals;
  std::vector<StepRule> rules;  // up, then down; without one that has no conditions
};

// Of a policy's fields. `up` and `down` are the rules without their conditions. What cannot be carried over is left
// out, and a metric without a threshold; the migration says why.
WeightedRules ReadWeightedRules(Fields& policy, StepRule up, StepRule down, Migration& migration);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_WEIGHTED_RULES_H_
