// What would be decided if a signal had another value.
#ifndef LOADLINE_SCALING_WHAT_IF_H_
#define LOADLINE_SCALING_WHAT_IF_H_

#include <string>
#include <vector>

#include "base/result.h"
#include "scaling/recorded_observation.h"

namespace loadline {

// "lag" of a signal (of a backlog its depth), "buffer.arrivals", "buffer.throughput" or "observed", and the value;
// none: as if the source had not answered.
struct Assumption {
  std::string name;
  std::optional<double> value;
};

// Reads "lag=500" or "lag=missing". Fails with kInvalidArgument.
Result<Assumption> ParseAssumption(std::string_view text);

// Puts the value in the place of all readings of that query, as if it had been so for as long as the decision looks
// back. Fails with kInvalidArgument where the policy has no such signal, naming those that it has.
Status Assume(const Assumption& assumption, const Policy& policy, const QueryPlan& plan, RecordedObservation& seen);

}  // namespace loadline

#endif  // LOADLINE_SCALING_WHAT_IF_H_
