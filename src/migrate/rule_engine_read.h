// What a policy of a scaling engine (rule_engine.h) says: rules, schedules, and whether it is switched on.
#ifndef LOADLINE_MIGRATE_RULE_ENGINE_READ_H_
#define LOADLINE_MIGRATE_RULE_ENGINE_READ_H_

#include <optional>
#include <string>
#include <vector>

#include "document/node.h"
#include "migrate/engine_rules.h"
#include "migrate/fired_schedule.h"
#include "migrate/measured.h"
#include "migrate/migration.h"

namespace loadline {

struct EnginePolicy {
  CountBounds bounds;
  EngineRules rules;
  std::vector<FiredSchedule> schedules;
  std::string schedules_field;  // where they stand, for notes
  bool holds = false;           // it is switched off, or only shows what it would do
};

// `path` is where the policy stands in its document. None where there is nothing to migrate; the migration says why.
std::optional<EnginePolicy> ReadEnginePolicy(const Node& policy, const std::string& path, Migration& migration);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_RULE_ENGINE_READ_H_
