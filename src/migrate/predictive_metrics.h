// The metrics of a PredictiveHorizontalPodAutoscaler as signals, those of resources too.
#ifndef LOADLINE_MIGRATE_PREDICTIVE_METRICS_H_
#define LOADLINE_MIGRATE_PREDICTIVE_METRICS_H_

#include <string>
#include <vector>

#include "migrate/fields.h"
#include "migrate/measured.h"
#include "migrate/migration.h"

namespace loadline {

// Of the spec's fields; cpu where they have none, as by default there. An HPA keeps cpu and memory, as KEDA hands them
// on; a forecast needs their readings.
std::vector<MeasuredSignal> ReadPredictiveMetrics(Fields& spec, const std::string& workload, Migration& migration);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_PREDICTIVE_METRICS_H_
