// What has to be asked before one can decide for a binding.
#ifndef LOADLINE_SCALING_QUERY_PLAN_H_
#define LOADLINE_SCALING_QUERY_PLAN_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "scaling/planned_number.h"
#include "scaling/policy.h"

namespace loadline {

// Another binding, whose desired replicas are a reading of this one.
struct BindingName {
  std::string object_namespace;
  std::string object;
  std::string policy;  // empty: the only one of the object

  friend auto operator<=>(const BindingName&, const BindingName&) = default;
};

struct PlannedQuery {
  std::string source;
  std::string text;                                         // PromQL, parameters filled in
  Duration window{0};                                       // how far back its readings are needed
  std::shared_ptr<const BindingName> desired_of = nullptr;  // then no source is asked: the fleet knows (fleet.h)
};

// The queries of one binding, and who needs which: indices into `queries`, -1 for none.
struct QueryPlan {
  struct Inputs {
    int value = -1;     // of a backlog: the depth
    int arrivals = -1;  // of a backlog
    int throughput = -1;
    int freshness = -1;
  };

  std::vector<PlannedQuery> queries;
  std::vector<Inputs> signals;                        // one for each signal of the policy, in its order
  std::vector<std::optional<PlannedNumber>> learned;  // likewise; or none at all
  int observed = -1;
  int when_idle = -1;
  Duration observed_window{0};  // how far back a decision looks at the observed count
  bool depends = false;  // whether any query has a desired_of: at each tick that is all there is to know of most plans
};

// Fails with kInvalidArgument where a parameter may not stand where a query wants it.
Result<QueryPlan> PlanQueries(const Policy& policy, const Parameters& parameters);

// The parameters of a binding: what its trigger's metadata sets, checked against what the policy declares, the
// defaults, and ${namespace} and ${name}. A key with KEDA's suffix FromEnv counts as the key without (rule 12).
// Fails with kInvalidArgument, naming the key, the rule and what was found.
Result<Parameters> BindParameters(const Policy& policy, std::string_view object_namespace, std::string_view object_name,
                                  const std::map<std::string, std::string>& metadata);

}  // namespace loadline

#endif  // LOADLINE_SCALING_QUERY_PLAN_H_
