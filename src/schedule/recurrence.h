// The recurrence rules of iCalendar (RFC 5545, 3.3.10): "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24".
#ifndef LOADLINE_SCHEDULE_RECURRENCE_H_
#define LOADLINE_SCHEDULE_RECURRENCE_H_

#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "schedule/icalendar_events.h"

namespace loadline {

struct Recurrence {
  std::string rule;
  LocalMinute start;  // counts as an occurrence whether or not the rule meets it
  bool date_only = false;
  std::optional<LocalMinute> until;  // replaces the rule's own, as the clock of `start` shows it
  LocalMinute last;                  // nothing after it is looked for
};

// UNTIL as it stands in the rule. Fails with kInvalidArgument where the rule cannot be read, or is not supported: more
// often than daily, or RSCALE. A calendar is a set of dates; and seconds would be counted one by one.
Result<std::optional<WrittenTime>> UntilOf(const std::string& rule);

// Calls `visit` for each occurrence in order until it fails. Fails as it does, and with kInvalidArgument where the rule
// never comes: libical then looks through thousands of years, half a second, which no text may ask for twice.
// REQUIRES: UntilOf has read the rule.
Status VisitOccurrences(const Recurrence& recurrence, const std::function<Status(LocalMinute)>& visit);

}  // namespace loadline

#endif  // LOADLINE_SCHEDULE_RECURRENCE_H_
