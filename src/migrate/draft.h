// The documents that migrations have in common.
#ifndef LOADLINE_MIGRATE_DRAFT_H_
#define LOADLINE_MIGRATE_DRAFT_H_

#include <string>

#include "document/node.h"
#include "migrate/migration.h"

namespace loadline {

// The name and namespace of an object; `default` where it says none, as kubectl does.
Migration BeginMigration(const Node& object, const std::string& kind);

// Of what has a name, and says no namespace.
Migration BeginMigration(const std::string& name, const std::string& kind);

// A ScalingPolicy of the migration's name, for its namespace.
Node PolicyDocument(const Migration& migration, Node spec);

// The trigger that asks Loadline for that policy. That of a ScaledJob has no metricType: KEDA makes no jobs of one that
// has.
Node ExternalTrigger(const Migration& migration, const MigrateOptions& options, bool of_job = false);

// A new ScaledObject of the migration's name for that target, without bounds.
Node NewScaledObject(const Migration& migration, const MigrateOptions& options, const Node& target);

// Without what the API server and kubectl write: status, uid, managedFields, last-applied-configuration and the like.
Node WithoutServersFields(Node object);

// What serve has to be told so that it finds the sources, as its options.
std::string SourceOptions(const Migration& migration);

// Under which name a source of that address is known; `default` is the first one.
std::string SourceName(Migration& migration, const std::string& address);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_DRAFT_H_
