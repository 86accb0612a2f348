// Named sets of dates, such as the holidays of a country.
#ifndef LOADLINE_SCHEDULE_CALENDAR_H_
#define LOADLINE_SCHEDULE_CALENDAR_H_

#include <string>
#include <vector>

#include "schedule/date.h"

namespace loadline {

struct Calendar {
  std::string name;
  std::vector<DateRange> ranges;  // as MergeRanges leaves them

  // Cost: log n.
  bool Contains(Date date) const { return FindDate(ranges, date) != nullptr; }
};

}  // namespace loadline

#endif  // LOADLINE_SCHEDULE_CALENDAR_H_
