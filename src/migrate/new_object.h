// A ScaledObject in the place of a scaler that is none of KEDA's.
#ifndef LOADLINE_MIGRATE_NEW_OBJECT_H_
#define LOADLINE_MIGRATE_NEW_OBJECT_H_

#include "document/node.h"
#include "migrate/measured.h"
#include "migrate/migration.h"

namespace loadline {

// For that target, with these bounds and that behavior of the HPA; null: one that follows the policy at once, as the
// policy itself says how fast.
Node ScaledObjectFor(const Migration& migration, const MigrateOptions& options, const Node& target,
                     const CountBounds& bounds, const Node* behavior);

// What a scaleTargetRef names; empty where it names nothing, which then has been told: there is nothing to scale.
std::string WorkloadOf(const Node& target, Migration& migration);

// The Deployment of that name.
Node DeploymentTarget(const std::string& name);
// Says that it is that of the migration's name, which is how they call the `what`: "service".
void TellOfTarget(const std::string& what, Migration& migration);

// Says that the old scaler has to go first; and where it was to stay, that it cannot: both would write the count.
// Whether the migration may go on.
bool TellOfOldScaler(const std::string& what, const MigrateOptions& options, Migration& migration);

// Whether an HPA goes from so many replicas to so many, by the usual tolerance or another one: what is nearer it is
// told more of, or it stays (hpa.deadband).
bool HpaFollows(double observed, double wanted, double tolerance = 0.1);
// Says so.
void TellOfTolerance(Migration& migration);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_NEW_OBJECT_H_
