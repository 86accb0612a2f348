// What engines of step rules are shown to do.
#ifndef LOADLINE_MIGRATE_STEP_STORIES_H_
#define LOADLINE_MIGRATE_STEP_STORIES_H_

#include <string>
#include <vector>

#include "migrate/migration.h"
#include "migrate/step_rules.h"

namespace loadline {

// What the engine makes of values about each threshold, before they have held for long enough and after, and at the
// bounds; then how it waits after a change. REQUIRES: rules; bounds with a maximum.
std::vector<Story> StepStories(const StepEngine& engine, const std::string& who);

// Values at which as few conditions hold as can be.
std::vector<double> QuietValues(const StepEngine& engine);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_STEP_STORIES_H_
