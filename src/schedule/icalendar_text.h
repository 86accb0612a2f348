// iCalendar texts made safe for libical.
#ifndef LOADLINE_SCHEDULE_ICALENDAR_TEXT_H_
#define LOADLINE_SCHEDULE_ICALENDAR_TEXT_H_

#include <string>
#include <string_view>

#include "base/result.h"

namespace loadline {

// The text with its folded lines joined and nothing but "\n" at their ends. Fails with kInvalidArgument where it is no
// whole iCalendar: no BEGIN:VCALENDAR at the beginning, a BEGIN without its END (a file that was cut), a zero byte, or
// parts nested deeper than any calendar nests them, whose destruction in libical would overflow the stack.
Result<std::string> CleanICalendar(std::string_view text);

}  // namespace loadline

#endif  // LOADLINE_SCHEDULE_ICALENDAR_TEXT_H_
