// Documents that have no apiVersion and kind: policies of services that scale by their own API, as its GET has them, or
// as they stand in its configuration.
#ifndef LOADLINE_MIGRATE_UNNAMED_H_
#define LOADLINE_MIGRATE_UNNAMED_H_

#include <string>
#include <vector>

#include "document/node.h"
#include "migrate/migration.h"

namespace loadline {

// One policy, a list of them, { policies: [...] } or { policy: {...} }; told apart by their fields. None where it is
// none of them.
std::vector<Migration> MigrateUnnamed(const Node& document, const MigrateOptions& options);

// As they are called, for messages.
std::vector<std::string> UnnamedKinds();

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_UNNAMED_H_
