// Cron expressions: at which local minutes something happens.
//
//   minute hour day-of-month month day-of-week        "0 8 * * MON-FRI"
//
// Each field is *, a value, a range a-b, a step */n, a-b/n or a/n (from a on), or a list of these. Months and weekdays
// may be named by three letters in any case; Sunday is 0 and 7. @hourly, @daily (@midnight), @weekly, @monthly and
// @yearly (@annually) stand for what Vixie's cron says. On the two day fields see DaysIn in cron_fields.h.
//
// When the clocks change: see zone.h. "30 2 * * *" in Berlin runs at 03:00 on 29 March 2026 and at the first 02:30 on
// 25 October. "* * * * *" runs once at each minute that the clocks had not shown before, so not in the hour that comes
// again.
#ifndef LOADLINE_SCHEDULE_CRON_H_
#define LOADLINE_SCHEDULE_CRON_H_

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "schedule/cron_fields.h"
#include "schedule/zone.h"

namespace loadline {

class Cron {
 public:
  Cron() = default;  // every minute

  // Fails with kInvalidArgument; the message names the field, the rule and what was found. A date that never comes
  // ("0 0 31 2 *") is refused too.
  static Result<Cron> Parse(std::string_view text);

  // The first time after `after`, and the last one up to `at`. None where there is none within eight years (29 February
  // may be so far away) or outside the years 1900 to 9999. Cost: some 100 ns; a month without a match costs 1 ns.
  std::optional<Timestamp> Next(Timestamp after, const TimeZone& zone) const;
  std::optional<Timestamp> Latest(Timestamp at, const TimeZone& zone) const;

  // The same in local time: the first minute from `from` on, and the last one up to `to`, both included.
  std::optional<LocalMinute> FirstFrom(LocalMinute from) const;
  std::optional<LocalMinute> LastUpTo(LocalMinute to) const;

  const std::string& text() const { return text_; }  // as it was written

  // Whether both mean the same, however written.
  friend bool operator==(const Cron& a, const Cron& b) { return a.fields_ == b.fields_; }

 private:
  std::string text_ = "* * * * *";
  CronFields fields_;
};

}  // namespace loadline

#endif  // LOADLINE_SCHEDULE_CRON_H_
