// What a WatermarkPodAutoscaler would have made of values, step by step.
#ifndef LOADLINE_MIGRATE_WATERMARK_STORIES_H_
#define LOADLINE_MIGRATE_WATERMARK_STORIES_H_

#include <vector>

#include "migrate/migration.h"
#include "migrate/watermark_read.h"

namespace loadline {

// Values at and about each watermark; then a change that has just been, where it waits after one. Without what an HPA
// would not follow. REQUIRES: metrics.
std::vector<Story> WatermarkStories(const WatermarkScaler& scaler);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_WATERMARK_STORIES_H_
