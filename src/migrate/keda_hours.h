// The hours of KEDA's cron trigger.
#ifndef LOADLINE_MIGRATE_KEDA_HOURS_H_
#define LOADLINE_MIGRATE_KEDA_HOURS_H_

#include "base/time.h"
#include "schedule/cron.h"
#include "schedule/zone.h"

namespace loadline {

class KedaHours {
 public:
  KedaHours(const Cron& start, const Cron& end, const TimeZone& zone) : start_(start), end_(end), zone_(zone) {}

  // Where the next end does not come after the next start. Source: keda 2.21 pkg/scalers/cron_scaler.go,
  // GetMetricsAndActivity (whose other branch is never true, as both lie ahead).
  bool Within(Timestamp time) const;

  // Whether that is from each start to the next end, as a policy's schedule has it. Looked at about each start and end
  // of five weeks.
  bool Alternate() const;

 private:
  const Cron& start_;
  const Cron& end_;
  const TimeZone& zone_;
};

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_KEDA_HOURS_H_
