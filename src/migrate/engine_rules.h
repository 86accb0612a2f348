// The rules of a scaling engine (rule_engine.h) as step rules, and the signals that they ask for.
#ifndef LOADLINE_MIGRATE_ENGINE_RULES_H_
#define LOADLINE_MIGRATE_ENGINE_RULES_H_

#include <string>
#include <vector>

#include "base/time.h"
#include "migrate/fields.h"
#include "migrate/migration.h"
#include "migrate/step_rules.h"

namespace loadline {

struct EngineSignal {
  std::string name;
  std::string query;
};

struct EngineRules {
  std::vector<EngineSignal> signals;
  std::vector<StepRule> rules;  // those that add first
};

// Of a policy's fields; each with that cooldown. A rule that cannot be carried over is left out, with what only it
// asked for; the migration says why.
EngineRules ReadEngineRules(Fields& policy, Duration cooldown, Migration& migration);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_ENGINE_RULES_H_
