// The fields of an objective.
#ifndef LOADLINE_SCALING_OBJECTIVE_FIELDS_H_
#define LOADLINE_SCALING_OBJECTIVE_FIELDS_H_

#include "document/fields.h"
#include "scaling/objective.h"
#include "scaling/shaping_fields.h"

namespace loadline {

template <class Visitor>
void DescribeFields(Visitor& visit, Objective& objective) {
  visit(
      {.name = "violations",
       .help = "Of a service: the share of the time in which its load may be above what its ready replicas can serve.",
       .example = "1%"},
      objective.violations);
  visit({.name = "deadline",
         .help = "Of a queue: how long an item may wait.",
         .unit = "duration",
         .example = "2m",
         .above = 0,
         .at_most = 24 * 3600},
        objective.deadline);
  visit({.name = "late", .help = "Of a queue: the share of its items that may wait longer.", .example = "0.1%"},
        objective.late);
  visit({.name = "capacity",
         .help = "What one replica serves in a second; absent: perReplica, or throughputPerReplica, of its signal.",
         .unit = "of what the load counts, per second",
         .example = "50",
         .above = 0},
        objective.capacity);
  visit({.name = "startDelay",
         .help = "From a raised count to a replica that serves.",
         .unit = "duration",
         .example = "30s",
         .at_least = 0,
         .at_most = 3600},
        objective.start_delay);
  visit({.name = "scaleDownWindow",
         .help = "The HPA's behavior.scaleDown.stabilizationWindowSeconds: what is tried on the last week goes by it.",
         .unit = "duration",
         .example = "1m",
         .at_least = 0,
         .at_most = 3600},
        objective.scale_down_window);
}

}  // namespace loadline

#endif  // LOADLINE_SCALING_OBJECTIVE_FIELDS_H_
