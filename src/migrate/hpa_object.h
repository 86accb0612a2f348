// HorizontalPodAutoscalers with external metrics, as a policy and a ScaledObject that takes the HPA over.
#ifndef LOADLINE_MIGRATE_HPA_OBJECT_H_
#define LOADLINE_MIGRATE_HPA_OBJECT_H_

#include <string>
#include <vector>

#include "document/node.h"
#include "migrate/measured.h"
#include "migrate/migration.h"

namespace loadline {

// autoscaling/v2 and v1.
Migration MigrateHpa(const Node& object, const MigrateOptions& options);

// The metrics of an HPA of that scaleTargetRef: those that can be a signal, and those that KEDA has a trigger for (cpu
// and memory).
struct HpaMetrics {
  std::vector<MeasuredSignal> measured;
  std::vector<Node> triggers;
};
HpaMetrics ReadHpaMetrics(const std::vector<Node>& metrics, const Node& target, Migration& migration);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_HPA_OBJECT_H_
