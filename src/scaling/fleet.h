// Decisions that depend on each other: B follows what A wants, and several share a budget.
#ifndef LOADLINE_SCALING_FLEET_H_
#define LOADLINE_SCALING_FLEET_H_

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "scaling/budget_yaml.h"
#include "scaling/decide.h"
#include "scaling/recorded_observation.h"

namespace loadline {

// What the others of a fleet came to for one member: with it, and its readings, its decision can be made again alone.
struct FleetTerms {
  std::optional<double> granted = {};  // what its budget leaves it; none where it has no budget
  std::string granted_by = {};         // the budget that left so few
  std::optional<Error> error = {};     // why it cannot be decided together with the others
  // For each query of its plan with `desired_of`, in their order: what the other wanted.
  std::vector<RecordedWindow> desired = {};
};

// One binding of a tick. What it points to must outlive the call.
struct FleetMember {
  BindingName name;
  const Policy* policy = nullptr;
  const QueryPlan* plan = nullptr;
  // As for Decide; the windows of queries with `desired_of` may be empty. They are filled in, for as long as the call
  // lasts: what they were filled with is kept in `terms`.
  Observation seen;
  std::shared_ptr<FleetTerms> terms = nullptr;  // filled in; null where the others make no difference to it
};

// Who depends on whom, in a set of members.
struct FleetPlan {
  std::vector<std::size_t> order;        // of the members: each after those that it depends on
  std::vector<std::string> cycles;       // of each member: "a -> b -> a" where it depends on itself; else empty
  std::vector<bool> is_target;           // of each member: whether another depends on it
  std::vector<std::size_t> extra_ticks;  // of each member: how much further back its windows must reach than its plan
                                         // says, since others go by what it wanted earlier
};

// Needs names, policies and plans only. `interval`: between ticks.
FleetPlan PlanFleet(std::span<const FleetMember> members, Duration interval);

// Decides for all `members`, which must hold everyone that another depends on, and everyone who shares one of
// `budgets`. The same decisions whatever the order of the members, but for those of one name (an object's triggers of
// one policy): of these the first gets what a budget cannot share evenly. What another wants is its proposal, before
// budgets: what it wanted earlier is decided again, from its readings of then. A dependency that is not among the
// members, or has no answer, is a reading that is missing.
std::vector<Decision> DecideFleet(const FleetPlan& plan, std::span<FleetMember> members,
                                  std::span<const Budget> budgets);

// Puts the name of the budget into the step that it cut: a policy that a budget lists need not name it, and of several
// the tightest is meant.
void NameBudget(const FleetTerms& terms, Decision& decision);

}  // namespace loadline

#endif  // LOADLINE_SCALING_FLEET_H_
