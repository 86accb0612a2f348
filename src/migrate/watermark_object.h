// WatermarkPodAutoscalers (datadoghq.com/v1alpha1) as a policy: its law (watermark.h), cooldowns and delays.
// Source: DataDog/watermarkpodautoscaler apis/datadoghq/v1alpha1
#ifndef LOADLINE_MIGRATE_WATERMARK_OBJECT_H_
#define LOADLINE_MIGRATE_WATERMARK_OBJECT_H_

#include "document/node.h"
#include "migrate/migration.h"

namespace loadline {

// Its metrics are Datadog's: the queries are placeholders, and it is said that they are.
Migration MigrateWatermark(const Node& object, const MigrateOptions& options);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_WATERMARK_OBJECT_H_
