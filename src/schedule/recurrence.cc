#include "schedule/recurrence.h"

#include <fmt/format.h>
#include <libical/ical.h>

#include <memory>

#include "base/text.h"
#include "schedule/icalendar_time.h"

namespace loadline {
namespace {

tl::unexpected<Error> Refuse(std::string_view rule, std::string_view want) {
  return Fail(Code::kInvalidArgument, fmt::format("RRULE: want {}; found \"{}\"", want, OneLine(rule, 100)));
}

std::optional<LocalMinute> FromICal(const icaltimetype& time) {
  return MinuteOf({time.year, time.month, time.day, time.hour, time.minute, time.is_date != 0});
}

// Without a zone: libical shall not look for one.
icaltimetype ToICal(LocalMinute minute, bool date_only) {
  const TimeParts parts = PartsOf(minute, date_only);
  icaltimetype time = icaltime_null_time();
  time.year = parts.year;
  time.month = parts.month;
  time.day = parts.day;
  time.hour = parts.hour;
  time.minute = parts.minute;
  time.is_date = date_only ? 1 : 0;
  return time;
}

}  // namespace

Result<std::optional<WrittenTime>> UntilOf(const std::string& rule) {
  // Before libical reads it: what it keeps of RSCALE is the caller's to free.
  if (rule.find("RSCALE") != std::string::npos) return Refuse(rule, "a rule without RSCALE");
  const icalrecurrencetype read = icalrecurrencetype_from_string(rule.c_str());
  if (read.freq != ICAL_DAILY_RECURRENCE && read.freq != ICAL_WEEKLY_RECURRENCE &&
      read.freq != ICAL_MONTHLY_RECURRENCE && read.freq != ICAL_YEARLY_RECURRENCE) {
    return Refuse(rule, "FREQ of DAILY, WEEKLY, MONTHLY or YEARLY");
  }
  if (icaltime_is_null_time(read.until) != 0) return std::optional<WrittenTime>();
  const auto at = FromICal(read.until);
  if (!at) return Refuse(rule, "an UNTIL that there is");
  const bool date_only = read.until.is_date != 0;
  return WrittenTime{*at, date_only, !date_only && icaltime_is_utc(read.until) != 0, ""};
}

Status VisitOccurrences(const Recurrence& recurrence, const std::function<Status(LocalMinute)>& visit) {
  icalrecurrencetype rule = icalrecurrencetype_from_string(recurrence.rule.c_str());
  if (recurrence.until) rule.until = ToICal(*recurrence.until, recurrence.date_only);
  const bool ends = rule.count > 0 || recurrence.until;
  if (Status status = visit(recurrence.start); !status) return status;

  const std::unique_ptr<icalrecur_iterator, void (*)(icalrecur_iterator*)> iterator(
      icalrecur_iterator_new(rule, ToICal(recurrence.start, recurrence.date_only)), icalrecur_iterator_free);
  bool comes = false;
  while (iterator) {
    const icaltimetype next = icalrecur_iterator_next(iterator.get());
    const auto at = icaltime_is_null_time(next) != 0 ? std::nullopt : FromICal(next);
    if (!at) break;
    if (*at > recurrence.last) return {};
    comes = true;
    if (*at == recurrence.start) continue;
    if (Status status = visit(*at); !status) return status;
  }
  // A rule without an end goes on to `last`; one that did not has run dry.
  if (comes && ends) return {};
  return Refuse(recurrence.rule, "a rule that comes");
}

}  // namespace loadline
