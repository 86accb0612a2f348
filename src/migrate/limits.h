// The limits of all policies of a document, those with weighted metrics (weighted_metrics.h) or others.
#ifndef LOADLINE_MIGRATE_LIMITS_H_
#define LOADLINE_MIGRATE_LIMITS_H_

#include <string>
#include <vector>

#include "document/node.h"
#include "migrate/migration.h"

namespace loadline {

// A Budget of those policies, by their names. REQUIRES: the document has limits.
Migration MigrateLimits(const Node& document, const std::vector<std::string>& policies);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_LIMITS_H_
