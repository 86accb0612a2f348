// The one function everything else serves.
#ifndef LOADLINE_SCALING_DECIDE_H_
#define LOADLINE_SCALING_DECIDE_H_

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "scaling/policy.h"
#include "scaling/query_plan.h"
#include "scaling/reading.h"
#include "scaling/reason.h"

namespace loadline {

// What was seen up to `now`: a window for each query of the plan, in its order, with one reading for each `interval`.
struct Observation {
  Timestamp now;
  Duration interval{15000};
  std::vector<ReadingWindow> windows;
};

// What one signal had to say.
struct SignalOutcome {
  Reason reason = Reason::kMissing;
  std::optional<double> value;       // the reading it goes by; of a backlog: the depth
  std::optional<double> arrivals;    // of a backlog
  std::optional<double> throughput;  // of a backlog: items per second and replica
  std::optional<double> demand;      // replicas, fractional; none: it takes no part
  Duration age{0};                   // of the reading it goes by: above 0 where it is held
  bool active = false;               // the reading is above its activateAbove
  std::string problem;               // why there is no reading now; empty where there is one
};

// One step: what was proposed before and after it, and why. Sentence() (explain.h) puts it in words.
struct Step {
  std::string_view stage;  // its name in kStages
  Reason reason;
  double before = 0;
  double after = 0;
  int signal = -1;  // the signal it was about, if one
};

struct Decision {
  Timestamp time;
  double replicas = 0;         // fractional; means nothing where there is an error
  bool active = false;         // likewise
  std::optional<Error> error;  // the policy says that this cannot be answered; the message says why
  std::optional<double> observed;
  std::vector<SignalOutcome> signals;  // in the policy's order
  std::vector<Step> steps;
};

// Decides how many replicas `policy` wants for one binding, given what was seen in its window. Pure: the same
// arguments always give the same decision (docs/decisions/0001). What could not be observed is answered as
// the policy says, and the steps say so. REQUIRES: a window, not empty, for each query of the plan.
Decision Decide(const Policy& policy, const QueryPlan& plan, const Observation& seen);

}  // namespace loadline

#endif  // LOADLINE_SCALING_DECIDE_H_
