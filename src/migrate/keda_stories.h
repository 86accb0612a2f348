// What KEDA's triggers say over time, as stories.
#ifndef LOADLINE_MIGRATE_KEDA_STORIES_H_
#define LOADLINE_MIGRATE_KEDA_STORIES_H_

#include <vector>

#include "base/time.h"
#include "migrate/keda_triggers.h"
#include "migrate/measured.h"
#include "migrate/migration.h"

namespace loadline {

// The first query fails for longer than `hold`: its trigger's fallback says so many, the others go on.
// REQUIRES: something is measured, and there is no cron trigger.
Story LostDataStory(const ReadTriggers& triggers, const CountBounds& bounds, Duration hold, int fallback);

// One of the values, where any is measured, and one for each cron trigger: a minute before its hours, within, and after
// them. REQUIRES: crons can be read, as ReadKedaTriggers leaves them.
std::vector<Story> KedaStories(const ReadTriggers& triggers, const CountBounds& bounds);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_KEDA_STORIES_H_
