// Makes a decision of the past from what the sources remember.
#ifndef LOADLINE_CONTROLLER_RECOMPUTE_H_
#define LOADLINE_CONTROLLER_RECOMPUTE_H_

#include "controller/binding.h"
#include "controller/policy_board.h"
#include "controller/reading_board.h"
#include "controller/recomputed.h"

namespace loadline {

// The decision of the tick at or before `at`: each query of the plan is asked for its window up to then, within
// `budget` for each source. Forecasts, objectives, what others of a fleet wanted and overrides that were taken away are
// not known: the notes say which of them the policy has. Fails as PolicyBoard::Find, BindParameters and PlanQueries.
Result<Recomputed> Recompute(const BindingKey& key, Timestamp at, Duration interval, Duration budget,
                             const PolicyBoard& policies, const ReadingBoard& readings);

}  // namespace loadline

#endif  // LOADLINE_CONTROLLER_RECOMPUTE_H_
