// Windows where the clocks jump, or are set back.
#include "schedules.h"

namespace loadline {
namespace {

using namespace std::chrono_literals;

TEST_CASE("Windows over a change of the clocks") {
  const std::string zone = "Europe/Berlin";
  auto next = [](const std::string& name, const ScheduleWindow& window, std::string_view after) {
    return OpensNext({Zone(name), {window}, {}}, after);
  };
  // Until the clocks show it, however long that takes.
  CHECK(next(zone, Recurring("0 1 * * *", "0 4 * * *"), "2026-03-28T12:00") == "03-29T00:00..03-29T02:00");
  CHECK(next(zone, Recurring("0 1 * * *", "0 4 * * *"), "2026-10-24T12:00") == "10-24T23:00..10-25T03:00");
  // In time that passes.
  CHECK(next(zone, Lasting("0 1 * * *", 3h), "2026-03-28T12:00") == "03-29T00:00..03-29T03:00");
  CHECK(next(zone, Lasting("0 1 * * *", 3h), "2026-10-24T12:00") == "10-24T23:00..10-25T02:00");
  // From a time that does not exist: from the jump. Once, where it comes twice.
  CHECK(next(zone, Recurring("30 2 * * *", "0 4 * * *"), "2026-03-28T12:00") == "03-29T01:00..03-29T02:00");
  CHECK(next(zone, Recurring("15 2 * * *", "45 2 * * *"), "2026-10-24T12:00") == "10-25T00:15..10-25T00:45");
  CHECK(next(zone, Recurring("30 2 * * *", "0 3 * * *"), "2026-10-24T12:00") == "10-25T00:30..10-25T02:00");
  // All of it within the jump: not on that day; and the 23 hours between are no window either.
  CHECK(next(zone, Recurring("15 2 * * *", "45 2 * * *"), "2026-03-28T12:00") == "03-30T00:15..03-30T00:45");
  CHECK(next("America/New_York", Recurring("30 2 * * *", "0 4 * * *"), "2026-03-07T12:00") ==
        "03-08T07:00..03-08T08:00");
  CHECK(next("Australia/Lord_Howe", Recurring("15 2 * * *", "0 3 * * *"), "2026-10-03T00:00") ==
        "10-03T15:30..10-03T16:00");
  CHECK(next("Asia/Kolkata", Recurring("30 2 * * *", "0 4 * * *"), "2026-03-28T00:00") == "03-28T21:00..03-28T22:30");
}

TEST_CASE("An end and a start within one jump leave the window open") {
  // The second one ends twice there.
  const auto end = GENERATE(as<std::string>(), "15 2 * * *", "15,30 2 * * *");
  const ScheduleState state = StateAt(Berlin({Recurring("45 2 * * *", end)}), Utc("2026-03-29T12:00"));
  CHECK(state.open[0].since == Utc("2026-03-28T01:45"));
  CHECK(state.open[0].until == Utc("2026-03-30T00:15"));
}

TEST_CASE("The date of a start that does not exist is the one it names") {
  // Samoa left out the 30th: its 08:00 came when the 31st began.
  Schedule schedule{Zone("Pacific/Apia"), {Lasting("0 8 * * *", 1h)}, {}};
  CHECK(OpensNext(schedule, "2011-12-30T05:00") == "12-30T10:00..12-30T11:00");
  schedule.except.dates = {ParseDateRange("2011-12-30").value()};
  CHECK(OpensNext(schedule, "2011-12-30T05:00") == "12-30T18:00..12-30T19:00");
}

}  // namespace
}  // namespace loadline
