// What a PredictiveHorizontalPodAutoscaler says: its metrics, its models, and how the count follows them.
#ifndef LOADLINE_MIGRATE_PREDICTIVE_READ_H_
#define LOADLINE_MIGRATE_PREDICTIVE_READ_H_

#include <optional>
#include <string>
#include <vector>

#include "document/node.h"
#include "migrate/measured.h"
#include "migrate/migration.h"
#include "migrate/predictive_forecasts.h"

namespace loadline {

struct PredictiveScaler {
  CountBounds bounds;
  std::vector<MeasuredSignal> measured;
  std::vector<PredictiveForecast> forecasts;  // of each signal, in their order
  bool forecasts_count = true;                // else they are recorded only
  std::optional<double> tolerance;            // none: the cluster's
  Node behavior;                              // of the HPA
};

// None where there is nothing to migrate; the migration says why.
std::optional<PredictiveScaler> ReadPredictive(const Node& spec, const std::string& workload, Migration& migration);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_PREDICTIVE_READ_H_
