// The metrics of a WatermarkPodAutoscaler as those of its law: each a signal, between two watermarks.
#ifndef LOADLINE_MIGRATE_WATERMARK_METRICS_H_
#define LOADLINE_MIGRATE_WATERMARK_METRICS_H_

#include <string>
#include <vector>

#include "migrate/fields.h"
#include "migrate/migration.h"
#include "migrate/watermark.h"

namespace loadline {

// Of the spec's fields. They are Datadog's: the queries are placeholders, and it is said that they are.
std::vector<WatermarkMetric> ReadWatermarkMetrics(Fields& spec, const std::string& workload, Migration& migration);

// Names make the expression long: with short ones it may fit into a policy. False where it does not; the migration says
// why.
bool MakeExpressionFit(WatermarkLaw& law, Migration& migration);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_WATERMARK_METRICS_H_
