// A decision of a time of which nothing was kept, made anew from what the sources remember.
#ifndef LOADLINE_CONTROLLER_RECOMPUTED_H_
#define LOADLINE_CONTROLLER_RECOMPUTED_H_

#include <memory>
#include <string>
#include <vector>

#include "scaling/recorded_observation.h"

namespace loadline {

struct Recomputed {
  std::shared_ptr<const Policy> policy;  // the one in force now: which it was then, nothing tells
  QueryPlan plan;
  RecordedObservation seen;
  Decision decision;
  std::vector<std::string> notes;  // what of a decision could not be made again
};

}  // namespace loadline

#endif  // LOADLINE_CONTROLLER_RECOMPUTED_H_
