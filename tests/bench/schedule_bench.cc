// What At costs for a typical schedule, warm: nanoseconds of the processor a call, spread over two years of times.
#include <chrono>
#include <cstdio>
#include <ctime>

#include "schedule/schedule.h"

namespace {

using namespace loadline;

ScheduleWindow Recurring(const char* start, const char* end) {
  ScheduleWindow window;
  window.start = *Cron::Parse(start);
  window.end = *Cron::Parse(end);
  window.replicas = 6;
  window.ramp_in = window.ramp_out = std::chrono::minutes(10);
  return window;
}

void Measure(const char* what, const Schedule& schedule, const CalendarLookup& calendars) {
  constexpr int kCalls = 200'000;
  const Timestamp first(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1));
  double sum = 0;
  for (const bool warm : {false, true}) {
    const std::clock_t begin = std::clock();
    for (int i = 0; i < kCalls; ++i) {
      const ScheduleState state = At(schedule, calendars, first + std::chrono::seconds(317LL * i));
      if (state.says.replicas) sum += state.says.replicas->value;
    }
    const double passed = 1e9 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    if (warm) std::printf("%-46s %6.0f ns (%.0f)\n", what, passed / kCalls, sum);
  }
}

}  // namespace

int main() {
  const TimeZone berlin = *TimeZone::Load("Europe/Berlin");
  Schedule two{berlin, {Recurring("0 8 * * MON-FRI", "0 18 * * MON-FRI")}, {}};
  ScheduleWindow night;
  night.start = *Cron::Parse("0 22 * * *");
  night.duration = std::chrono::hours(3);
  night.max = 2;
  two.windows.push_back(night);
  Measure("two windows", two, {});

  Schedule excepted = two;
  excepted.except.dates = {*ParseDateRange("2026-12-24..2026-12-26")};
  excepted.except.calendars = {"holidays"};
  Calendar holidays{"holidays", {}};
  for (int year = 1970; year < 2100; ++year) {
    holidays.ranges.push_back({Date(std::chrono::year(year) / 1 / 1), Date(std::chrono::year(year) / 1 / 1)});
    holidays.ranges.push_back({Date(std::chrono::year(year) / 5 / 1), Date(std::chrono::year(year) / 5 / 1)});
  }
  Measure("two windows, a calendar of 260 days", excepted, [&](const std::string&) { return &holidays; });

  Schedule utc = two;
  utc.zone = TimeZone();
  Measure("two windows in UTC", utc, {});

  Schedule once{berlin, {}, {}};
  ScheduleWindow friday;
  friday.from = *ParseLocalMinute("2026-11-27T06:00");
  friday.to = *ParseLocalMinute("2026-11-28T02:00");
  friday.min = 25;
  once.windows = {friday};
  Measure("one window of from and to", once, {});

  Schedule always{berlin, {Recurring("0 0 * * *", "0 0 * * *")}, {}};
  Measure("a window that never closes (64 days in sight)", always, {});

  Schedule leap{berlin, {Recurring("0 0 29 2 *", "0 0 1 3 *")}, {}};
  Measure("29 February", leap, {});
}
