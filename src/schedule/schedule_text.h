// What a schedule says, in words: for reasons and for explain.
#ifndef LOADLINE_SCHEDULE_SCHEDULE_TEXT_H_
#define LOADLINE_SCHEDULE_SCHEDULE_TEXT_H_

#include <string>

#include "schedule/schedule.h"

namespace loadline {

// "office says 6 replicas (over night's 2); calendar holidays-de is not known"; "no window is open".
std::string DescribeState(const Schedule& schedule, const ScheduleState& state);

// "at 2026-11-27T18:00 Europe/Berlin office closes, then night says at most 2"; "no change is in sight".
std::string DescribeNext(const Schedule& schedule, const ScheduleState& state);

}  // namespace loadline

#endif  // LOADLINE_SCHEDULE_SCHEDULE_TEXT_H_
