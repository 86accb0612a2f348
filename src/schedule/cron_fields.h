// What a cron expression says, as sets of bits.
#ifndef LOADLINE_SCHEDULE_CRON_FIELDS_H_
#define LOADLINE_SCHEDULE_CRON_FIELDS_H_

#include <chrono>
#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace loadline {

// Bit n stands for the value n. No set is empty.
struct CronFields {
  std::uint64_t minutes = 0x0FFF'FFFF'FFFF'FFFF;  // 0 to 59
  std::uint32_t hours = 0x00FF'FFFF;              // 0 to 23
  std::uint32_t days = 0xFFFF'FFFE;               // 1 to 31
  std::uint32_t months = 0x1FFE;                  // 1 to 12
  std::uint32_t weekdays = 0x7F;                  // 0 to 6, Sunday is 0
  bool any_day = true;                            // the day of month begins with *
  bool any_weekday = true;                        // the day of week begins with *

  friend bool operator==(const CronFields&, const CronFields&) = default;
};

// Reads five fields or a word such as @daily; see cron.h for the syntax. Fails with kInvalidArgument.
Result<CronFields> ParseCronFields(std::string_view text);

// The days of `month` on which it comes, as bits 1 to 31; 0 where the month is none of its own.
//
// The day rule of Vixie's cron: where both the day of month and the day of week are restricted, either may match; else
// both must. A field that begins with * counts as unrestricted, also "*/2", which then still must match.
// Source: cron.c of cron 3.0pl1, DOM_STAR and DOW_STAR in find_jobs.
inline std::uint32_t DaysIn(const CronFields& fields, std::chrono::year_month month) {
  if ((fields.months >> static_cast<unsigned>(month.month()) & 1) == 0) return 0;
  const std::chrono::local_days first(month / 1);
  const unsigned length = static_cast<unsigned>((month / std::chrono::last).day());
  // The week, six times over: bit n is the weekday n % 7. Shifted, bit d is the weekday of day d.
  const std::uint64_t weeks = fields.weekdays * (1ULL | 1ULL << 7 | 1ULL << 14 | 1ULL << 21 | 1ULL << 28 | 1ULL << 35);
  const auto by_weekday = static_cast<std::uint32_t>(weeks >> std::chrono::weekday(first).c_encoding() << 1);
  const bool either = !fields.any_day && !fields.any_weekday;
  const std::uint32_t days = either ? fields.days | by_weekday : fields.days & by_weekday;
  return days & static_cast<std::uint32_t>((2ULL << length) - 2);
}

}  // namespace loadline

#endif  // LOADLINE_SCHEDULE_CRON_FIELDS_H_
