// Days of the week and times of the day, as people write them.
#ifndef LOADLINE_SCHEDULE_WEEK_H_
#define LOADLINE_SCHEDULE_WEEK_H_

#include <bitset>
#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"
#include "schedule/zone.h"

namespace loadline {

// Bit 0: Sunday.
struct Weekdays {
  std::bitset<7> days = 0x7f;
};

// Reads "MON-FRI", "SAT,SUN" or "*", in any case. Fails with kInvalidArgument.
Result<Weekdays> ParseWeekdays(std::string_view text);

// Minutes from midnight: 0 to 24 * 60.
struct TimeOfDay {
  std::chrono::minutes minutes{0};
};

// Reads "09:30"; "24:00" is the end of the day. Fails with kInvalidArgument.
Result<TimeOfDay> ParseTimeOfDay(std::string_view text);

// From `from` up to, not including, `to`, on `days`; past midnight where `to` is not later. The day is that of `from`.
struct ClockSpan {
  TimeZone zone;
  TimeOfDay from;
  TimeOfDay to{std::chrono::minutes(24 * 60)};
  Weekdays days;
};

bool IsWithin(const ClockSpan& span, Timestamp now);

}  // namespace loadline

#endif  // LOADLINE_SCHEDULE_WEEK_H_
