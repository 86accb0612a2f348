// Calendar dates, and ranges of them.
#ifndef LOADLINE_SCHEDULE_DATE_H_
#define LOADLINE_SCHEDULE_DATE_H_

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace loadline {

using Date = std::chrono::year_month_day;

// Reads "2026-12-24", of the years 1970 to 2199. Fails with kInvalidArgument, also for a day that its month lacks.
Result<Date> ParseDate(std::string_view text);
std::string FormatDate(Date date);

// All days from `first` to `last`, both included.
struct DateRange {
  Date first;
  Date last;

  friend auto operator<=>(const DateRange&, const DateRange&) = default;
};

// Reads "2026-12-24" or "2026-12-24..2026-12-26". Fails with kInvalidArgument.
Result<DateRange> ParseDateRange(std::string_view text);
std::string FormatDateRange(const DateRange& range);

// The same days as ranges in order, none of which touches another: what FindDate wants.
std::vector<DateRange> MergeRanges(std::vector<DateRange> ranges);

// The range that `date` is in; null where it is in none. Cost: log n. REQUIRES: as MergeRanges leaves them.
const DateRange* FindDate(const std::vector<DateRange>& ranges, Date date);

}  // namespace loadline

#endif  // LOADLINE_SCHEDULE_DATE_H_
