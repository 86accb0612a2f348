// What weighted metrics with thresholds (weighted_metrics.h) would have made of values.
#ifndef LOADLINE_MIGRATE_WEIGHTED_METRICS_STORIES_H_
#define LOADLINE_MIGRATE_WEIGHTED_METRICS_STORIES_H_

#include <vector>

#include "migrate/migration.h"
#include "migrate/step_rules.h"

namespace loadline {

// Of its rules; where memory has to be left (in bytes; 0: it need not), there is plenty of it. REQUIRES: rules; bounds
// with a maximum.
std::vector<Story> WeightedStories(const StepEngine& engine, double least_memory);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_WEIGHTED_METRICS_STORIES_H_
