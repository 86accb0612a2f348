// A policy of a lag and of a backlog, whose workers' metrics go with the last of them.
#ifndef LOADLINE_TESTS_UNIT_SCALING_LAG_AND_BUFFER_H_
#define LOADLINE_TESTS_UNIT_SCALING_LAG_AND_BUFFER_H_

#include <string_view>

namespace loadline::testing {

inline constexpr std::string_view kLagAndBuffer = R"(
replicas: { min: 0, max: 40 }
signals:
  - { name: lag, query: lag, perReplica: 300, activateAbove: 60 }
  - name: buffer
    backlog: { depth: depth, arrivals: arrivals, drainWithin: 2m, throughputPerReplica: 50 }
onMissing: { hold: 1m, then: error }
onEmpty: missing
whenIdle: changes
)";

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_UNIT_SCALING_LAG_AND_BUFFER_H_
