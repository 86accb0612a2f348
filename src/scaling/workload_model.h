// Which recorded queries say what load there was, and what a replica serves of it: what a replay is judged by.
#ifndef LOADLINE_SCALING_WORKLOAD_MODEL_H_
#define LOADLINE_SCALING_WORKLOAD_MODEL_H_

#include <optional>
#include <span>
#include <string>

#include "scaling/policy.h"
#include "scaling/query_plan.h"
#include "scaling/recording.h"

namespace loadline {

// A policy that is replayed. All must outlive what is made of it.
struct ReplayMember {
  const Policy* policy = nullptr;
  const QueryPlan* plan = nullptr;
  const Parameters* parameters = nullptr;
};

// What says how many replicas there are, whether or not the policy goes by it. Fails as PlanQueries.
Result<std::string> ObservedQueryOf(const Policy& policy, const Parameters& parameters);

// As a person says it; what is empty is found from the policies, the first that knows.
struct WorkloadAsked {
  std::string load;   // a signal, NAME.arrivals of a backlog, or a recorded query's text
  std::string queue;  // a signal whose value is how many items wait, NAME.depth of a backlog, or a text
  std::string lag;    // likewise: for how many seconds the oldest has waited
  std::optional<double> capacity;
  std::optional<Duration> start_delay;
  std::optional<Duration> deadline;
};

// Queries are indices into the recording's; -1: there is none.
struct WorkloadModel {
  int load = -1;
  std::string load_name;  // for people
  // The load is the mean over the replicas that there were, as a utilisation: times them it is the whole.
  bool load_is_mean = false;
  OnEmpty load_on_empty = OnEmpty::kMissing;
  double capacity = 0;      // of a replica, per second, in what the load counts; or
  int capacity_query = -1;  // what says it
  Duration start_delay = std::chrono::seconds(30);
  int queue = -1;
  int lag = -1;
  std::optional<Duration> deadline;  // of an item: where something waits
  int observed = -1;                 // the replicas that there really were

  bool is_queue() const { return deadline.has_value(); }
};

// By default the load is that of the objective, else the first backlog's arrivals, else the first demand by perReplica,
// else the first by target; the capacity is the objective's, or that signal's. Where none of them has a load, the model
// has none: nothing can be short then. Fails with kInvalidArgument where something that was asked for is not known, and
// where the capacity or the deadline is not said.
Result<WorkloadModel> FindWorkload(const Recording& recording, std::span<const ReplayMember> members,
                                   const WorkloadAsked& asked);

}  // namespace loadline

#endif  // LOADLINE_SCALING_WORKLOAD_MODEL_H_
