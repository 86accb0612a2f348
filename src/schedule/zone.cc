#include "schedule/zone.h"

#include <cctz/civil_time.h>
#include <cctz/time_zone.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "schedule/date.h"
#include "schedule/zone_names.h"

namespace loadline {

struct TimeZone::Rules {
  std::string name;
  cctz::time_zone zone;
};

namespace {

using std::chrono::floor;
using std::chrono::minutes;
using std::chrono::seconds;

// cctz opens what it is given as a file: a path, "../x" and "localtime" must not reach it, and "right/..." counts leap
// seconds, which no other clock here does.
bool MayNameAZone(std::string_view name) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
  return !name.empty() && name.size() <= 64 && name.find_first_not_of(kLetters) == std::string_view::npos &&
         name.front() != '/' && name != "localtime" && !name.starts_with("right/") && !name.starts_with("posix/");
}

tl::unexpected<Error> NoSuchZone(std::string_view name) {
  std::string hint = "names look like Europe/Berlin or UTC";
  if (IsKnownZone(name)) {
    hint = "the name is right: is the package tzdata installed?";
  } else if (const auto meant = ZoneMeantBy(name)) {
    hint = fmt::format("did you mean {}?", *meant);
  }
  return Fail(Code::kInvalidArgument,
              fmt::format("want a time zone of the IANA database; found \"{}\" ({})", OneLine(name, 64), hint));
}

cctz::civil_second ToCivil(LocalMinute minute) {
  const auto day = floor<std::chrono::days>(minute);
  const std::chrono::year_month_day date(day);
  return cctz::civil_second(static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
                            static_cast<int>(static_cast<unsigned>(date.day())), 0, (minute - day).count());
}

}  // namespace

Result<LocalMinute> ParseLocalMinute(std::string_view text) {
  auto digits = [&](std::size_t at) {
    const bool both = text[at] >= '0' && text[at] <= '9' && text[at + 1] >= '0' && text[at + 1] <= '9';
    return both ? (text[at] - '0') * 10 + (text[at + 1] - '0') : 99;
  };
  constexpr std::string_view kForm = "2026-11-27T06:00";
  if (text.size() >= kForm.size() && text[10] == 'T' && text[13] == ':') {
    const Result<Date> date = ParseDate(text.substr(0, 10));
    const int hour = digits(11);
    const int minute = digits(14);
    if (date && hour < 24 && minute < 60 && text.size() == kForm.size()) {
      return std::chrono::local_days(*date) + std::chrono::hours(hour) + minutes(minute);
    }
  }
  const bool longer = text.size() > kForm.size() && text[10] == 'T';
  return Fail(Code::kInvalidArgument,
              fmt::format("want a local date and time such as {}; found \"{}\"{}", kForm, OneLine(text, 40),
                          longer ? " (without seconds and without a zone: that is the schedule's)" : ""));
}

std::string FormatLocalMinute(LocalMinute minute) {
  const auto day = floor<std::chrono::days>(minute);
  const auto of_day = (minute - day).count();
  return fmt::format("{}T{:02}:{:02}", FormatDate(Date(day)), of_day / 60, of_day % 60);
}

Result<TimeZone> TimeZone::Load(std::string_view name) {
  if (name == "UTC" || name == "Etc/UTC") return TimeZone();
  if (!MayNameAZone(name)) return NoSuchZone(name);
  Rules rules{std::string(name), {}};
  if (!cctz::load_time_zone(rules.name, &rules.zone)) return NoSuchZone(name);
  return TimeZone(std::make_shared<const Rules>(std::move(rules)));
}

const std::string& TimeZone::name() const {
  static const std::string kUtc = "UTC";
  return rules_ ? rules_->name : kUtc;
}

LocalMinute TimeZone::ToLocal(Timestamp time) const {
  const auto whole = floor<seconds>(time);
  const seconds offset = rules_ ? seconds(rules_->zone.lookup(whole).offset) : seconds(0);
  return floor<minutes>(std::chrono::local_seconds(whole.time_since_epoch() + offset));
}

Timestamp TimeZone::ToTime(LocalMinute minute) const {
  if (!rules_) return Timestamp(minute.time_since_epoch());
  const auto found = rules_->zone.lookup(ToCivil(minute));
  // Of a unique minute all three are the same.
  return found.kind == cctz::time_zone::civil_lookup::SKIPPED ? found.trans : found.pre;
}

// Of a clock that was set back, the minutes that it shows again have come. `next`, if it is one, is followed by others
// up to what the clock showed when it was set back: trans - pre later.
LocalMinute TimeZone::FirstAfter(Timestamp time) const {
  const LocalMinute next = ToLocal(time) + minutes(1);
  if (!rules_) return next;
  const auto found = rules_->zone.lookup(ToCivil(next));
  if (found.kind != cctz::time_zone::civil_lookup::REPEATED || Timestamp(found.pre) > time) return next;
  return next + std::chrono::ceil<minutes>(found.trans - found.pre);
}

}  // namespace loadline
