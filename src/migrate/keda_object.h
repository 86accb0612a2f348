// ScaledObjects and ScaledJobs whose triggers KEDA reads, as a policy and one trigger that asks Loadline.
#ifndef LOADLINE_MIGRATE_KEDA_OBJECT_H_
#define LOADLINE_MIGRATE_KEDA_OBJECT_H_

#include "document/node.h"
#include "migrate/migration.h"

namespace loadline {

Migration MigrateKedaObject(const Node& object, const MigrateOptions& options);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_KEDA_OBJECT_H_
