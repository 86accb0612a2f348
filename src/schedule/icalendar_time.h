// Between libical's way to write a time and ours.
#ifndef LOADLINE_SCHEDULE_ICALENDAR_TIME_H_
#define LOADLINE_SCHEDULE_ICALENDAR_TIME_H_

#include <chrono>
#include <optional>

#include "schedule/zone.h"

namespace loadline {

// The numbers of an icaltimetype.
struct TimeParts {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  bool date_only = false;
};

// None where there is no such day or no such time of day: libical passes on what it read.
inline std::optional<LocalMinute> MinuteOf(const TimeParts& parts) {
  if (parts.year < 1 || parts.year > 9998 || parts.month < 1 || parts.day < 1) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(parts.year),
                                         std::chrono::month(static_cast<unsigned>(parts.month)),
                                         std::chrono::day(static_cast<unsigned>(parts.day))};
  if (!date.ok()) return std::nullopt;
  if (parts.date_only) return std::chrono::local_days(date);
  if (parts.hour < 0 || parts.hour > 23 || parts.minute < 0 || parts.minute > 59) return std::nullopt;
  return std::chrono::local_days(date) + std::chrono::hours(parts.hour) + std::chrono::minutes(parts.minute);
}

inline TimeParts PartsOf(LocalMinute minute, bool date_only) {
  const auto day = std::chrono::floor<std::chrono::days>(minute);
  const std::chrono::year_month_day date(day);
  const int of_day = date_only ? 0 : static_cast<int>((minute - day).count());
  return {static_cast<int>(date.year()),
          static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day())),
          of_day / 60,
          of_day % 60,
          date_only};
}

}  // namespace loadline

#endif  // LOADLINE_SCHEDULE_ICALENDAR_TIME_H_
