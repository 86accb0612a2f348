// What a PredictiveHorizontalPodAutoscaler would have made of values, of metrics and of forecasts.
#ifndef LOADLINE_MIGRATE_PREDICTIVE_STORIES_H_
#define LOADLINE_MIGRATE_PREDICTIVE_STORIES_H_

#include <vector>

#include "migrate/migration.h"
#include "migrate/predictive_read.h"

namespace loadline {

// Values about each target; then a forecast that is higher than what is measured. Without what an HPA of that tolerance
// would not follow.
std::vector<Story> PredictiveStories(const PredictiveScaler& scaler);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_PREDICTIVE_STORIES_H_
