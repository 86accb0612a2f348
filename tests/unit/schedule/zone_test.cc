#include "schedule/zone.h"

#include <catch2/catch.hpp>

#include "reference.h"

namespace loadline {
namespace {

using namespace std::chrono_literals;

TEST_CASE("A local minute comes once, whatever the clocks do") {
  const auto [zone, local, utc] = GENERATE(table<std::string, std::string, std::string>({
      {"UTC", "2026-03-29T02:30", "2026-03-29T02:30"},
      {"Asia/Kolkata", "2026-03-29T02:30", "2026-03-28T21:00"},
      // 02:00 becomes 03:00 at 01:00Z: what is between comes then.
      {"Europe/Berlin", "2026-03-29T01:59", "2026-03-29T00:59"},
      {"Europe/Berlin", "2026-03-29T02:00", "2026-03-29T01:00"},
      {"Europe/Berlin", "2026-03-29T02:59", "2026-03-29T01:00"},
      {"Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00"},
      {"Europe/Berlin", "2026-03-29T03:01", "2026-03-29T01:01"},
      // 03:00 becomes 02:00 at 01:00Z: the first 02:30 counts.
      {"Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30"},
      {"Europe/Berlin", "2026-10-25T03:00", "2026-10-25T02:00"},
      {"America/New_York", "2026-03-08T02:30", "2026-03-08T07:00"},
      {"America/New_York", "2026-11-01T01:30", "2026-11-01T05:30"},
      // Half an hour.
      {"Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30"},
      {"Australia/Lord_Howe", "2026-10-04T02:30", "2026-10-03T15:30"},
      {"Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45"},
      {"Australia/Lord_Howe", "2026-04-05T02:00", "2026-04-04T15:30"},
      // The database's rule goes on where its table ends.
      {"Europe/Berlin", "2060-07-01T12:00", "2060-07-01T10:00"},
  }));
  CAPTURE(zone, local);
  CHECK(FormatTimestamp(Zone(zone).ToTime(Local(local))) == utc + ":00.000Z");
}

TEST_CASE("Clocks show what they show") {
  CHECK(Zone("Europe/Berlin").ToLocal(Utc("2026-10-25T00:30")) == Local("2026-10-25T02:30"));
  CHECK(Zone("Europe/Berlin").ToLocal(Utc("2026-10-25T01:30") + 59999ms) == Local("2026-10-25T02:30"));
  CHECK(TimeZone().ToLocal(Timestamp(-1ms)) == Local("1970-01-01T00:00") - 1min);
}

TEST_CASE("FirstAfter parts the minutes that have come from those that have not") {
  const ClockChange change = GENERATE(from_range(std::begin(kClockChanges), std::end(kClockChanges)));
  const TimeZone zone = Zone(change.zone);
  CAPTURE(change.zone, change.around);
  LocalMinute first_to_come = zone.FirstAfter(Utc(change.around) - 30h - 1ms);
  WalkMinutes(zone, Utc(change.around) - 30h, Utc(change.around) + 30h,
              [&](Timestamp time, const std::vector<LocalMinute>& come) {
                for (const LocalMinute minute : come) {
                  REQUIRE(minute == first_to_come);
                  REQUIRE(zone.ToTime(minute) == time);
                  ++first_to_come;
                }
                REQUIRE(zone.FirstAfter(time) == first_to_come);
                REQUIRE(zone.FirstAfter(time + 59999ms) == first_to_come);
              });
}

TEST_CASE("UTC is the default") {
  CHECK(TimeZone().name() == "UTC");
  CHECK(Zone("UTC") == TimeZone());
  CHECK(Zone("Etc/UTC") == TimeZone());
  CHECK_FALSE(Zone("Europe/Berlin") == TimeZone());
}

TEST_CASE("An unknown zone is refused with what was probably meant") {
  const auto [name, hint] = GENERATE(table<std::string, std::string>({
      {"Europe/Berln", "did you mean Europe/Berlin?"},
      {"europe/berlin", "did you mean Europe/Berlin?"},
      {"Berlin", "did you mean Europe/Berlin?"},
      {"New York", "did you mean America/New_York?"},
      {"", "names look like Europe/Berlin or UTC"},
      {"Middle-earth/Shire", "names look like Europe/Berlin or UTC"},
      {"UTC+2", "names look like Europe/Berlin or UTC"},
      {"/etc/passwd", "names look like Europe/Berlin or UTC"},
      {"../../etc/passwd", "names look like Europe/Berlin or UTC"},
      {"localtime", "names look like Europe/Berlin or UTC"},
      {"right/Europe/Berlin", "did you mean Europe/Berlin?"},
  }));
  const Error error = TimeZone::Load(name).error();
  CHECK(error.code == Code::kInvalidArgument);
  CHECK(error.message == "want a time zone of the IANA database; found \"" + name + "\" (" + hint + ")");
}

TEST_CASE("Local minutes are read without a zone") {
  CHECK(FormatLocalMinute(Local("2026-11-27T06:05")) == "2026-11-27T06:05");
  const std::string text = GENERATE("", "2026-11-27", "2026-11-27 06:00", "2026-11-27T6:00", "2026-11-27T24:00",
                                    "2026-11-27T06:60", "2026-02-30T06:00", "2026-11-27T-6:00");
  CHECK(ParseLocalMinute(text).error().message ==
        "want a local date and time such as 2026-11-27T06:00; found \"" + text + "\"");
  CHECK(ParseLocalMinute("2026-11-27T06:00Z").error().message ==
        "want a local date and time such as 2026-11-27T06:00; found \"2026-11-27T06:00Z\" (without seconds and without "
        "a zone: that is the schedule's)");
}

}  // namespace
}  // namespace loadline
