#include "schedule/schedule.h"

#include <catch2/catch.hpp>

#include "schedule/schedule_text.h"
#include "schedules.h"

namespace loadline {
namespace {

using namespace std::chrono_literals;

TEST_CASE("A window is open from its start to before its end") {
  const Schedule schedule = Berlin({Recurring("0 8 * * MON-FRI", "0 18 * * MON-FRI")});
  const auto [local, open] = GENERATE(table<std::string, bool>({
      {"2026-06-01T07:59", false},  // a Monday
      {"2026-06-01T08:00", true},
      {"2026-06-01T17:59", true},
      {"2026-06-01T18:00", false},
      {"2026-06-05T17:59", true},
      {"2026-06-06T12:00", false},  // Saturday
      {"2026-06-07T12:00", false},
      {"2026-06-08T08:00", true},
  }));
  CAPTURE(local);
  CHECK(IsOpen(schedule, local) == open);
  CHECK(StateAt(schedule, local).says.replicas.has_value() == open);
}

TEST_CASE("The edges are said to the millisecond") {
  const Schedule schedule = Berlin({Recurring("0 8 * * *", "0 18 * * *")});
  const Timestamp eight = Utc("2026-06-01T06:00");
  CHECK(StateAt(schedule, eight - 1ms).open.empty());
  CHECK(StateAt(schedule, eight - 1ms).next->at == eight);
  CHECK(StateAt(schedule, eight).open == std::vector{OpenWindow{0, eight, eight + 10h, 1}});
  CHECK(StateAt(schedule, eight + 10h - 1ms).open.size() == 1);
  CHECK(StateAt(schedule, eight + 10h).open.empty());
}

TEST_CASE("A window may cross midnight, with an end or a duration") {
  for (const Schedule& schedule :
       {Berlin({Recurring("0 22 * * *", "0 6 * * *")}), Berlin({Lasting("0 22 * * *", 8h)})}) {
    CHECK(IsOpen(schedule, "2026-06-01T22:00"));
    CHECK(IsOpen(schedule, "2026-06-02T00:00"));
    CHECK(IsOpen(schedule, "2026-06-02T05:59"));
    CHECK_FALSE(IsOpen(schedule, "2026-06-02T06:00"));
    CHECK_FALSE(IsOpen(schedule, "2026-06-02T21:59"));
  }
}

TEST_CASE("A start at the minute of an end wins: the window stays open") {
  const Schedule days = Berlin({Recurring("0 0 * * MON-FRI", "0 0 * * *")});
  CHECK(IsOpen(days, "2026-06-02T00:00"));
  CHECK_FALSE(IsOpen(days, "2026-06-06T00:00"));  // Saturday
  const ScheduleState wednesday = StateAt(days, "2026-06-03T12:00");
  CHECK(wednesday.open[0].since == Utc("2026-05-31T22:00"));
  CHECK(wednesday.open[0].until == Utc("2026-06-05T22:00"));
  CHECK(wednesday.next->at == Utc("2026-06-05T22:00"));
}

TEST_CASE("Occurrences with a duration that touch or overlap are one") {
  const Schedule touching = Berlin({Lasting("0 9,10,11 * * *", 1h)});
  CHECK(OpensNext(touching, "2026-06-01T00:00") == "06-01T07:00..06-01T10:00");
  CHECK(StateAt(touching, "2026-06-01T11:30").open[0].since == Utc("2026-06-01T07:00"));
  CHECK(OpensNext(Berlin({Lasting("* 9 * * *", 3h)}), "2026-06-01T00:00") == "06-01T07:00..06-01T10:59");
  CHECK(OpensNext(Berlin({Lasting("* 8-12 * * *", 3h)}), "2026-06-01T00:00") == "06-01T06:00..06-01T13:59");
  CHECK(OpensNext(Berlin({Lasting("0 9,10,11 * * *", 59min)}), "2026-06-01T00:00") == "06-01T07:00..06-01T07:59");
}

TEST_CASE("A window that never closes has no transition in sight") {
  const ScheduleState state = StateAt(Berlin({Recurring("0 0 * * *", "0 0 * * *")}), "2026-06-01T12:00");
  CHECK(state.open.size() == 1);
  CHECK_FALSE(state.open[0].until.has_value());
  CHECK_FALSE(state.next.has_value());
}

TEST_CASE("A one-off window is open once, in the zone of the schedule") {
  const Schedule schedule = Berlin({Once("2026-11-27T06:00", "2026-11-28T02:00")});
  CHECK(OpensNext(schedule, "2020-01-01T00:00") == "11-27T05:00..11-28T01:00");
  CHECK_FALSE(StateAt(schedule, Utc("2026-11-28T01:00")).next.has_value());
  // All of it within a jump of the clocks.
  CHECK(StateAt(Berlin({Once("2026-03-29T02:15", "2026-03-29T02:45")}), Utc("2026-03-28T12:00")) == ScheduleState{});
}

TEST_CASE("On excepted dates nothing starts, and what started before goes on") {
  Schedule schedule = Berlin({Recurring("0 22 * * *", "0 6 * * *"), Once("2026-12-25T12:00", "2026-12-25T13:00")});
  schedule.except.dates = {ParseDateRange("2026-12-24..2026-12-26").value()};
  CHECK(IsOpen(schedule, "2026-12-24T05:00"));  // since the 23rd
  CHECK_FALSE(IsOpen(schedule, "2026-12-24T23:00"));
  CHECK_FALSE(IsOpen(schedule, "2026-12-26T23:00"));
  CHECK_FALSE(IsOpen(schedule, "2026-12-27T05:00"));
  CHECK(IsOpen(schedule, "2026-12-27T22:00"));
  CHECK(IsOpen(schedule, "2026-12-25T12:30"));  // names its date itself
  CHECK(StateAt(schedule, "2026-12-24T06:00").next->at == Utc("2026-12-25T11:00"));
  CHECK(StateAt(schedule, "2026-12-25T14:00").next->at == Utc("2026-12-27T21:00"));
}

TEST_CASE("Calendars except too; one that is not known is named, and excepts nothing") {
  Schedule schedule = Berlin({Recurring("0 8 * * *", "0 18 * * *")});
  schedule.except.calendars = {"holidays-de", "closing-days"};
  const Calendar holidays{"holidays-de", {ParseDateRange("2026-05-01").value()}};
  const CalendarLookup lookup = [&](const std::string& name) { return name == "holidays-de" ? &holidays : nullptr; };
  const Timestamp noon = Utc("2026-05-01T10:00");
  CHECK(At(schedule, lookup, noon).open.empty());
  CHECK(At(schedule, lookup, noon).next->at == Utc("2026-05-02T06:00"));
  CHECK(At(schedule, lookup, noon).missing_calendars == std::vector<std::string>{"closing-days"});
  CHECK(At(schedule, {}, noon).open.size() == 1);
  CHECK(At(schedule, {}, noon).missing_calendars == std::vector<std::string>{"holidays-de", "closing-days"});
}

TEST_CASE("A window whose starts are all excepted never opens") {
  Schedule schedule = Berlin({Recurring("0 8 * * *", "0 18 * * *"), Lasting("0 8 * * *", 1h)});
  schedule.except.dates = {ParseDateRange("1970-01-01..2199-12-31").value()};
  CHECK(StateAt(schedule, "2026-06-01T12:00") == ScheduleState{});
}

TEST_CASE("Of open windows the highest replicas, min and factor and the lowest max count") {
  ScheduleWindow a = Once("2026-06-01T00:00", "2026-06-02T00:00");
  ScheduleWindow b = a;
  ScheduleWindow c = a;
  a.replicas = 3, a.factor = 2;
  b.replicas = std::nullopt, b.min = 5, b.max = 20, b.factor = 1.5;
  c.replicas = 3, c.min = 4, c.max = 10;
  const ScheduleState state = StateAt(Berlin({a, b, c}), "2026-06-01T12:00");
  CHECK(state.open.size() == 3);
  CHECK(state.says.replicas == ScheduleValue{3, 0});  // of equal ones the first
  CHECK(state.says.min == ScheduleValue{5, 1});
  CHECK(state.says.max == ScheduleValue{10, 2});
  CHECK(state.says.factor == ScheduleValue{2, 0});
}

TEST_CASE("The next transition says what changes, and to what") {
  const Schedule schedule = Berlin({Named("office", Recurring("0 8 * * *", "0 18 * * *"), 6),
                                    Named("late", Recurring("0 18 * * *", "0 20 * * *"), 3),
                                    Named("base", Recurring("0 6 * * *", "0 22 * * *"), 2)});
  const ScheduleState state = StateAt(schedule, "2026-06-01T12:00");
  REQUIRE(state.next.has_value());
  CHECK(state.next->at == Utc("2026-06-01T16:00"));
  CHECK(state.next->opens == std::vector<std::size_t>{1});
  CHECK(state.next->closes == std::vector<std::size_t>{0});
  CHECK(state.next->then == ScheduleSays{ScheduleValue{3, 1}, {}, {}, {}});
  const ScheduleState evening = StateAt(schedule, "2026-06-01T20:00");
  CHECK(evening.next->then == ScheduleSays{});
}

TEST_CASE("Ramps climb within the window and fall before its end") {
  ScheduleWindow window = Once("2026-06-01T08:00", "2026-06-01T18:00");
  window.min = 10, window.max = 20, window.factor = 3;
  window.ramp_in = 10min;
  window.ramp_out = 20min;
  const auto [local, share] = GENERATE(table<std::string, double>({
      {"2026-06-01T08:00", 0},
      {"2026-06-01T08:01", 0.1},
      {"2026-06-01T08:10", 1},
      {"2026-06-01T12:00", 1},
      {"2026-06-01T17:40", 1},
      {"2026-06-01T17:55", 0.25},
  }));
  CAPTURE(local);
  const ScheduleState state = StateAt(Berlin({window}), local);
  CHECK(state.open[0].share == Approx(share));
  CHECK(state.says.replicas->value == Approx(6 * share));
  CHECK(state.says.min->value == Approx(10 * share));
  CHECK(state.says.max->value == 20);
  CHECK(state.says.factor->value == Approx(1 + 2 * share));
  CHECK(state.next->at == Utc("2026-06-01T16:00"));
}

TEST_CASE("Where ramps overlap the lower counts") {
  ScheduleWindow window = Once("2026-06-01T08:00", "2026-06-01T09:00");
  window.ramp_in = window.ramp_out = 60min;
  CHECK(StateAt(Berlin({window}), "2026-06-01T08:15").open[0].share == 0.25);
  CHECK(StateAt(Berlin({window}), "2026-06-01T08:30").open[0].share == 0.5);
  CHECK(StateAt(Berlin({window}), "2026-06-01T08:45").open[0].share == 0.25);
}

TEST_CASE("Where occurrences touch there is no ramp between them") {
  ScheduleWindow window = Recurring("0 0 * * *", "0 0 * * *");
  window.ramp_in = window.ramp_out = 1h;
  CHECK(StateAt(Berlin({window}), "2026-06-01T00:10").open[0].share == 1);
  CHECK(StateAt(Berlin({window}), "2026-05-31T23:50").open[0].share == 1);
}

TEST_CASE("A schedule explains itself") {
  Schedule schedule =
      Berlin({Named("office", Recurring("0 8 * * *", "0 18 * * *"), 6), Recurring("0 6 * * *", "0 22 * * *")});
  schedule.windows[1].replicas = 2;
  schedule.windows[1].factor = 1.5;
  auto state = [&](std::string_view local) { return DescribeState(schedule, StateAt(schedule, local)); };
  auto next = [&](std::string_view local) { return DescribeNext(schedule, StateAt(schedule, local)); };
  CHECK(state("2026-06-01T12:00") ==
        "office says 6 replicas (over windows[1]'s 2) and windows[1] says 1.5 times the demand");
  CHECK(state("2026-06-01T05:00") == "no window is open");
  CHECK(
      next("2026-06-01T12:00") ==
      "at 2026-06-01T18:00 Europe/Berlin office closes, then windows[1] says 2 replicas and windows[1] says 1.5 times "
      "the demand");
  CHECK(next("2026-06-01T19:00") == "at 2026-06-01T22:00 Europe/Berlin windows[1] closes, then no window is open");
  schedule.except.calendars = {"a", "b"};
  CHECK(state("2026-06-01T05:00") == "no window is open; calendars a and b are not known");
  CHECK(DescribeNext(Berlin({}), StateAt(Berlin({}), "2026-06-01T05:00")) == "no change is in sight");
}

TEST_CASE("Times beyond all calendars have an empty state") {
  const Schedule schedule = Berlin({Recurring("0 8 * * *", "0 18 * * *"), Lasting("0 8 * * *", 1h)});
  CHECK(StateAt(schedule, Timestamp::max() - 48h).open.empty());
  CHECK(StateAt(schedule, Timestamp::min() + 48h).open.empty());
}

}  // namespace
}  // namespace loadline
