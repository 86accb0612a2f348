// Load that is known beforehand: a share of the peak for each hour of the week.
#ifndef LOADLINE_SCHEDULE_PATTERN_H_
#define LOADLINE_SCHEDULE_PATTERN_H_

#include <optional>
#include <vector>

#include "base/time.h"
#include "schedule/week.h"

namespace loadline {

struct PatternHour {
  Weekdays day;
  int hour = 0;
  double expected_load = 0;  // 0 to 1
};

struct Pattern {
  TimeZone zone;
  double peak = 0;  // replicas at a share of 1
  std::vector<PatternHour> hours;

  // The highest share that is listed for the hour at `now`; none where it is not listed.
  std::optional<double> ShareAt(Timestamp now) const;
};

}  // namespace loadline

#endif  // LOADLINE_SCHEDULE_PATTERN_H_
