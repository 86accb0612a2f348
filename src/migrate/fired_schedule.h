// Schedules that set a count at a time, each of which holds until the next one fires: as windows of a signal.
#ifndef LOADLINE_MIGRATE_FIRED_SCHEDULE_H_
#define LOADLINE_MIGRATE_FIRED_SCHEDULE_H_

#include <optional>
#include <string>
#include <vector>

#include "document/node.h"
#include "migrate/migration.h"
#include "schedule/cron.h"
#include "schedule/zone.h"

namespace loadline {

struct FiredSchedule {
  std::string field;  // where it stood, for notes
  Cron cron;
  TimeZone zone;
  int replicas = 0;
};

// The one that has fired last at that time; nothing before any has.
std::optional<int> FiredLast(const std::vector<FiredSchedule>& schedules, Timestamp time);

// Whether windows can say when each ends: where always the same one of its time zone follows.
bool EndsAreExact(const std::vector<FiredSchedule>& schedules);

// A signal for each time zone, its windows ending where the next one fires; `role` may be empty. Tells where the end is
// not that, as several follow one, or one of another time zone does.
std::vector<Node> ScheduleSignals(const std::vector<FiredSchedule>& schedules, const std::string& role,
                                  std::vector<std::string>& taken, Migration& migration);

// The moments at which one fires, from `after` on: the first few.
std::vector<Timestamp> FiringsAfter(const std::vector<FiredSchedule>& schedules, Timestamp after, std::size_t most);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_FIRED_SCHEDULE_H_
