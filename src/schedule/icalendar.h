// iCalendar texts (RFC 5545) as calendars: what "export as .ics" yields.
#ifndef LOADLINE_SCHEDULE_ICALENDAR_H_
#define LOADLINE_SCHEDULE_ICALENDAR_H_

#include <string>
#include <string_view>

#include "schedule/calendar.h"
#include "schedule/zone.h"

namespace loadline {

struct ICalendarOptions {
  // Where the dates of times in UTC are taken; a zone that the text names for itself (X-WR-TIMEZONE) comes first.
  TimeZone zone;
  // Dates outside are left out.
  DateRange horizon = {Date(std::chrono::year(1970) / 1 / 1), Date(std::chrono::year(2100) / 12 / 31)};
  std::size_t bytes = 1024 * 1024;  // of the text
  int occurrences = 100'000;        // of all events, also those before the horizon: daily for 270 years
};

// The dates that the events touch. All-day events cover their days, DTEND excluded; timed ones each date on which a
// part of them lies, as written: in their own time zone; those in UTC as options.zone says. RRULE (from daily to
// yearly), RDATE, EXDATE, RECURRENCE-ID and STATUS:CANCELLED are followed.
//
// Fails with kInvalidArgument where the text is no whole iCalendar or an event's time or rule cannot be read, as a
// holiday that is silently missing costs more than a calendar that is refused; with kResourceExhausted where it goes
// beyond the options' bounds. Reads no time zone but through TimeZone::Load; libical reads its list of zones (zone.tab)
// once. Threads may call it at the same time.
Result<Calendar> ParseICalendar(std::string name, std::string_view text, const ICalendarOptions& options = {});

}  // namespace loadline

#endif  // LOADLINE_SCHEDULE_ICALENDAR_H_
