#include <algorithm>
#include <catch2/catch.hpp>

#include "document/field_list.h"
#include "scaling/schedule_check.h"
#include "scaling/schedule_fields.h"

namespace loadline {
namespace {

using namespace std::chrono_literals;

struct Read {
  Schedule schedule;
  std::vector<std::string> problems;
};

Read ReadSchedule(const std::string& text) {
  const ParsedDocument document = ParseDocument({text, 1});
  Read read;
  Problems problems = document.problems;
  ReadFields(document.root, "schedule", problems, read.schedule);
  CheckSchedule(read.schedule, document.root, "schedule", problems);
  std::stable_sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) { return a.at < b.at; });
  for (const Problem& problem : problems) read.problems.push_back(FormatProblem("s", problem));
  return read;
}

// The problems of a schedule of one window.
std::vector<std::string> ProblemsOf(const std::string& window) {
  return ReadSchedule("windows: [ { " + window + " } ]").problems;
}
using List = std::vector<std::string>;

TEST_CASE("A whole schedule is read as it stands") {
  const auto [schedule, problems] = ReadSchedule(R"(timezone: Europe/Berlin
windows:
  - { name: office, start: "0 8 * * MON-FRI", end: "0 18 * * MON-FRI", replicas: 6, ramp: 10m }
  - { start: "0 22 * * *", duration: 3h, max: 2 }
  - { from: 2026-11-27T06:00, to: 2026-11-28T02:00, min: 25, max: 40, rampIn: 1h }
  - { start: "@daily", duration: 1h, factor: 1.5, rampOut: 5m }
except: { dates: [2026-12-26, 2026-12-24..2026-12-25], calendar: holidays-de }
)");
  CHECK(problems.empty());
  CHECK(schedule.zone.name() == "Europe/Berlin");
  REQUIRE(schedule.windows.size() == 4);
  const ScheduleWindow& office = schedule.windows[0];
  CHECK(office.name == "office");
  CHECK(office.start == Cron::Parse("0 8 * * 1-5").value());
  CHECK(office.end == Cron::Parse("0 18 * * 1-5").value());
  CHECK_FALSE(office.duration.has_value());
  CHECK(office.replicas == 6);
  CHECK(office.ramp_in == 10min);
  CHECK(office.ramp_out == 10min);
  CHECK(schedule.windows[1].duration == Duration(3h));
  CHECK(schedule.windows[1].max == 2);
  CHECK(schedule.windows[2].from == ParseLocalMinute("2026-11-27T06:00").value());
  CHECK(schedule.windows[2].to == ParseLocalMinute("2026-11-28T02:00").value());
  CHECK(schedule.windows[2].min == 25);
  CHECK(schedule.windows[2].ramp_in == 1h);
  CHECK(schedule.windows[2].ramp_out == 0h);
  CHECK(schedule.windows[3].factor == 1.5);
  CHECK(schedule.windows[3].ramp_out == 5min);
  CHECK(schedule.except.dates == std::vector{ParseDateRange("2026-12-24..2026-12-26").value()});
  CHECK(schedule.except.calendars == List{"holidays-de"});
}

TEST_CASE("What is not written is UTC, without exceptions and ramps") {
  const auto [schedule, problems] = ReadSchedule("windows: [ { start: '@daily', duration: 1h, min: 1 } ]");
  CHECK(problems.empty());
  CHECK(schedule.zone == TimeZone());
  CHECK(schedule.except.dates.empty());
  CHECK(schedule.windows[0].ramp_in == 0h);
  CHECK(ReadSchedule("windows: [ { start: '@daily', duration: 1h, min: 1 } ]\nexcept: { calendar: [a, b] }")
            .schedule.except.calendars == List{"a", "b"});
}

TEST_CASE("Each rule has its message") {
  const auto [window, message] = GENERATE(table<std::string, std::string>({
      {"min: 1",
       "s:1:12: schedule.windows[0]: a window has start with end or duration, or from with to; found none of them "
       "(such as start: \"0 8 * * MON-FRI\", duration: 9h)"},
      {"start: '@daily', end: '0 8 * * *', from: 2026-11-27T06:00, to: 2026-11-28T06:00, min: 1",
       "s:1:12: schedule.windows[0]: a window has start with end or duration, or from with to; found both (such as "
       "start: \"0 8 * * MON-FRI\", duration: 9h)"},
      {"start: '@daily', min: 1",
       "s:1:21: schedule.windows[0].start: wants an end or a duration; found neither (such as duration: 9h)"},
      {"end: '@daily', min: 1", "s:1:12: schedule.windows[0].start: is required with end; found nothing"},
      {"duration: 3h, min: 1", "s:1:12: schedule.windows[0].start: is required with duration; found nothing"},
      {"start: '@daily', end: '0 8 * * *', duration: 3h, min: 1",
       "s:1:59: schedule.windows[0].duration: stands instead of end; found both (leave out one)"},
      {"from: 2026-11-27T06:00, min: 1", "s:1:12: schedule.windows[0].to: is required with from; found nothing"},
      {"to: 2026-11-27T06:00, min: 1", "s:1:12: schedule.windows[0].from: is required with to; found nothing"},
      {"from: 2026-11-27T06:00, to: 2026-11-27T06:00, min: 1",
       "s:1:42: schedule.windows[0].to: want a time after from; found 2026-11-27T06:00"},
      {"start: '@daily', duration: 1h",
       "s:1:12: schedule.windows[0]: a window says at least one of replicas, min, max and factor; found none of them "
       "(such as min: 6)"},
      {"start: '@daily', duration: 1h, replicas: 6, min: 1",
       "s:1:55: schedule.windows[0].replicas: stands without min and max; found min (min: 6 keeps at least 6, "
       "replicas: "
       "6 asks for 6 beside the other signals)"},
      {"start: '@daily', duration: 1h, min: 4, max: 3",
       "s:1:50: schedule.windows[0].min: want at most max, which is 3; found 4"},
      {"start: '@daily', duration: 1h, factor: 0",
       "s:1:53: schedule.windows[0].factor: want a number above 0, at most 100; found \"0\""},
      {"start: '@daily', duration: 1h, factor: 101",
       "s:1:53: schedule.windows[0].factor: want a number above 0, at most 100; found \"101\""},
      {"start: '@daily', duration: 1h, min: -1",
       "s:1:50: schedule.windows[0].min: want a number from 0 to 100000; found \"-1\""},
      {"start: '@daily', duration: 1h, min: 1, ramp: 2h",
       "s:1:59: schedule.windows[0].ramp: want at most the window's length, which is 1h; found 2h"},
      {"from: 2026-11-27T06:00, to: 2026-11-27T07:00, min: 1, rampOut: 61m",
       "s:1:77: schedule.windows[0].rampOut: want at most the window's length, which is 1h; found 1h1m"},
      {"start: '@daily', duration: 1h, min: 1, ramp: 5m, rampIn: 1m",
       "s:1:59: schedule.windows[0].ramp: stands for rampIn and rampOut; found rampIn beside it"},
      {"start: '0 25 * * *', duration: 1h, min: 1",
       "s:1:21: schedule.windows[0].start: hour: want 0 to 23; found \"25\""},
      {"start: [8], duration: 1h, min: 1",
       "s:1:21: schedule.windows[0].start: want a cron expression such as \"0 8 * * MON-FRI\"; found a list"},
      {"from: 2026-11-27, to: 2026-11-28T06:00, min: 1",
       "s:1:20: schedule.windows[0].from: want a local date and time such as 2026-11-27T06:00; found \"2026-11-27\""},
      {"start: '@daily', duration: 0s, min: 1",
       "s:1:41: schedule.windows[0].duration: want a duration above 0s, at most 366d; found \"0s\" (durations look "
       "like "
       "90s, 5m or 1h30m)"},
      {"start: '@daily', end: '@midnight', min: 1",
       "s:1:36: warning: schedule.windows[0].end: a window that ends when it starts is always open; found "
       "\"@midnight\" (for at all times write spec.replicas.min)"},
      {"start: '@daily', duration: 1h, min: 1, name: Office",
       "s:1:59: schedule.windows[0].name: want 1 to 63 of a-z, 0-9 and -; found \"Office\""},
      {"start: '@daily', duration: 1h, mins: 1, max: 2",
       "s:1:45: schedule.windows[0].mins: no such field (did you mean min?)"},
  }));
  CAPTURE(window);
  CHECK(ProblemsOf(window) == List{message});
}

TEST_CASE("All problems are reported at once, each once") {
  const auto [schedule, problems] = ReadSchedule(R"(timezone: Berlin
windows:
  - { name: a, start: "0 8 * * *", end: "0 18 * *", min: many, max: 0 }
  - { name: a, from: never, to: 2026-11-28T02:00, min: 4, max: lots, ramp: slow }
  - office
except: { dates: [2026-02-30], calendar: Holidays }
)");
  CHECK(
      problems ==
      List{"s:1:11: schedule.timezone: want a time zone of the IANA database; found \"Berlin\" (did you mean "
           "Europe/Berlin?)",
           "s:3:41: schedule.windows[0].end: want five fields: minute, hour, day of month, month, day of week; found "
           "4 in \"0 18 * *\"",
           "s:3:58: schedule.windows[0].min: want a number from 0 to 100000; found \"many\"",
           "s:4:13: schedule.windows[1].name: want a name that no other window has; found \"a\"",
           "s:4:22: schedule.windows[1].from: want a local date and time such as 2026-11-27T06:00; found \"never\"",
           "s:4:64: schedule.windows[1].max: want a number from 0 to 100000; found \"lots\"",
           "s:4:76: schedule.windows[1].ramp: want a duration above 0s; found \"slow\" (durations look like 90s, 5m or "
           "1h30m)",
           "s:5:5: schedule.windows[2]: want a map (name: value); found \"office\"",
           "s:6:19: schedule.except.dates[0]: want a day that there is; found \"2026-02-30\"",
           "s:6:42: schedule.except.calendar: want the name of a Calendar, 1 to 63 of a-z, 0-9 and -; found "
           "\"Holidays\""});
}

TEST_CASE("A schedule has windows, and not too many") {
  CHECK(ReadSchedule("timezone: UTC").problems == List{"s:1:1: schedule.windows: is required; found nothing (such as "
                                                       "windows: [ { start: \"0 8 * * MON-FRI\", end: \"0 18 * * "
                                                       "MON-FRI\", replicas: 6 } ])"});
  CHECK(ReadSchedule("windows: []").problems == List{"s:1:10: schedule.windows: want at least one window; found none"});
  std::string many = "windows:\n";
  for (int i = 0; i < 101; ++i) many += "  - { start: '@daily', duration: 1h, min: 1 }\n";
  CHECK(ReadSchedule(many).problems == List{"s:2:3: schedule.windows: want at most 100 windows; found 101"});
}

TEST_CASE("A Calendar document has dates or an iCalendar text") {
  auto read = [](const std::string& text) {
    const ParsedDocument document = ParseDocument({text, 1});
    Problems problems = document.problems;
    CalendarSpec spec;
    ReadFields(document.root, "spec", problems, spec);
    const Calendar calendar = MakeCalendar("c", spec, document.root, "spec", problems);
    std::string result;
    for (const DateRange& range : calendar.ranges) result += FormatDateRange(range) + " ";
    for (const Problem& problem : problems) result += FormatProblem("c", problem) + " ";
    return result;
  };
  CHECK(read("dates: [2026-05-01, 2026-12-25..2026-12-26, 2026-12-24]") == "2026-05-01 2026-12-24..2026-12-26 ");
  CHECK(read("ical: |\n  BEGIN:VCALENDAR\n  BEGIN:VEVENT\n  DTSTART;VALUE=DATE:20261224\n  END:VEVENT\n"
             "  END:VCALENDAR\n") == "2026-12-24 ");
  CHECK(read("ical: BEGIN:VCALENDAR") == "c:1:7: spec.ical: want END:VCALENDAR; found the end of the text ");
  CHECK(read("{}") == "c:1:1: spec: a calendar has dates or ical; found neither (such as dates: [2026-12-24]) ");
  CHECK(read("{ dates: [], ical: x }") ==
        "c:1:1: spec: a calendar has dates or ical; found both (such as dates: [2026-12-24]) ");
}

TEST_CASE("The fields are listed with their types") {
  std::vector<std::string> lines;
  for (const ListedField& each : ListFields<Schedule>()) lines.push_back(each.path + " " + each.type);
  CHECK(lines == List{"timezone IANA time zone", "windows list", "windows[].name text",
                      "windows[].start cron expression", "windows[].end cron expression", "windows[].duration duration",
                      "windows[].from local date and time", "windows[].to local date and time",
                      "windows[].replicas number", "windows[].min number", "windows[].max number",
                      "windows[].factor number", "windows[].ramp duration", "windows[].rampIn duration",
                      "windows[].rampOut duration", "except ", "except.dates list of date or date..date",
                      "except.calendar name or list of names"});
}

}  // namespace
}  // namespace loadline
