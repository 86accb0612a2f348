// Who acts in a scenario: the bindings with their policies and plans, and the documents that concern them.
#ifndef LOADLINE_SCALING_SCENARIO_CAST_H_
#define LOADLINE_SCALING_SCENARIO_CAST_H_

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "scaling/budget_yaml.h"
#include "scaling/override.h"
#include "scaling/query_plan.h"
#include "scaling/scenario.h"
#include "schedule/calendar.h"

namespace loadline {

struct ScenarioMember {
  std::string label;  // by which the scenario calls it; empty: its first binding, or nobody calls it
  BindingName name;
  std::shared_ptr<const Policy> policy;
  QueryPlan plan;
  std::vector<Override> overrides;  // that are meant for it, in the order of their names
};

struct ScenarioCast {
  std::vector<ScenarioMember> members;  // the scenario's bindings in its order; then those that they depend on and
                                        // that are not among them, as Loadline decides for them, too
  std::vector<Budget> budgets;
  std::vector<std::shared_ptr<const Calendar>> calendars;
  Problems problems;                    // of the scenario
  std::vector<Problems> file_problems;  // of each file
};

// `texts`: of each of the scenario's files. With problems the rest means nothing.
ScenarioCast MakeCast(const Scenario& scenario, std::span<const std::string> texts);

}  // namespace loadline

#endif  // LOADLINE_SCALING_SCENARIO_CAST_H_
