#include "schedule/icalendar.h"

#include <catch2/catch.hpp>

#include "reference.h"

namespace loadline {
namespace {

// A calendar of one event, whose properties stand in `lines`.
std::string Event(const std::string& lines) {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Day off\r\n" + lines +
         "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
}

// The dates of a text, "2026-12-24 2026-12-26..2026-12-27"; or what is wrong with it.
std::string Dates(const std::string& text, const ICalendarOptions& options = {}) {
  const Result<Calendar> calendar = ParseICalendar("c", text, options);
  if (!calendar) return calendar.error().message;
  std::string dates;
  for (const DateRange& range : calendar->ranges) dates += (dates.empty() ? "" : " ") + FormatDateRange(range);
  return dates;
}

ICalendarOptions Years2026And2027() {
  ICalendarOptions options;
  options.horizon = ParseDateRange("2026-01-01..2027-12-31").value();
  return options;
}

TEST_CASE("An event covers the dates that it touches") {
  const auto [lines, dates] = GENERATE(table<std::string, std::string>({
      // Whole days: the end is excluded.
      {"DTSTART;VALUE=DATE:20261224", "2026-12-24"},
      {"DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261225", "2026-12-24"},
      {"DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227", "2026-12-24..2026-12-26"},
      {"DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261224", "2026-12-24"},
      {"DTSTART;VALUE=DATE:20261224\nDURATION:P3D", "2026-12-24..2026-12-26"},
      {"DTSTART;VALUE=DATE:20261224\nDURATION:P1W", "2026-12-24..2026-12-30"},
      // Times: of each date a part.
      {"DTSTART:20261224T100000\nDTEND:20261224T120000", "2026-12-24"},
      {"DTSTART:20261224T220000\nDTEND:20261225T060000", "2026-12-24..2026-12-25"},
      {"DTSTART:20261224T220000\nDTEND:20261225T000000", "2026-12-24"},
      {"DTSTART:20261224T220000\nDURATION:PT8H", "2026-12-24..2026-12-25"},
      {"DTSTART:20261224T220000", "2026-12-24"},
      {"DTSTART;TZID=Asia/Tokyo:20261224T010000\nDTEND;TZID=Asia/Tokyo:20261224T020000", "2026-12-24"},
      {"DTSTART;TZID=Some Corporate Zone:20261224T010000\nDURATION:PT1H", "2026-12-24"},
      {"DTSTART:20261224T230000Z\nDTEND:20261225T230000Z", "2026-12-24..2026-12-25"},
      // From New York's evening to the next morning in Berlin.
      {"DTSTART;TZID=America/New_York:20261224T200000\nDTEND;TZID=Europe/Berlin:20261225T050000", "2026-12-24"},
      {"DTSTART;TZID=/citadel.org/20250101_1/America/New_York:20261224T200000\nDTEND;TZID=Europe/"
       "Berlin:20261225T080000",
       "2026-12-24..2026-12-25"},
      {"STATUS:CANCELLED\nDTSTART;VALUE=DATE:20261224", ""},
  }));
  CAPTURE(lines);
  CHECK(Dates(Event(lines)) == dates);
}

TEST_CASE("Times in UTC lie on the dates of the zone that the text names, or the caller") {
  const std::string event = Event("DTSTART:20261224T230000Z\nDTEND:20261225T230000Z");
  ICalendarOptions options;
  options.zone = Zone("Europe/Berlin");
  CHECK(Dates(event) == "2026-12-24..2026-12-25");
  CHECK(Dates(event, options) == "2026-12-25");
  std::string named = event;
  named.insert(named.find("VERSION"), "X-WR-TIMEZONE:America/New_York\n");
  CHECK(Dates(named, options) == "2026-12-24..2026-12-25");
  named.replace(named.find("America"), 7, "Atlantis");
  CHECK(Dates(named).starts_with("X-WR-TIMEZONE: want a time zone of the IANA database; found \"Atlantis/New_York\""));
}

TEST_CASE("Rules, further dates and exceptions") {
  const auto [lines, dates] = GENERATE(table<std::string, std::string>({
      {"DTSTART;VALUE=DATE:20200101\nRRULE:FREQ=YEARLY", "2026-01-01 2027-01-01"},
      {"DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227\nRRULE:FREQ=YEARLY",
       "2026-12-24..2026-12-26 2027-12-24..2027-12-26"},
      // US Thanksgiving.
      {"DTSTART;VALUE=DATE:20201126\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "2026-11-26 2027-11-25"},
      {"DTSTART;VALUE=DATE:20261201\nRRULE:FREQ=DAILY;COUNT=3", "2026-12-01..2026-12-03"},
      {"DTSTART;VALUE=DATE:20261201\nRRULE:FREQ=DAILY;UNTIL=20261203", "2026-12-01..2026-12-03"},
      {"DTSTART;VALUE=DATE:20271230\nRRULE:FREQ=DAILY", "2027-12-30..2027-12-31"},
      {"DTSTART;VALUE=DATE:20261201\nRRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3",
       "2026-12-01 2026-12-31 2027-01-31 2027-02-28"},
      {"DTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY;UNTIL=20301231", ""},
      {"DTSTART;VALUE=DATE:20261201\nRDATE;VALUE=DATE:20261203,20261205", "2026-12-01 2026-12-03 2026-12-05"},
      {"DTSTART:20261201T100000\nRDATE;VALUE=PERIOD:20261203T100000/PT2H", "2026-12-01 2026-12-03"},
      {"DTSTART;VALUE=DATE:20261201\nRRULE:FREQ=DAILY;COUNT=5\nEXDATE;VALUE=DATE:20261202\nEXDATE;VALUE=DATE:20261204",
       "2026-12-01 2026-12-03 2026-12-05"},
      {"DTSTART:20261201T100000\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20261202T100000", "2026-12-01 2026-12-03"},
      {"DTSTART:20261201T100000\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20261202T110000", "2026-12-01..2026-12-03"},
      {"DTSTART:20261201T100000\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20261202", "2026-12-01 2026-12-03"},
      // The last one is at 22:30Z.
      {"DTSTART;TZID=Europe/Berlin:20261201T233000\nRRULE:FREQ=DAILY;UNTIL=20261203T223000Z", "2026-12-01..2026-12-03"},
      {"DTSTART;TZID=Europe/Berlin:20261201T233000\nRRULE:FREQ=DAILY;UNTIL=20261203T222900Z", "2026-12-01..2026-12-02"},
      {"DTSTART;TZID=Europe/Berlin:20261201T233000\nRRULE:FREQ=DAILY;UNTIL=20261203", "2026-12-01..2026-12-03"},
      {"DTSTART;TZID=Europe/Berlin:20261201T233000\nRRULE:FREQ=DAILY;UNTIL=20261203T230000", "2026-12-01..2026-12-02"},
      {"DTSTART;TZID=Europe/Berlin:20261201T100000\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20261202T090000Z",
       "2026-12-01 2026-12-03"},
      {"DTSTART:20261201T100000Z\nRRULE:FREQ=DAILY;UNTIL=20261203T100000Z", "2026-12-01..2026-12-03"},
  }));
  CAPTURE(lines);
  CHECK(Dates(Event(lines), Years2026And2027()) == dates);
}

TEST_CASE("An event with RECURRENCE-ID takes the place of one occurrence") {
  const std::string series = "DTSTART;VALUE=DATE:20261201\nRRULE:FREQ=DAILY;COUNT=3\nEND:VEVENT\nBEGIN:VEVENT\nUID:1\n";
  CHECK(Dates(Event(series + "RECURRENCE-ID;VALUE=DATE:20261202\nDTSTART;VALUE=DATE:20261210")) ==
        "2026-12-01 2026-12-03 2026-12-10");
  CHECK(Dates(Event(series + "RECURRENCE-ID;VALUE=DATE:20261202\nSTATUS:CANCELLED\nDTSTART;VALUE=DATE:20261202")) ==
        "2026-12-01 2026-12-03");
  // Of another series.
  CHECK(Dates(Event(series + "UID:2\nRECURRENCE-ID;VALUE=DATE:20261202\nDTSTART;VALUE=DATE:20261210")) ==
        "2026-12-01 2026-12-03 2026-12-10");
}

TEST_CASE("Folded lines, several calendars, other parts and unknown properties") {
  CHECK(Dates(Event("DTSTART;VALUE=\r\n DATE:2026\r\n\t1224")) == "2026-12-24");
  CHECK(Dates("\xEF\xBB\xBF" + Event("DTSTART;VALUE=DATE:20261224") + Event("DTSTART;VALUE=DATE:20261226")) ==
        "2026-12-24 2026-12-26");
  CHECK(Dates(Event("DTSTART;VALUE=DATE:20261224\nLOCATION:\nX-ODD:1\nGEO:none\nBEGIN:VALARM\nACTION:DISPLAY\n"
                    "TRIGGER:-PT15M\nDESCRIPTION:x\nEND:VALARM")) == "2026-12-24");
  CHECK(Dates("BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:X\nBEGIN:STANDARD\nDTSTART:19701025T030000\n"
              "RRULE:FREQ=SECONDLY\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE\n"
              "BEGIN:VTODO\nDUE;VALUE=DATE:20261224\nEND:VTODO\nEND:VCALENDAR\n") == "");
}

TEST_CASE("What cannot be read is refused, with the event and the rule") {
  const auto [lines, message] = GENERATE(table<std::string, std::string>({
      {"DTEND;VALUE=DATE:20261224", "event \"Day off\": DTSTART: is required; found none"},
      {"DTSTART;VALUE=DATE:20261345",
       "event \"Day off\": DTSTART: want a day and a time that there are; found \"20261345\""},
      {"DTSTART;VALUE=DATE:20260229",
       "event \"Day off\": DTSTART: want a day and a time that there are; found \"20260229\""},
      {"DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261220",
       "event \"Day off\": DTEND: want a time not before DTSTART; found one before it"},
      {"DTSTART;VALUE=DATE:20261224\nDURATION:-P1D", "event \"Day off\": DURATION: want one that goes forward"},
      {"DTSTART;VALUE=DATE:20261224\nDURATION:P4000000D",
       "event \"Day off\": want an event of at most 200 years; found a longer one"},
      {"DTSTART;VALUE=DATE:20261224\nRRULE:FREQ=HOURLY",
       "event \"Day off\": RRULE: want FREQ of DAILY, WEEKLY, MONTHLY or YEARLY; found \"FREQ=HOURLY\""},
      {"DTSTART;VALUE=DATE:20261224\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
       "event \"Day off\": RRULE: want a rule that comes; found \"FREQ=DAILY;BYMONTHDAY=30;BYMONTH=2\""},
      {"DTSTART;VALUE=DATE:20261224\nEXRULE:FREQ=DAILY",
       "event \"Day off\": EXRULE: is not supported (RFC 5545 has withdrawn it; EXDATE excludes dates)"},
      {"DTSTART;VALUE=DATE:20261224\nRECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20261224",
       "event \"Day off\": RECURRENCE-ID: RANGE is not supported"},
      {"DTSTART;TZID=Corporate:20261224T100000\nRRULE:FREQ=DAILY;UNTIL=20261226T100000Z",
       "event \"Day off\": TZID, which here is compared with another: want a time zone of the IANA database; found "
       "\"Corporate\" (names look like Europe/Berlin or UTC)"},
  }));
  CAPTURE(lines);
  CHECK(Dates(Event(lines)) == message);
}

TEST_CASE("A date or a rule that libical leaves out is not left out here") {
  for (const std::string line :
       {"RRULE:FREQ=SOMETIMES", "RRULE:", "EXDATE:never", "RDATE:soon", "DTEND;VALUE=TEXT:x"}) {
    const std::string message = Dates(Event("DTSTART;VALUE=DATE:20261224\n" + line));
    CAPTURE(line, message);
    CHECK(message.starts_with("event \"Day off\": " + line.substr(0, line.find_first_of(":;")) +
                              ": cannot be read; libical says \""));
  }
}

TEST_CASE("What is no whole iCalendar is refused") {
  const auto [text, message] = GENERATE(table<std::string, std::string>({
      {"", "want an iCalendar text (BEGIN:VCALENDAR ... END:VCALENDAR)"},
      {"<html>", "want an iCalendar text (BEGIN:VCALENDAR ... END:VCALENDAR)"},
      {"BEGIN:VEVENT\nEND:VEVENT\n", "want an iCalendar text (BEGIN:VCALENDAR ... END:VCALENDAR)"},
      {"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261224\n", "want END:VEVENT; found the end of the text"},
      {"BEGIN:VCALENDAR\nBEGIN;X=1:VEVENT\n", "want BEGIN:NAME; found \"BEGIN;X=1:VEVENT\""},
      {"BEGIN:VCALENDAR\nEND:VEVENT\n", "want END:VCALENDAR; found END:VEVENT"},
      {"BEGIN:VCALENDAR\nEND:VCALENDAR\nEND:VCALENDAR\n", "want a BEGIN for each END; found END:VCALENDAR without one"},
  }));
  CAPTURE(text);
  CHECK(Dates(text) == message);
  CHECK(Dates(std::string("BEGIN:VCALENDAR\0\n", 17)) == "want an iCalendar text; found a zero byte");
  std::string deep = "BEGIN:VCALENDAR\n";
  for (int i = 0; i < 100'000 / 15; ++i) deep += "begin:Vevent\n";
  CHECK(Dates(deep) == "parts nest at most 6 deep; found BEGIN:VEVENT");
}

TEST_CASE("Bounds on the text, on occurrences and on rules") {
  ICalendarOptions options;
  options.bytes = 10;
  CHECK(ParseICalendar("c", "BEGIN:VCALENDAR", options).error() ==
        Error{Code::kResourceExhausted, "an iCalendar text has at most 10 bytes; found 15"});
  const std::string daily = "DTSTART;VALUE=DATE:16010101\nRRULE:FREQ=DAILY";
  const Error error = ParseICalendar("c", Event(daily)).error();
  CHECK(error.code == Code::kResourceExhausted);
  CHECK(error.message == "event \"Day off\": want at most 100000 occurrences of all events; found more");
  options = {};
  options.occurrences = 3;
  CHECK(Dates(Event("DTSTART;VALUE=DATE:20261224\nRRULE:FREQ=DAILY;COUNT=3"), options) == "2026-12-24..2026-12-26");
  std::string rules = "DTSTART;VALUE=DATE:20261224";
  for (int i = 0; i < 1001; ++i) rules += "\nRRULE:FREQ=YEARLY;COUNT=1";
  CHECK(ParseICalendar("c", Event(rules)).error().message ==
        "event \"Day off\": want at most 1000 rules (RRULE); found more");
}

}  // namespace
}  // namespace loadline
