// A number that is learned from history: what `serve` does once an hour, and a replay likewise.
#ifndef LOADLINE_SCALING_LEARN_H_
#define LOADLINE_SCALING_LEARN_H_

#include <span>
#include <vector>

#include "scaling/learned_number.h"
#include "scaling/planned_number.h"

namespace loadline {

// How many rises or stretches must be known, at least.
int NeededFor(PlannedNumber::Kind kind);

// `histories`: of each of the plan's queries, by step, oldest first, ending at `fitted`, NaN where not known. REQUIRES:
// they are equally long.
LearnedNumber Learn(std::span<const std::vector<double>> histories, Timestamp fitted, const PlannedNumber& plan,
                    Duration step);

}  // namespace loadline

#endif  // LOADLINE_SCALING_LEARN_H_
