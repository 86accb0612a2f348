#include "schedule/date.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace loadline {
namespace {

// The number that the whole of `text` is; -1 where it is none.
int Digits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

tl::unexpected<Error> NotADate(std::string_view text, std::string_view why) {
  return Fail(Code::kInvalidArgument, fmt::format("want {}; found \"{}\"", why, OneLine(text, 40)));
}

Date DayAfter(Date date) { return Date(std::chrono::sys_days(date) + std::chrono::days(1)); }

}  // namespace

Result<Date> ParseDate(std::string_view text) {
  const bool shaped = text.size() == 10 && text[4] == '-' && text[7] == '-';
  const int year = shaped ? Digits(text.substr(0, 4)) : -1;
  const int month = shaped ? Digits(text.substr(5, 2)) : -1;
  const int day = shaped ? Digits(text.substr(8, 2)) : -1;
  if (year < 0 || month < 0 || day < 0) return NotADate(text, "a date such as 2026-12-24");
  const Date date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                  std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return NotADate(text, "a day that there is");
  if (year < 1970 || year > 2199) return NotADate(text, "a date of the years 1970 to 2199");
  return date;
}

std::string FormatDate(Date date) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

Result<DateRange> ParseDateRange(std::string_view text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) {
    return ParseDate(text).map([](Date date) { return DateRange{date, date}; });
  }
  const Result<Date> first = ParseDate(text.substr(0, dots));
  if (!first) return Fail(first.error());
  const Result<Date> last = ParseDate(text.substr(dots + 2));
  if (!last) return Fail(last.error());
  if (*last < *first) return NotADate(text, "a range that goes forward");
  return DateRange{*first, *last};
}

std::string FormatDateRange(const DateRange& range) {
  if (range.first == range.last) return FormatDate(range.first);
  return FormatDate(range.first) + ".." + FormatDate(range.last);
}

std::vector<DateRange> MergeRanges(std::vector<DateRange> ranges) {
  std::sort(ranges.begin(), ranges.end(), [](const DateRange& a, const DateRange& b) { return a.first < b.first; });
  std::vector<DateRange> merged;
  for (const DateRange& range : ranges) {
    if (!merged.empty() && range.first <= DayAfter(merged.back().last)) {
      merged.back().last = std::max(merged.back().last, range.last);
    } else {
      merged.push_back(range);
    }
  }
  return merged;
}

const DateRange* FindDate(const std::vector<DateRange>& ranges, Date date) {
  const auto after = std::upper_bound(ranges.begin(), ranges.end(), date,
                                      [](Date wanted, const DateRange& range) { return wanted < range.first; });
  if (after == ranges.begin()) return nullptr;
  const DateRange& range = *std::prev(after);
  return date <= range.last ? &range : nullptr;
}

}  // namespace loadline
