// Calendars as documents; what their fields mean stands in scaling/schedule_fields.h.
#ifndef LOADLINE_SCALING_CALENDAR_YAML_H_
#define LOADLINE_SCALING_CALENDAR_YAML_H_

#include <optional>
#include <string>

#include "document/node.h"
#include "schedule/calendar.h"

namespace loadline {

struct CalendarDocument {
  std::string name;                  // as far as it could be read, also of a bad one
  std::optional<Calendar> calendar;  // none where there are errors
  Problems problems;                 // all of them at once
};

// Reads and checks one document of kind Calendar.
CalendarDocument ParseCalendar(const DocumentText& document);
// The same of one that was parsed.
CalendarDocument ReadCalendar(ParsedDocument parsed);

}  // namespace loadline

#endif  // LOADLINE_SCALING_CALENDAR_YAML_H_
