// Numbers of a policy that may be learned from history instead of being stated. What is learned of them:
// learned_number.h.
#ifndef LOADLINE_SCALING_LEARNED_H_
#define LOADLINE_SCALING_LEARNED_H_

#include <optional>
#include <variant>

#include "base/time.h"
#include "scaling/query_template.h"

namespace loadline {

// How far ahead a forecast looks: the time from a raised replica count to as many ready pods, a quantile of what it
// was.
struct LearnedAhead {
  std::optional<QueryTemplate> wanted;  // replicas; absent: those of the Deployment of the object's name
  std::optional<QueryTemplate> ready;   // likewise
  double quantile = 0.9;
  Duration assume = std::chrono::minutes(5);  // until it is known
  Duration at_most = std::chrono::minutes(15);
  Duration history = std::chrono::hours(7 * 24);
};
using Ahead = std::variant<Duration, LearnedAhead>;

// What one replica works off while there is work for it, in items per second.
struct LearnedThroughput {
  double assume = 0;                      // until it is known
  std::optional<QueryTemplate> replicas;  // ready ones; absent: those of the Deployment of the object's name
  std::optional<QueryTemplate> done;      // of all replicas; absent: arrivals, less what the depth grows by
  Duration history = std::chrono::hours(7 * 24);
};
using Throughput = std::variant<double, QueryTemplate, LearnedThroughput>;

// kube-state-metrics' counts of the Deployment of the object's name.
const QueryTemplate& DefaultWantedQuery();
const QueryTemplate& DefaultReadyQuery();

}  // namespace loadline

#endif  // LOADLINE_SCALING_LEARNED_H_
