// When one window of a schedule opens and closes around a given time.
#ifndef LOADLINE_SCHEDULE_OCCURRENCE_H_
#define LOADLINE_SCHEDULE_OCCURRENCE_H_

#include <optional>
#include <vector>

#include "schedule/schedule.h"

namespace loadline {

// Exceptions with their calendars found.
using ExceptedDates = std::vector<const std::vector<DateRange>*>;

// A time, together with the clocks of the schedule.
struct Moment {
  const TimeZone& zone;
  Timestamp now;
  LocalMinute next = zone.FirstAfter(now);  // all minutes before have come, this one and later ones have not
};

// Either open since `since`, until `next` (none: not in sight), or closed until `next` (none: for good, or not in
// sight).
struct WindowEdges {
  bool open = false;
  Timestamp since;
  std::optional<Timestamp> next;
};

WindowEdges EdgesOf(const ScheduleWindow& window, const ExceptedDates& except, const Moment& moment);

}  // namespace loadline

#endif  // LOADLINE_SCHEDULE_OCCURRENCE_H_
