// The law for services: the least number of replicas with which the load ahead exceeds capacity with no more than a
// certain risk, averaged over the minutes for which the answer binds.
//
// 1. A replica asked for now serves after the start delay, and the answer counts until the next ones do. A violation
//    is counted by time, so the mean of P(load > capacity) over the start delay + 0, 60 and 120 s is right, not its
//    maximum.
// 2. Two levels: up is the least n with P(n) <= risk, down the least with P(n) <= risk / 1.5. Between them nothing
//    changes: fewer scale events at the same violations.
// 3. The risk is found, not stated. 25 risks run along, each with the very law, the HPA's tolerance and its window
//    (virtual_run.h). Every six hours the risk is taken whose last week came out at the target. With a fixed risk the
//    HPA, which holds what was needed minutes ago, would leave far fewer violations than were asked for, and cost more.
#ifndef LOADLINE_SCALING_SERVICE_LAW_H_
#define LOADLINE_SCALING_SERVICE_LAW_H_

#include <memory>

#include "scaling/objective.h"

namespace loadline {

// REQUIRES: objective.violations.
std::unique_ptr<ObjectiveLaw> MakeServiceLaw(const Objective& objective, const ObjectiveTerms& terms);

}  // namespace loadline

#endif  // LOADLINE_SCALING_SERVICE_LAW_H_
