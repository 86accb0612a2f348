#include "schedule/cron.h"

#include <bit>

#include "base/text.h"

namespace loadline {
namespace {

using std::chrono::local_days;
using std::chrono::minutes;
using std::chrono::months;
using std::chrono::year_month;

// 29 February may be eight years away, as from 2096 to 2104. So many months lie between, the first included.
constexpr int kMonths = 8 * 12 + 1;

// std::chrono counts years in 16 bits, and a time of 64 may be anything.
bool InReach(LocalMinute minute) {
  return minute >= local_days(std::chrono::year(1900) / 1 / 1) && minute < local_days(std::chrono::year(9999) / 1 / 1);
}

// The lowest and the highest set bit. REQUIRES: there is one.
int Lowest(std::uint64_t bits) { return std::countr_zero(bits); }
int Highest(std::uint64_t bits) { return 63 - std::countl_zero(bits); }

// The bits from n on, and those up to n.
std::uint64_t From(std::uint64_t bits, int n) { return bits & ~0ULL << n; }
std::uint64_t UpTo(std::uint64_t bits, int n) { return bits & ((2ULL << n) - 1); }

// The first minute of a day, counted from midnight, from `from` on; and the last one up to `to`.
std::optional<minutes> FirstOfDay(const CronFields& fields, int from) {
  const int hour = from / 60;
  if ((fields.hours >> hour & 1) != 0) {
    if (const std::uint64_t rest = From(fields.minutes, from % 60)) return minutes(hour * 60 + Lowest(rest));
  }
  const std::uint64_t later = From(fields.hours, hour + 1);
  if (later == 0) return std::nullopt;
  return minutes(Lowest(later) * 60 + Lowest(fields.minutes));
}

std::optional<minutes> LastOfDay(const CronFields& fields, int to) {
  const int hour = to / 60;
  if ((fields.hours >> hour & 1) != 0) {
    if (const std::uint64_t rest = UpTo(fields.minutes, to % 60)) return minutes(hour * 60 + Highest(rest));
  }
  const std::uint64_t earlier = hour == 0 ? 0 : UpTo(fields.hours, hour - 1);
  if (earlier == 0) return std::nullopt;
  return minutes(Highest(earlier) * 60 + Highest(fields.minutes));
}

LocalMinute DayOf(year_month month, int day) {
  return local_days(month / std::chrono::day(static_cast<unsigned>(day)));
}

// A search from within may end beyond, where no search begins: it would find what does not lead back.
std::optional<LocalMinute> WithinReach(LocalMinute minute) {
  return InReach(minute) ? std::optional(minute) : std::nullopt;
}

}  // namespace

Result<Cron> Cron::Parse(std::string_view text) {
  Result<CronFields> fields = ParseCronFields(text);
  if (!fields) return Fail(fields.error());
  Cron cron;
  cron.text_ = OneLine(text, 200);
  cron.fields_ = *fields;
  return cron;
}

std::optional<LocalMinute> Cron::FirstFrom(LocalMinute from) const {
  if (!InReach(from)) return std::nullopt;
  const local_days today = std::chrono::floor<std::chrono::days>(from);
  const std::chrono::year_month_day date(today);
  const int day = static_cast<int>(static_cast<unsigned>(date.day()));
  year_month month = date.year() / date.month();
  std::uint64_t days = From(DaysIn(fields_, month), day);
  if ((days >> day & 1) != 0) {
    if (const auto of_day = FirstOfDay(fields_, static_cast<int>((from - today).count()))) return today + *of_day;
    days = From(days, day + 1);
  }
  for (int i = 0; days == 0; ++i) {
    if (i == kMonths) return std::nullopt;
    month += months(1);
    days = DaysIn(fields_, month);
  }
  return WithinReach(DayOf(month, Lowest(days)) + *FirstOfDay(fields_, 0));
}

std::optional<LocalMinute> Cron::LastUpTo(LocalMinute to) const {
  if (!InReach(to)) return std::nullopt;
  const local_days today = std::chrono::floor<std::chrono::days>(to);
  const std::chrono::year_month_day date(today);
  const int day = static_cast<int>(static_cast<unsigned>(date.day()));
  year_month month = date.year() / date.month();
  std::uint64_t days = UpTo(DaysIn(fields_, month), day);
  if ((days >> day & 1) != 0) {
    if (const auto of_day = LastOfDay(fields_, static_cast<int>((to - today).count()))) return today + *of_day;
    days = UpTo(days, day - 1);
  }
  for (int i = 0; days == 0; ++i) {
    if (i == kMonths) return std::nullopt;
    month -= months(1);
    days = DaysIn(fields_, month);
  }
  return WithinReach(DayOf(month, Highest(days)) + *LastOfDay(fields_, 24 * 60 - 1));
}

// Local minutes come in order (zone.h), so the first one among those that are still to come is the next.
std::optional<Timestamp> Cron::Next(Timestamp after, const TimeZone& zone) const {
  const auto minute = FirstFrom(zone.FirstAfter(after));
  if (!minute) return std::nullopt;
  return zone.ToTime(*minute);
}

std::optional<Timestamp> Cron::Latest(Timestamp at, const TimeZone& zone) const {
  const auto minute = LastUpTo(zone.FirstAfter(at) - minutes(1));
  if (!minute) return std::nullopt;
  return zone.ToTime(*minute);
}

}  // namespace loadline
