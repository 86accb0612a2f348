// What a decision says of its binding.
#ifndef LOADLINE_NOTIFY_DECISION_SITUATIONS_H_
#define LOADLINE_NOTIFY_DECISION_SITUATIONS_H_

#include <vector>

#include "notify/situation.h"
#include "scaling/decision_record.h"

namespace loadline {

// How its readings are, and, unless KEDA gets an error, the replicas that it asks for, as the HPA rounds them.
std::vector<Situation> SituationsOf(const MadeDecision& made);

}  // namespace loadline

#endif  // LOADLINE_NOTIFY_DECISION_SITUATIONS_H_
