// What is to become of a document: by its apiVersion and kind, or, where it has none, by its fields (unnamed.h).
#ifndef LOADLINE_MIGRATE_MIGRATE_H_
#define LOADLINE_MIGRATE_MIGRATE_H_

#include <optional>
#include <string>
#include <vector>

#include "document/node.h"
#include "migrate/migration.h"

namespace loadline {

// None where it is nothing that scales: a Deployment, a Service. A List has one for each item.
std::vector<Migration> Migrate(const Node& document, const MigrateOptions& options);

// What can be migrated, for messages: "ScaledObject, ScaledJob, ...".
std::string MigratedKinds();

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_MIGRATE_H_
