// Every field of a schedule and of a Calendar document, declared once; see scaling/policy_fields.h. The rules between
// fields stand in schedule_check.h.
#ifndef LOADLINE_SCALING_SCHEDULE_FIELDS_H_
#define LOADLINE_SCALING_SCHEDULE_FIELDS_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "document/fields.h"
#include "schedule/schedule.h"

namespace loadline {

// What stands below `spec` of a Calendar document: one of the two.
struct CalendarSpec {
  static constexpr std::string_view kKind = "Calendar";

  std::vector<DateRange> dates;
  std::optional<std::string> ical;  // an iCalendar text
};

// Values of one form in the document and another in the structs.
struct LocalDateTime {
  LocalMinute minute;
};
struct CalendarNames {  // a name or a list of names
  std::vector<std::string> names;
};

// Values with a syntax of their own; see schedule_yaml.cc.
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, TimeZone& value);
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, Cron& value);
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, DateRange& value);
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, LocalDateTime& value);
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, CalendarNames& value);

// What the reference calls them (document/field_list.h).
inline std::string TypeName(const TimeZone*) { return "IANA time zone"; }
inline std::string TypeName(const Cron*) { return "cron expression"; }
inline std::string TypeName(const DateRange*) { return "date or date..date"; }
inline std::string TypeName(const LocalDateTime*) { return "local date and time"; }
inline std::string TypeName(const CalendarNames*) { return "name or list of names"; }

namespace internal {

// When a window is open.
template <class Visitor>
void DescribeTimes(Visitor& visit, ScheduleWindow& window) {
  visit({.name = "start",
         .help = "When it opens, again and again: five-field cron, or @hourly, @daily, @weekly, @monthly, @yearly.",
         .example = "\"0 8 * * MON-FRI\""},
        window.start);
  visit({.name = "end", .help = "When it closes. A start at the same minute wins.", .example = "\"0 18 * * MON-FRI\""},
        window.end);
  visit({.name = "duration",
         .help = "Instead of end: how long it is open, in time that passes. Occurrences that touch are one.",
         .unit = "duration",
         .example = "3h",
         .above = 0,
         .at_most = 366 * 24 * 3600},
        window.duration);
  auto visit_local = [&](const Field& field, std::optional<LocalMinute>& minute) {
    std::optional<LocalDateTime> local;
    if (minute) local = LocalDateTime{*minute};
    visit(field, local);
    if (local) minute = local->minute;
  };
  visit_local({.name = "from",
               .help = "When it opens, once, as the clocks of the time zone show it.",
               .example = "2026-11-27T06:00"},
              window.from);
  visit_local({.name = "to", .help = "When it closes, with from.", .example = "2026-11-28T02:00"}, window.to);
}

// How its values come and go.
template <class Visitor>
void DescribeRamps(Visitor& visit, ScheduleWindow& window) {
  std::optional<Duration> both;
  visit({.name = "ramp", .help = "Both rampIn and rampOut.", .unit = "duration", .example = "10m", .above = 0}, both);
  if (both) window.ramp_in = window.ramp_out = *both;
  visit({.name = "rampIn",
         .help = "How long after opening it takes to reach the values: replicas and min climb from 0, factor goes from "
                 "1; max is not ramped.",
         .unit = "duration",
         .example = "10m",
         .at_least = 0},
        window.ramp_in);
  visit({.name = "rampOut",
         .help = "How long before closing it begins to let go of them likewise.",
         .unit = "duration",
         .example = "10m",
         .at_least = 0},
        window.ramp_out);
}

}  // namespace internal

template <class Visitor>
void DescribeFields(Visitor& visit, ScheduleWindow& window) {
  visit({.name = "name",
         .help = "How reasons name the window.",
         .example = "office",
         .pattern = "[a-z0-9-]{1,63}",
         .pattern_help = "1 to 63 of a-z, 0-9 and -"},
        window.name);
  internal::DescribeTimes(visit, window);
  auto visit_count = [&](std::string_view name, std::string_view help, std::optional<double>& value) {
    visit({.name = name, .help = help, .unit = "replicas", .example = "6", .at_least = 0, .at_most = 100'000}, value);
  };
  visit_count("replicas", "How many are wanted. Of several open windows the highest counts.", window.replicas);
  visit_count("min", "Not fewer than this. Of several open windows the highest counts.", window.min);
  visit_count("max", "Not more than this. Of several open windows the lowest counts.", window.max);
  visit({.name = "factor",
         .help = "Times the demand of the other signals. Of several open windows the highest counts.",
         .example = "1.5",
         .above = 0,
         .at_most = 100},
        window.factor);
  internal::DescribeRamps(visit, window);
}

template <class Visitor>
void DescribeFields(Visitor& visit, ScheduleExceptions& except) {
  visit({.name = "dates",
         .help = "Local dates on which no start counts. What started the day before runs to its end.",
         .example = "[2026-12-24..2026-12-26]"},
        except.dates);
  except.dates = MergeRanges(std::move(except.dates));
  CalendarNames names{std::move(except.calendars)};
  visit(
      {.name = "calendar",
       .help = "Likewise the dates of these Calendar documents. One that is not known excepts nothing, and the reason "
               "says so.",
       .example = "holidays-de"},
      names);
  except.calendars = std::move(names.names);
}

template <class Visitor>
void DescribeFields(Visitor& visit, Schedule& schedule) {
  visit({.name = "timezone",
         .help = "Whose clocks count. A time that they jump over comes at the jump, one that comes twice comes once. "
                 "Default: UTC.",
         .example = "Europe/Berlin"},
        schedule.zone);
  visit({.name = "windows",
         .help = "Times, and what is wanted then.",
         .example = "[ { start: \"0 8 * * MON-FRI\", end: \"0 18 * * MON-FRI\", replicas: 6 } ]",
         .required = true},
        schedule.windows);
  visit({.name = "except",
         .help = "Dates on which windows of start do not open.",
         .example = "{ dates: [2026-12-24..2026-12-26], calendar: holidays-de }"},
        schedule.except);
}

template <class Visitor>
void DescribeFields(Visitor& visit, CalendarSpec& calendar) {
  visit({.name = "dates", .help = "The dates themselves.", .example = "[2026-05-01, 2026-12-24..2026-12-26]"},
        calendar.dates);
  visit({.name = "ical",
         .help = "Instead of dates: an iCalendar text (.ics). Its events' dates of the years 1970 to 2100 count.",
         .example = "\"BEGIN:VCALENDAR...\""},
        calendar.ical);
}

}  // namespace loadline

#endif  // LOADLINE_SCALING_SCHEDULE_FIELDS_H_
