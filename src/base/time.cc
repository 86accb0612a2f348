#include "base/time.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

namespace loadline {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t milliseconds;
};

// From long to short, the order in which Prometheus wants them.
constexpr std::array kUnits = {
    Unit{"y", 365LL * 24 * 3600 * 1000},
    Unit{"w", 7LL * 24 * 3600 * 1000},
    Unit{"d", 24LL * 3600 * 1000},
    Unit{"h", 3600LL * 1000},
    Unit{"m", 60LL * 1000},
    Unit{"s", 1000},
    Unit{"ms", 1},
};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

tl::unexpected<Error> NotADuration(std::string_view text) {
  return Fail(Code::kInvalidArgument, fmt::format("want a duration such as 90s, 5m or 1h30m; found \"{}\"", text));
}

// Takes a time's parts off the front of a text; `bad` where one is not there.
struct TimeText {
  std::string_view text;
  bool bad = false;

  int Digits(std::size_t count) {
    int number = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (text.empty() || !IsDigit(text.front())) {
        bad = true;
        return 0;
      }
      number = number * 10 + (text.front() - '0');
      text.remove_prefix(1);
    }
    return number;
  }
  int After(char separator, std::size_t count) {
    if (!text.starts_with(separator)) bad = true;
    text.remove_prefix(std::min<std::size_t>(1, text.size()));
    return Digits(count);
  }
  Duration Fraction() {
    if (!text.starts_with('.')) return Duration(0);
    text.remove_prefix(1);
    if (text.empty() || !IsDigit(text.front())) bad = true;
    std::int64_t milliseconds = 0;
    for (std::int64_t unit = 100; !text.empty() && IsDigit(text.front()); unit /= 10) {
      milliseconds += unit * (text.front() - '0');
      text.remove_prefix(1);
    }
    return Duration(milliseconds);
  }
  std::chrono::minutes Offset() {
    if (text == "Z") {
      text = {};
      return std::chrono::minutes(0);
    }
    const bool west = text.starts_with('-');
    if (!west && !text.starts_with('+')) bad = true;
    const int hours = After(west ? '-' : '+', 2);
    const int minutes = After(':', 2);
    if (hours > 23 || minutes > 59) bad = true;
    return std::chrono::minutes((west ? -1 : 1) * (hours * 60 + minutes));
  }
};

}  // namespace

Result<Duration> ParseDuration(std::string_view text) {
  if (text == "0") return Duration::zero();
  if (text.empty()) return NotADuration(text);

  std::int64_t total = 0;
  std::size_t next_unit = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    std::int64_t count = 0;
    const std::size_t digits = at;
    for (; at < text.size() && IsDigit(text[at]); ++at) {
      if (at - digits >= 15) return NotADuration(text);  // more would overflow, and is 31,000 years in ms
      count = count * 10 + (text[at] - '0');
    }
    if (at == digits) return NotADuration(text);
    const std::size_t letters = at;
    while (at < text.size() && !IsDigit(text[at])) ++at;
    const std::string_view name = text.substr(letters, at - letters);
    while (next_unit < kUnits.size() && kUnits[next_unit].name != name) ++next_unit;
    if (next_unit == kUnits.size()) return NotADuration(text);
    const std::int64_t unit = kUnits[next_unit++].milliseconds;
    if (count > (std::numeric_limits<std::int64_t>::max() - total) / unit) return NotADuration(text);
    total += count * unit;
  }
  return Duration(total);
}

std::string FormatDuration(Duration duration) {
  std::int64_t rest = duration.count();
  if (rest == 0) return "0s";
  std::string text = rest < 0 ? "-" : "";
  if (rest < 0) rest = -rest;
  for (const Unit& unit : kUnits) {
    // Years and weeks read worse than days: 365d says what 1y leaves open. 2w stays.
    if (unit.name == "y" || (unit.name == "w" && rest % unit.milliseconds != 0)) continue;
    if (rest < unit.milliseconds) continue;
    text += fmt::format("{}{}", rest / unit.milliseconds, unit.name);
    rest %= unit.milliseconds;
  }
  return text;
}

std::string FormatTimestamp(Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

std::string FormatSecond(Timestamp time) {
  std::string text = FormatTimestamp(time);
  return text.erase(text.rfind('.')) + "Z";
}

Result<Timestamp> ParseTimestamp(std::string_view text) {
  TimeText rest{text};
  const int year = rest.Digits(4), month = rest.After('-', 2), day = rest.After('-', 2);
  const int hour = rest.After('T', 2), minute = rest.After(':', 2), second = rest.After(':', 2);
  const Duration fraction = rest.Fraction();
  const std::chrono::minutes offset = rest.Offset();
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (rest.bad || !rest.text.empty() || !date.ok() || hour > 23 || minute > 59 || second > 59)
    return Fail(
        Code::kInvalidArgument,
        fmt::format("want a time such as 2026-11-24T06:00:00Z or 2026-11-24T07:00:00+01:00; found \"{}\"", text));
  return Timestamp(std::chrono::sys_days(date)) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + fraction - offset;
}

Timestamp AlignDown(Timestamp time, Duration interval) {
  const std::int64_t since = time.time_since_epoch().count();
  std::int64_t rest = since % interval.count();
  if (rest < 0) rest += interval.count();
  return Timestamp(Duration(since - rest));
}

double ToSeconds(Timestamp time) { return static_cast<double>(time.time_since_epoch().count()) / 1000.0; }
double ToSeconds(Duration duration) { return static_cast<double>(duration.count()) / 1000.0; }
Timestamp FromSeconds(double seconds) {
  return Timestamp(Duration(static_cast<std::int64_t>(std::llround(seconds * 1000.0))));
}

}  // namespace loadline
