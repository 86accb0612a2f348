// What a scaling engine (rule_engine.h) would have made of values and of its schedules.
#ifndef LOADLINE_MIGRATE_RULE_ENGINE_STORIES_H_
#define LOADLINE_MIGRATE_RULE_ENGINE_STORIES_H_

#include <vector>

#include "migrate/fired_schedule.h"
#include "migrate/migration.h"
#include "migrate/step_rules.h"

namespace loadline {

// Of its rules, then of its schedules, as far as there are some. REQUIRES: schedules whose ends are exact, and which
// are the engine's floor; bounds with a maximum.
std::vector<Story> EngineStories(const StepEngine& engine, const std::vector<FiredSchedule>& schedules);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_RULE_ENGINE_STORIES_H_
