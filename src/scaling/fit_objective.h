// An objective's law in `serve`: fitted to history at aligned times, and what it says of the ticks after that.
#ifndef LOADLINE_SCALING_FIT_OBJECTIVE_H_
#define LOADLINE_SCALING_FIT_OBJECTIVE_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "scaling/decide.h"
#include "scaling/forecast_plan.h"

namespace loadline {

// REQUIRES: a valid policy with an objective.
ObjectiveTerms TermsOf(const Policy& policy, Duration tick);

// How much of the past a law is fitted to: what its models weigh, and a week that they have not seen.
inline constexpr Duration kObjectiveHistory = std::chrono::hours(28 * 24);

// What has to be known of the past for the policy's objective; none where it has none. Fails with kFailedPrecondition
// where a minute is not a whole number of ticks. REQUIRES: `plan` is the policy's, which is valid.
Result<std::optional<PlannedForecast>> PlanObjective(const Policy& policy, const QueryPlan& plan, Duration tick);

// What a law learned. Immutable.
struct FittedObjective {
  Timestamp fitted;  // history up to it, itself included
  std::shared_ptr<const ObjectiveModel> model;
  LoadReadings readings;  // the last of them, which the ticks after `fitted` are seen with
};

// By history that ends at `fitted`, by tick, NaN where not known. The same on every pod: nothing else goes into it.
std::shared_ptr<const FittedObjective> FitObjective(std::span<const double> history, Timestamp fitted,
                                                    const ObjectiveQuestion& question);

// The same of a law that has read that history.
std::shared_ptr<const FittedObjective> SnapshotOf(const ObjectiveLaw& law, Timestamp fitted);

// How far back the load of a policy with an objective is needed at each tick: to the time at which it was fitted.
Duration LoadWindow(Duration lead);

// What the law wants at the last ticks that a decision looks at, newest last. `load`: what was read at each tick up to
// `seen.now`, oldest first, at least from `fitted` on. `fit`: null where there is none and none can be had, for
// `problem`: then 80 % of the capacity is used.
struct ObjectiveLevels {
  std::shared_ptr<const ObjectiveReport> report;
  std::vector<Levels> levels;

  ObjectiveView View() const { return {report, levels}; }
};
ObjectiveLevels LevelsOf(const FittedObjective* fit, const std::string& problem, const ObjectiveQuestion& question,
                         const Policy& policy, const QueryPlan& plan, const Observation& seen,
                         std::span<const Reading> load);

}  // namespace loadline

#endif  // LOADLINE_SCALING_FIT_OBJECTIVE_H_
