// iCalendar texts taken apart, so that libical sees only what it is asked about, one event at a time: its time grows
// with the square of what it cannot read.
#ifndef LOADLINE_SCHEDULE_ICALENDAR_TEXT_H_
#define LOADLINE_SCHEDULE_ICALENDAR_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace loadline {

// One VCALENDAR.
struct CalendarText {
  std::string home;                 // X-WR-TIMEZONE, which Google and others write: what times in UTC are meant for
  std::vector<std::string> events;  // each from BEGIN:VEVENT to END:VEVENT, of the lines that matter for its dates
};

// Joins folded lines and sorts them. Fails with kInvalidArgument where the text is no whole iCalendar: no
// BEGIN:VCALENDAR at the beginning, a BEGIN without its END (a file that was cut), a zero byte, parts nested deeper
// than any calendar nests them, or an event of more than 5000 such lines.
Result<std::vector<CalendarText>> SplitICalendar(std::string_view text);

}  // namespace loadline

#endif  // LOADLINE_SCHEDULE_ICALENDAR_TEXT_H_
