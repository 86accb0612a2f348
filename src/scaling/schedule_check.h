// The rules between the fields of a schedule and of a Calendar document.
#ifndef LOADLINE_SCALING_SCHEDULE_CHECK_H_
#define LOADLINE_SCALING_SCHEDULE_CHECK_H_

#include <string>

#include "document/node.h"
#include "scaling/schedule_fields.h"

namespace loadline {

// Adds what is wrong with `schedule`, and what is right and yet probably not meant (warnings). `node` is what it was
// read from and `path` where that stands: "spec.signals[2].schedule". Values that could not be read have been reported,
// and are not reported again.
void CheckSchedule(const Schedule& schedule, const Node& node, const std::string& path, Problems& problems);

// The calendar that `spec` describes; adds what is wrong with it, also within its iCalendar text. `node` is the spec.
Calendar MakeCalendar(std::string name, const CalendarSpec& spec, const Node& node, const std::string& path,
                      Problems& problems);

}  // namespace loadline

#endif  // LOADLINE_SCALING_SCHEDULE_CHECK_H_
