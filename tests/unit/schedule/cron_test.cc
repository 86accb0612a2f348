#include "schedule/cron.h"

#include <catch2/catch.hpp>

#include "reference.h"

namespace loadline {
namespace {

using namespace std::chrono_literals;

Cron Parse(const std::string& text) { return Cron::Parse(text).value(); }

// The next `count` times after `after`, in UTC.
std::vector<std::string> Times(const std::string& cron, const std::string& zone, const std::string& after, int count) {
  std::vector<std::string> times;
  std::optional<Timestamp> time = Utc(after);
  while (count-- > 0 && (time = Parse(cron).Next(*time, Zone(zone)))) {
    times.push_back(FormatTimestamp(*time).substr(0, 16));
  }
  return times;
}
using List = std::vector<std::string>;

TEST_CASE("Two ways to write the same times") {
  const auto [a, b] = GENERATE(table<std::string, std::string>({
      {"@hourly", "0 * * * *"},
      {"@daily", "0 0 * * *"},
      {"@midnight", "0 0 * * *"},
      {"@weekly", "0 0 * * SUN"},
      {"@monthly", "0 0 1 * *"},
      {"@yearly", "0 0 1 1 *"},
      {"@annually", "0 0 1 JAN *"},
      {"0 8 * * MON-FRI", "0 8 * * 1-5"},
      {"0 8 * * mon,Tue,wED", "0 8 * * 1-3"},
      {"0 8 * * 0", "0 8 * * 7"},
      {"0 8 * * FRI-SUN", "0 8 * * 5,6,0"},
      {"0 8 * * 5-7", "0 8 * * FRI-SUN"},
      {"0 8 * * 0-7", "0 8 * * 0-6"},
      {"0 8 * * 1/2", "0 8 * * MON,WED,FRI"},
      {"0 8 * * 7/2", "0 8 * * SUN"},
      {"*/15 * * * *", "0,15,30,45 * * * *"},
      {"5/20 * * * *", "5,25,45 * * * *"},
      {"10-30/10 * * * *", "10,20,30 * * * *"},
      {"*/60 * * * *", "0 * * * *"},
      {"0 0 * feb-apr *", "0 0 * 2,3,4 *"},
      {"  0   8\t* * *  ", "0 8 * * *"},
      {"0 8 * * *,*", "0 8 * * *"},
      {"00 08 01 01 *", "0 8 1 1 *"},
  }));
  CAPTURE(a, b);
  CHECK(Parse(a) == Parse(b));
}

TEST_CASE("A cron expression keeps what was written") { CHECK(Parse("0 8 * * mon").text() == "0 8 * * mon"); }

TEST_CASE("What is no cron expression is refused with the field, the rule and what was found") {
  const auto [text, message] = GENERATE(table<std::string, std::string>({
      {"60 * * * *", "minute: want 0 to 59; found \"60\""},
      {"* 24 * * *", "hour: want 0 to 23; found \"24\""},
      {"* * 0 * *", "day of month: want 1 to 31; found \"0\""},
      {"* * * 13 *", "month: want 1 to 12 or JAN to DEC; found \"13\""},
      {"* * * * 8", "day of week: want 0 to 7 or SUN to SAT; found \"8\""},
      {"x * * * *", "minute: want 0 to 59, *, a range a-b, a list a,b or a step */n; found \"x\""},
      {"-5 * * * *", "minute: want 0 to 59, *, a range a-b, a list a,b or a step */n; found \"\""},
      {"5- * * * *", "minute: want 0 to 59, *, a range a-b, a list a,b or a step */n; found \"\""},
      {"5, * * * *", "minute: want 0 to 59, *, a range a-b, a list a,b or a step */n; found \"\""},
      {"1-2-3 * * * *", "minute: want 0 to 59, *, a range a-b, a list a,b or a step */n; found \"2-3\""},
      {"*/0 * * * *", "minute: want a step of 1 to 60; found \"*/0\""},
      {"*/90 * * * *", "minute: want a step of 1 to 60; found \"*/90\""},
      {"*/2/3 * * * *", "minute: want a step of 1 to 60; found \"*/2/3\""},
      {"* 22-6 * * *", "hour: a range goes upwards; found \"22-6\" (write 22-23,0-6)"},
      {"* * * * SAT-MON", "day of week: a range goes upwards; found \"SAT-MON\" (write SAT-SUN,MON)"},
      {"* * * * FRI-TUE", "day of week: a range goes upwards; found \"FRI-TUE\" (write FRI-SUN,MON-TUE)"},
      {"* * * * 5-1", "day of week: a range goes upwards; found \"5-1\" (write 5-7,1)"},
      {"* * * DEC-FEB *", "month: a range goes upwards; found \"DEC-FEB\" (write DEC,JAN-FEB)"},
      {"50-0 * * * *", "minute: a range goes upwards; found \"50-0\" (write 50-59,0)"},
      {"* * * * MONDAY",
       "day of week: want 0 to 7 or SUN to SAT, *, a range a-b, a list a,b or a step */n; found \"MONDAY\" (did you "
       "mean MON?)"},
      {"* * * * MON#1",
       "day of week: want 0 to 7 or SUN to SAT, *, a range a-b, a list a,b or a step */n; found \"MON#1\" (did you "
       "mean MON?)"},
      {"* * L * *",
       "day of month: want 1 to 31, *, a range a-b, a list a,b or a step */n; found \"L\" (?, L, W and # are "
       "Quartz's)"},
      {"* * ? * *",
       "day of month: want 1 to 31, *, a range a-b, a list a,b or a step */n; found \"?\" (?, L, W and # are "
       "Quartz's)"},
      {"0 0 31 2 *", "day of month: the date never comes in month 2; found \"31\""},
      {"0 0 30,31 FEB *", "day of month: the date never comes in month FEB; found \"30,31\""},
      {"0 0 31 4,6,9,11 *", "day of month: the date never comes in month 4,6,9,11; found \"31\""},
      {"0 0 31 2 */2", "day of month: the date never comes in month 2; found \"31\""},
      {"", "want five fields: minute, hour, day of month, month, day of week; found 0 in \"\""},
      {"0 8 * *", "want five fields: minute, hour, day of month, month, day of week; found 4 in \"0 8 * *\""},
      {"0 0 8 * * *",
       "want five fields: minute, hour, day of month, month, day of week; found 6 in \"0 0 8 * * *\" (seconds and "
       "years "
       "are Quartz's)"},
      {"TZ=UTC 0 8 * * *",
       "want five fields: minute, hour, day of month, month, day of week; found 6 in \"TZ=UTC 0 8 * * *\" (the zone "
       "has "
       "a field of its own)"},
      {"@dayly",
       "want @hourly, @daily, @midnight, @weekly, @monthly, @yearly or @annually; found \"@dayly\" (did you mean "
       "@daily?)"},
      {"@reboot", "want @hourly, @daily, @midnight, @weekly, @monthly, @yearly or @annually; found \"@reboot\""},
  }));
  CAPTURE(text);
  const Result<Cron> cron = Cron::Parse(text);
  REQUIRE_FALSE(cron.has_value());
  CHECK(cron.error().code == Code::kInvalidArgument);
  CHECK(cron.error().message == message);
}

TEST_CASE("Next goes strictly forward, Latest includes the time itself") {
  const Cron cron = Parse("0 8 * * *");
  const TimeZone utc;
  CHECK(cron.Next(Utc("2026-06-01T07:59"), utc) == Utc("2026-06-01T08:00"));
  CHECK(cron.Next(Utc("2026-06-01T08:00") - 1ms, utc) == Utc("2026-06-01T08:00"));
  CHECK(cron.Next(Utc("2026-06-01T08:00"), utc) == Utc("2026-06-02T08:00"));
  CHECK(cron.Latest(Utc("2026-06-01T08:00"), utc) == Utc("2026-06-01T08:00"));
  CHECK(cron.Latest(Utc("2026-06-01T08:00") - 1ms, utc) == Utc("2026-05-31T08:00"));
  CHECK(cron.Latest(Utc("2026-01-01T00:00"), utc) == Utc("2025-12-31T08:00"));
}

// Vixie's rule: where both day fields are restricted either may match; a field that begins with * is not restricted,
// and yet has to match.
TEST_CASE("Day of month and day of week") {
  CHECK(Times("0 0 13 * FRI", "UTC", "2026-02-01T00:00", 4) ==
        List{"2026-02-06T00:00", "2026-02-13T00:00", "2026-02-20T00:00", "2026-02-27T00:00"});
  CHECK(Times("0 0 1,15 * MON", "UTC", "2026-05-31T00:00", 4) ==
        List{"2026-06-01T00:00", "2026-06-08T00:00", "2026-06-15T00:00", "2026-06-22T00:00"});
  CHECK(Times("0 0 13 * *", "UTC", "2026-02-01T00:00", 2) == List{"2026-02-13T00:00", "2026-03-13T00:00"});
  CHECK(Times("0 0 * * FRI", "UTC", "2026-02-01T00:00", 2) == List{"2026-02-06T00:00", "2026-02-13T00:00"});
  // Uneven days that are Mondays, not uneven days and Mondays.
  CHECK(Times("0 0 */2 * MON", "UTC", "2026-06-01T00:00", 3) ==
        List{"2026-06-15T00:00", "2026-06-29T00:00", "2026-07-13T00:00"});
  CHECK(Times("0 0 1 * */2", "UTC", "2026-06-01T00:00", 2) == List{"2026-08-01T00:00", "2026-09-01T00:00"});
  // Restricted to all values is restricted: any Friday or any day.
  CHECK(Times("0 0 1-31 * FRI", "UTC", "2026-06-01T00:00", 2) == List{"2026-06-02T00:00", "2026-06-03T00:00"});
}

TEST_CASE("Leap days and the ends of months") {
  CHECK(Times("0 0 29 2 *", "UTC", "2026-01-01T00:00", 2) == List{"2028-02-29T00:00", "2032-02-29T00:00"});
  CHECK(Times("0 0 29 2 *", "UTC", "2096-02-29T00:00", 1) == List{"2104-02-29T00:00"});  // 2100 is no leap year
  CHECK(Parse("0 0 29 2 *").Latest(Utc("2104-02-28T23:59"), TimeZone()) == Utc("2096-02-29T00:00"));
  CHECK(Times("0 0 31 * *", "UTC", "2026-01-31T00:00", 3) ==
        List{"2026-03-31T00:00", "2026-05-31T00:00", "2026-07-31T00:00"});
  // A Sunday that is a leap day: not within eight years.
  CHECK_FALSE(Parse("0 0 29 2 */7").Next(Utc("2033-01-01T00:00"), TimeZone()).has_value());
}

TEST_CASE("A time that does not exist runs at the change, one that comes twice runs once") {
  CHECK(Times("30 2 * * *", "Europe/Berlin", "2026-03-28T00:00", 3) ==
        List{"2026-03-28T01:30", "2026-03-29T01:00", "2026-03-30T00:30"});
  CHECK(Times("30 2 * * *", "Europe/Berlin", "2026-10-24T00:00", 3) ==
        List{"2026-10-24T00:30", "2026-10-25T00:30", "2026-10-26T01:30"});
  // All of the hour that is left out comes at once, and once.
  CHECK(Times("*/20 * * * *", "Europe/Berlin", "2026-03-29T00:30", 3) ==
        List{"2026-03-29T00:40", "2026-03-29T01:00", "2026-03-29T01:20"});
  CHECK(Times("*/30 * * * *", "Europe/Berlin", "2026-10-25T00:00", 4) ==
        List{"2026-10-25T00:30", "2026-10-25T02:00", "2026-10-25T02:30", "2026-10-25T03:00"});
  CHECK(Times("30 2 * * *", "America/New_York", "2026-03-08T00:00", 2) == List{"2026-03-08T07:00", "2026-03-09T06:30"});
  CHECK(Times("30 1 * * *", "America/New_York", "2026-11-01T00:00", 2) == List{"2026-11-01T05:30", "2026-11-02T06:30"});
  CHECK(Times("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00", 2) ==
        List{"2026-10-03T15:30", "2026-10-04T15:15"});
  CHECK(Times("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T00:00", 2) ==
        List{"2026-04-04T14:45", "2026-04-05T15:15"});
  CHECK(Times("30 2 * * *", "Asia/Kolkata", "2026-03-28T00:00", 2) == List{"2026-03-28T21:00", "2026-03-29T21:00"});
}

TEST_CASE("Every minute runs at every minute that the clocks had not shown before") {
  CHECK(Times("* * * * *", "Europe/Berlin", "2026-03-29T00:58", 4) ==
        List{"2026-03-29T00:59", "2026-03-29T01:00", "2026-03-29T01:01", "2026-03-29T01:02"});
  CHECK(Times("* * * * *", "Europe/Berlin", "2026-10-25T00:58", 3) ==
        List{"2026-10-25T00:59", "2026-10-25T02:00", "2026-10-25T02:01"});
  CHECK(Parse("* * * * *").Latest(Utc("2026-10-25T01:30"), Zone("Europe/Berlin")) == Utc("2026-10-25T00:59"));
}

TEST_CASE("Times beyond all calendars have neither a next nor a latest") {
  for (const Timestamp time : {Timestamp::min() + 24h, Timestamp::max() - 24h}) {
    CHECK_FALSE(Cron().FirstFrom(LocalMinute(std::chrono::floor<std::chrono::minutes>(time.time_since_epoch()))));
    CHECK_FALSE(Cron().Next(time, TimeZone()));
    CHECK_FALSE(Cron().Latest(time, TimeZone()));
  }
}

TEST_CASE("What comes beyond the reach is neither next nor latest, so that one leads back to the other") {
  const Cron summers = *Cron::Parse("0 12 1 7 *");
  CHECK_FALSE(summers.Latest(*ParseTimestamp("1900-05-01T00:00:00Z"), TimeZone()));
  CHECK(summers.Latest(*ParseTimestamp("1900-07-01T12:00:00Z"), TimeZone()) == *ParseTimestamp("1900-07-01T12:00:00Z"));
  CHECK_FALSE(summers.Next(*ParseTimestamp("9998-08-01T00:00:00Z"), TimeZone()));
  CHECK(summers.Next(*ParseTimestamp("9998-06-01T00:00:00Z"), TimeZone()) == *ParseTimestamp("9998-07-01T12:00:00Z"));
}

}  // namespace
}  // namespace loadline
