// Calendars as documents; what their fields mean stands in scaling/schedule_fields.h.
#ifndef LOADLINE_SCALING_CALENDAR_YAML_H_
#define LOADLINE_SCALING_CALENDAR_YAML_H_

#include "document/node.h"
#include "scaling/document_of.h"
#include "schedule/calendar.h"

namespace loadline {

using CalendarDocument = DocumentOf<Calendar>;

// Reads and checks one document of kind Calendar.
CalendarDocument ParseCalendar(const DocumentText& document);
// The same of one that was parsed.
CalendarDocument ReadCalendar(ParsedDocument parsed);

}  // namespace loadline

#endif  // LOADLINE_SCALING_CALENDAR_YAML_H_
