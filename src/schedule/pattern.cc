#include "schedule/pattern.h"

#include <algorithm>

#include "schedule/local_time.h"

namespace loadline {

std::optional<double> Pattern::ShareAt(Timestamp now) const {
  const auto day = static_cast<std::size_t>(DayOfWeek(now, zone));
  const int hour = HourOfDay(now, zone);
  std::optional<double> share;
  for (const PatternHour& each : hours) {
    if (each.hour == hour && each.day.days[day]) share = std::max(share.value_or(0), each.expected_load);
  }
  return share;
}

}  // namespace loadline
