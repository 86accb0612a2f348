// Schedules as tests write them, and what is asked of them.
#ifndef LOADLINE_TESTS_UNIT_SCHEDULE_SCHEDULES_H_
#define LOADLINE_TESTS_UNIT_SCHEDULE_SCHEDULES_H_

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "reference.h"
#include "schedule/schedule.h"

namespace loadline {

inline ScheduleWindow Recurring(const std::string& start, const std::string& end) {
  ScheduleWindow window;
  window.start = Cron::Parse(start).value();
  window.end = Cron::Parse(end).value();
  window.replicas = 6;
  return window;
}

inline ScheduleWindow Lasting(const std::string& start, Duration duration) {
  ScheduleWindow window;
  window.start = Cron::Parse(start).value();
  window.duration = duration;
  window.replicas = 6;
  return window;
}

inline ScheduleWindow Once(const std::string& from, const std::string& to) {
  ScheduleWindow window;
  window.from = Local(from);
  window.to = Local(to);
  window.replicas = 6;
  return window;
}

inline ScheduleWindow Named(std::string name, ScheduleWindow window, double replicas) {
  window.name = std::move(name);
  window.replicas = replicas;
  return window;
}

inline Schedule Berlin(std::vector<ScheduleWindow> windows) { return {Zone("Europe/Berlin"), std::move(windows), {}}; }

inline ScheduleState StateAt(const Schedule& schedule, Timestamp now) { return At(schedule, {}, now); }
// By what the clocks of the schedule show.
inline ScheduleState StateAt(const Schedule& schedule, std::string_view local) {
  return StateAt(schedule, schedule.zone.ToTime(Local(local)));
}
inline bool IsOpen(const Schedule& schedule, std::string_view local) { return !StateAt(schedule, local).open.empty(); }

// "10-25T00:30..10-25T02:00": the first occurrence after `after`, in UTC.
inline std::string OpensNext(const Schedule& schedule, std::string_view after) {
  const ScheduleState before = StateAt(schedule, Utc(after));
  if (!before.open.empty() || !before.next) return "open, or none";
  const ScheduleState during = StateAt(schedule, before.next->at);
  if (during.open.empty()) return "says it opens, and does not";
  CHECK(during.open[0].since == before.next->at);
  if (!during.open[0].until) return "never closes";
  CHECK(StateAt(schedule, *during.open[0].until).open.empty());
  return FormatTimestamp(before.next->at).substr(5, 11) + ".." + FormatTimestamp(*during.open[0].until).substr(5, 11);
}

}  // namespace loadline

#endif  // LOADLINE_TESTS_UNIT_SCHEDULE_SCHEDULES_H_
