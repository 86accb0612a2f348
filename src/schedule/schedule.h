// Schedules: at which times how many replicas are wanted, whatever the load.
#ifndef LOADLINE_SCHEDULE_SCHEDULE_H_
#define LOADLINE_SCHEDULE_SCHEDULE_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "schedule/calendar.h"
#include "schedule/cron.h"
#include "schedule/zone.h"

namespace loadline {

// When a window is open, and what it says then. It has one of three forms:
//   start and end        open from each start to the first end after it. A start at the minute of an end wins.
//   start and duration   open for so long after each start, in time that passes: 3h over a change of the clocks are 3h.
//   from and to          open once.
// Occurrences of a window that touch or overlap are one: it stays open. An occurrence that a change of the clocks
// leaves without length does not happen.
struct ScheduleWindow {
  std::string name;  // may be empty
  std::optional<Cron> start;
  std::optional<Cron> end;
  std::optional<Duration> duration;
  std::optional<LocalMinute> from;
  std::optional<LocalMinute> to;

  std::optional<double> replicas;
  std::optional<double> min;
  std::optional<double> max;
  std::optional<double> factor;  // on the demand

  // How long the window takes to reach what it says, and to let go of it, within its own time: replicas and min go up
  // from 0, factor goes from 1; max is not ramped.
  Duration ramp_in{0};
  Duration ramp_out{0};
};

// Local dates on which no recurring window starts. One that started the day before runs to its end; a window of from
// and to names its dates itself, and is never left out.
struct ScheduleExceptions {
  std::vector<DateRange> dates;        // as MergeRanges leaves them
  std::vector<std::string> calendars;  // names
};

struct Schedule {
  TimeZone zone;
  std::vector<ScheduleWindow> windows;
  ScheduleExceptions except;
};

// The calendar of that name; null where there is none. It must stay while At runs.
using CalendarLookup = std::function<const Calendar*(const std::string& name)>;

// A value, and the window that it comes from: an index into Schedule::windows.
struct ScheduleValue {
  double value = 0;
  std::size_t window = 0;

  friend bool operator==(const ScheduleValue&, const ScheduleValue&) = default;
};

// What the open windows say together: the highest replicas, min and factor, and the lowest max. Of equal ones the first
// window decides.
struct ScheduleSays {
  std::optional<ScheduleValue> replicas;
  std::optional<ScheduleValue> min;
  std::optional<ScheduleValue> max;
  std::optional<ScheduleValue> factor;

  friend bool operator==(const ScheduleSays&, const ScheduleSays&) = default;
};

struct OpenWindow {
  std::size_t window = 0;
  Timestamp since;
  std::optional<Timestamp> until;  // none: not in sight
  double share = 1;                // how far the ramps are: 0 to 1

  friend bool operator==(const OpenWindow&, const OpenWindow&) = default;
};

// The next time at which a window opens or closes. Ramps do not count.
struct ScheduleTransition {
  Timestamp at;
  std::vector<std::size_t> opens;
  std::vector<std::size_t> closes;
  ScheduleSays then;  // what holds from then on, once ramps are over

  friend bool operator==(const ScheduleTransition&, const ScheduleTransition&) = default;
};

struct ScheduleState {
  std::vector<OpenWindow> open;  // in the order of the schedule; those that do not decide overlap with those that do
  ScheduleSays says;
  std::vector<std::string> missing_calendars;  // unknown names: windows count as if nothing was excepted by them
  std::optional<ScheduleTransition> next;

  friend bool operator==(const ScheduleState&, const ScheduleState&) = default;
};

// The state of `schedule` at `now`; a function of its arguments only. Each window has one of the three forms, and a
// duration above zero. Looks eight years back and ahead; and where more than 64 occurrences of a window touch one
// another, `since` and `until` are those of the ones in sight, and none. Cost: about half a microsecond for two
// windows.
ScheduleState At(const Schedule& schedule, const CalendarLookup& calendars, Timestamp now);

// What people call a window: its name, or "windows[2]".
std::string WindowName(const Schedule& schedule, std::size_t window);

}  // namespace loadline

#endif  // LOADLINE_SCHEDULE_SCHEDULE_H_
