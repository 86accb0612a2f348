// Hours and weekdays of a zone, as rules, patterns and expressions count them.
#ifndef LOADLINE_SCHEDULE_LOCAL_TIME_H_
#define LOADLINE_SCHEDULE_LOCAL_TIME_H_

#include "base/time.h"
#include "schedule/zone.h"

namespace loadline {

inline std::chrono::minutes MinuteOfDay(Timestamp now, const TimeZone& zone) {
  const LocalMinute local = zone.ToLocal(now);
  return local - std::chrono::floor<std::chrono::days>(local);
}
inline int HourOfDay(Timestamp now, const TimeZone& zone) {
  return static_cast<int>(MinuteOfDay(now, zone).count() / 60);
}
// 0: Sunday.
inline int DayOfWeek(Timestamp now, const TimeZone& zone) {
  return static_cast<int>(std::chrono::weekday(std::chrono::floor<std::chrono::days>(zone.ToLocal(now))).c_encoding());
}

}  // namespace loadline

#endif  // LOADLINE_SCHEDULE_LOCAL_TIME_H_
