#include "schedule/week.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "schedule/local_time.h"

namespace loadline {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

Result<std::size_t> DayOf(std::string_view text) {
  std::string word(text);
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::toupper(c); });
  const auto found = std::find(kDays.begin(), kDays.end(), word);
  if (found == kDays.end()) return Fail(Code::kInvalidArgument, "want days such as MON-FRI or SAT,SUN");
  return static_cast<std::size_t>(found - kDays.begin());
}

Status AddRange(std::string_view text, std::bitset<7>& days) {
  const std::size_t dash = text.find('-');
  const auto first = DayOf(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : DayOf(text.substr(dash + 1));
  if (!first || !last) return Fail((first ? last : first).error());
  // SAT-MON goes on over the end of the week.
  for (std::size_t day = *first;; day = (day + 1) % 7) {
    days.set(day);
    if (day == *last) return {};
  }
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

Result<Weekdays> ParseWeekdays(std::string_view text) {
  if (text == "*") return Weekdays{};
  Weekdays weekdays{{}};
  while (true) {
    const std::size_t comma = text.find(',');
    if (const Status added = AddRange(text.substr(0, comma), weekdays.days); !added) return Fail(added.error());
    if (comma == std::string_view::npos) return weekdays;
    text.remove_prefix(comma + 1);
  }
}

Result<TimeOfDay> ParseTimeOfDay(std::string_view text) {
  const bool shaped = text.size() == 5 && text[2] == ':' && IsDigit(text[0]) && IsDigit(text[1]) && IsDigit(text[3]) &&
                      IsDigit(text[4]);
  if (shaped) {
    const std::chrono::minutes minutes((text[0] - '0') * 600 + (text[1] - '0') * 60 + (text[3] - '0') * 10 + text[4] -
                                       '0');
    if (text[3] < '6' && minutes <= std::chrono::hours(24)) return TimeOfDay{minutes};
  }
  return Fail(Code::kInvalidArgument, "want a time of day such as 09:30, from 00:00 to 24:00");
}

bool IsWithin(const ClockSpan& span, Timestamp now) {
  const auto minute = MinuteOfDay(now, span.zone);
  const auto today = static_cast<std::size_t>(DayOfWeek(now, span.zone));
  const auto from = span.from.minutes;
  const auto to = span.to.minutes;
  if (from < to) return span.days.days[today] && minute >= from && minute < to;
  // Past midnight: the late part of today, or the early part of yesterday's.
  return (span.days.days[today] && minute >= from) || (span.days.days[(today + 6) % 7] && minute < to);
}

}  // namespace loadline
