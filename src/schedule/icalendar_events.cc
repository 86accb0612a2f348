#include "schedule/icalendar_events.h"

#include <fmt/format.h>
#include <libical/ical.h>

#include <array>
#include <memory>

#include "base/text.h"
#include "schedule/date.h"
#include "schedule/icalendar_time.h"

namespace loadline {
namespace {

using std::chrono::days;
using std::chrono::minutes;

tl::unexpected<Error> Refuse(std::string message) { return Fail(Code::kInvalidArgument, std::move(message)); }

// libical's own iteration is a cursor within the part: asking it anything else meanwhile would move it.
std::vector<icalproperty*> PropertiesOf(icalcomponent* part, icalproperty_kind kind) {
  std::vector<icalproperty*> all;
  for (icalproperty* property = icalcomponent_get_first_property(part, kind); property != nullptr;
       property = icalcomponent_get_next_property(part, kind)) {
    all.push_back(property);
  }
  return all;
}

std::string ValueOf(icalproperty* property) {
  const char* text = property != nullptr ? icalproperty_get_value_as_string(property) : nullptr;
  return text != nullptr ? text : "";
}

std::string TextOf(icalcomponent* part, icalproperty_kind kind) {
  return ValueOf(icalcomponent_get_first_property(part, kind));
}

std::string ZoneIdOf(icalproperty* property) {
  icalparameter* parameter = icalproperty_get_first_parameter(property, ICAL_TZID_PARAMETER);
  const char* zone = parameter != nullptr ? icalparameter_get_tzid(parameter) : nullptr;
  return zone != nullptr ? zone : "";
}

// libical keeps values in a union, and lets VALUE=... change their kind: so the kind is looked at first.
icalvalue_kind KindOf(icalproperty* property) {
  const icalvalue* value = icalproperty_get_value(property);
  return value != nullptr ? icalvalue_isa(value) : ICAL_NO_VALUE;
}

icaltimetype TimeOf(icalproperty* property) {
  const icalvalue* value = icalproperty_get_value(property);
  switch (KindOf(property)) {
    case ICAL_DATE_VALUE: return icalvalue_get_date(value);
    case ICAL_DATETIME_VALUE: return icalvalue_get_datetime(value);
    case ICAL_PERIOD_VALUE: return icalvalue_get_period(value).start;
    case ICAL_DATETIMEPERIOD_VALUE: {
      const icaldatetimeperiodtype either = icalvalue_get_datetimeperiod(value);
      return icaltime_is_null_time(either.time) != 0 ? either.period.start : either.time;
    }
    default: return icaltime_null_time();
  }
}

Result<WrittenTime> ReadTime(icalproperty* property, std::string_view name) {
  const icaltimetype time = TimeOf(property);
  const auto at = MinuteOf({time.year, time.month, time.day, time.hour, time.minute, time.is_date != 0});
  if (!at) {
    return Refuse(
        fmt::format("{}: want a day and a time that there are; found \"{}\"", name, OneLine(ValueOf(property), 40)));
  }
  const bool date_only = time.is_date != 0;
  return WrittenTime{*at, date_only, !date_only && icaltime_is_utc(time) != 0, ZoneIdOf(property)};
}

Status ReadTimes(icalcomponent* part, icalproperty_kind kind, std::string_view name, std::vector<WrittenTime>& times) {
  for (icalproperty* property : PropertiesOf(part, kind)) {
    const Result<WrittenTime> time = ReadTime(property, name);
    if (!time) return Fail(time.error());
    times.push_back(*time);
  }
  return {};
}

Result<minutes> ReadDuration(icalproperty* property) {
  if (KindOf(property) != ICAL_DURATION_VALUE) return Refuse("DURATION: want a duration");
  const icaldurationtype length = icalvalue_get_duration(icalproperty_get_value(property));
  if (length.is_neg != 0) return Refuse("DURATION: want one that goes forward");
  return days(7LL * length.weeks + length.days) + std::chrono::hours(length.hours) + minutes(length.minutes) +
         std::chrono::ceil<minutes>(std::chrono::seconds(length.seconds));
}

// libical puts a remark in the place of what it cannot read. Of a summary that does not matter, of a date it does.
Status CheckReadable(icalcomponent* part) {
  constexpr std::array<std::string_view, 7> kNames = {"DTSTART", "DTEND",  "DURATION",     "RRULE",
                                                      "RDATE",   "EXDATE", "RECURRENCE-ID"};
  if (icalcomponent_get_first_property(part, ICAL_EXRULE_PROPERTY) != nullptr) {
    return Refuse("EXRULE: is not supported (RFC 5545 has withdrawn it; EXDATE excludes dates)");
  }
  for (icalproperty* remark : PropertiesOf(part, ICAL_XLICERROR_PROPERTY)) {
    const char* value = icalproperty_get_xlicerror(remark);
    const std::string text = value != nullptr ? value : "";
    for (const std::string_view name : kNames) {
      if (text.find(fmt::format("{} property", name)) != std::string::npos ||
          text.find(fmt::format("property {}", name)) != std::string::npos) {
        return Refuse(fmt::format("{}: cannot be read; libical says \"{}\"", name, OneLine(text, 120)));
      }
    }
  }
  return {};
}

Status ReadTimesOf(icalcomponent* part, CalendarEvent& event) {
  icalproperty* start = icalcomponent_get_first_property(part, ICAL_DTSTART_PROPERTY);
  if (start == nullptr) return Refuse("DTSTART: is required; found none");
  const Result<WrittenTime> from = ReadTime(start, "DTSTART");
  if (!from) return Fail(from.error());
  event.start = *from;
  if (icalproperty* end = icalcomponent_get_first_property(part, ICAL_DTEND_PROPERTY)) {
    const Result<WrittenTime> to = ReadTime(end, "DTEND");
    if (!to) return Fail(to.error());
    event.end = *to;
  } else if (icalproperty* duration = icalcomponent_get_first_property(part, ICAL_DURATION_PROPERTY)) {
    const Result<minutes> length = ReadDuration(duration);
    if (!length) return Fail(length.error());
    event.duration = *length;
  }
  if (icalproperty* instead = icalcomponent_get_first_property(part, ICAL_RECURRENCEID_PROPERTY)) {
    if (icalproperty_get_first_parameter(instead, ICAL_RANGE_PARAMETER) != nullptr) {
      return Refuse("RECURRENCE-ID: RANGE is not supported");
    }
    const Result<WrittenTime> of = ReadTime(instead, "RECURRENCE-ID");
    if (!of) return Fail(of.error());
    event.stands_for = *of;
  }
  return {};
}

std::string LabelOf(icalcomponent* part) {
  std::string name = TextOf(part, ICAL_SUMMARY_PROPERTY);
  if (name.empty()) name = TextOf(part, ICAL_UID_PROPERTY);
  return name.empty() ? "an event" : fmt::format("event \"{}\"", OneLine(name, 60));
}

Status ReadInto(icalcomponent* part, CalendarEvent& event) {
  event.uid = TextOf(part, ICAL_UID_PROPERTY);
  event.cancelled = TextOf(part, ICAL_STATUS_PROPERTY) == "CANCELLED";
  if (Status status = CheckReadable(part); !status) return status;
  if (Status status = ReadTimesOf(part, event); !status) return status;
  for (icalproperty* rule : PropertiesOf(part, ICAL_RRULE_PROPERTY)) {
    if (KindOf(rule) != ICAL_RECUR_VALUE) return Refuse("RRULE: want a rule such as FREQ=YEARLY");
    event.rules.push_back(ValueOf(rule));
  }
  if (Status status = ReadTimes(part, ICAL_RDATE_PROPERTY, "RDATE", event.also); !status) return status;
  return ReadTimes(part, ICAL_EXDATE_PROPERTY, "EXDATE", event.except);
}

}  // namespace

Result<CalendarEvent> ReadEvent(const std::string& text) {
  icalerror_set_errors_are_fatal(0);  // the default of Debian's build; else what it cannot read would abort
  const std::unique_ptr<icalcomponent, void (*)(icalcomponent*)> part(icalparser_parse_string(text.c_str()),
                                                                      icalcomponent_free);
  if (!part || icalcomponent_isa(part.get()) != ICAL_VEVENT_COMPONENT) return Refuse("an event: cannot be read");
  CalendarEvent event;
  event.label = LabelOf(part.get());
  if (Status status = ReadInto(part.get(), event); !status) return Refuse(event.label + ": " + status.error().message);
  return event;
}

}  // namespace loadline
