// An event of an iCalendar text as plain values: what libical reads, without libical.
#ifndef LOADLINE_SCHEDULE_ICALENDAR_EVENTS_H_
#define LOADLINE_SCHEDULE_ICALENDAR_EVENTS_H_

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "schedule/zone.h"

namespace loadline {

// A date or a time as it is written, and in what zone. Seconds are left out.
struct WrittenTime {
  LocalMinute at;
  bool date_only = false;
  bool utc = false;
  std::string zone;  // TZID; empty: of no zone
};

struct CalendarEvent {
  std::string label;  // for messages: event "New Year"
  std::string uid;
  bool cancelled = false;
  WrittenTime start;
  std::optional<WrittenTime> end;
  std::optional<std::chrono::minutes> duration;
  std::vector<std::string> rules;         // RRULE
  std::vector<WrittenTime> also;          // RDATE
  std::vector<WrittenTime> except;        // EXDATE
  std::optional<WrittenTime> stands_for;  // RECURRENCE-ID: for this occurrence of the event with the same UID
};

// Reads one event. Fails with kInvalidArgument where its time or rule cannot be read or needs what is not supported
// (EXRULE, RANGE); the message names the event. REQUIRES: `text` as SplitICalendar leaves it.
Result<CalendarEvent> ReadEvent(const std::string& text);

}  // namespace loadline

#endif  // LOADLINE_SCHEDULE_ICALENDAR_EVENTS_H_
