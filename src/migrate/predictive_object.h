// PredictiveHorizontalPodAutoscalers (jamiethompson.me/v1alpha1): an HPA, and models of how its count goes on.
// Source: jthomperoo/predictive-horizontal-pod-autoscaler api/v1alpha1, docs/reference/configuration.md
#ifndef LOADLINE_MIGRATE_PREDICTIVE_OBJECT_H_
#define LOADLINE_MIGRATE_PREDICTIVE_OBJECT_H_

#include "document/node.h"
#include "migrate/migration.h"

namespace loadline {

// Its metrics become signals, cpu and memory too, as a forecast needs readings; each model a forecast of each of them.
// Our forecasts choose their models themselves and count only while they have earned their trust: so the answers are
// those of the metrics alone, or higher.
Migration MigratePredictive(const Node& object, const MigrateOptions& options);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_PREDICTIVE_OBJECT_H_
