// The law for queue workers: the least number of replicas with which all that falls due is served in time.
//
// A replica asked for now helps after the start delay D. So:
// 1. What is ready until then is known: the fewest observed since one start delay before (scale-down removes those that
//    are starting first), so that those starting count exactly once.
// 2. The backlog is walked to t + D with the arrivals that are expected.
// 3. For some times T after that: all that arrived before t + D + T - K must be served by t + D + T, where K is what of
//    the deadline may still be left to the queue. Of the arrivals the last two minutes before t + D and those after it
//    count with a quantile, those before with their mean: ten minutes of doubt are not to be paid for in one.
// 4. The quantile is found, not stated: 15 risks run along, each with a queue of its own. Every six hours the one is
//    taken whose last week came out at the lateness that was asked for.
// Where the delay is within the deadline, a replica asked for now can still save what arrives now, and little is kept
// in reserve; where it is not, capacity must be there before, and the quantile is stated: 0.99.
#ifndef LOADLINE_SCALING_WORKER_LAW_H_
#define LOADLINE_SCALING_WORKER_LAW_H_

#include <memory>
#include <span>
#include <vector>

#include "scaling/objective.h"

namespace loadline {

// How the law is set for a delay and a deadline, in ticks.
struct WorkerPlan {
  int delay = 1;
  std::vector<int> drains;  // T
  int kept = 0;             // K
  int doubted = 1;          // of the delay: the last so many ticks count with a quantile
  double quantile = 0.8;    // until a day has been tried
  bool finds_risk = true;
};
WorkerPlan PlanWorkers(Duration start_delay, Duration deadline, Duration tick);

// Arrivals as they are expected, in what one replica serves in a tick.
struct ExpectedArrivals {
  double until_start = 0;       // a tick, within the delay
  double until_doubt = 0;       // a tick, within the delay but for its doubted end
  std::vector<double> falling;  // for each of the plan's drains: all from then until what must be served; below 0: what
                                // need not be served yet of what has arrived
};

// `ready`: replicas at each of the next plan.delay ticks; `backlog` in what one replica serves in a tick.
int WantedWorkers(const WorkerPlan& plan, double backlog, std::span<const int> ready, const ExpectedArrivals& arrivals);

// REQUIRES: objective.deadline and late.
std::unique_ptr<ObjectiveLaw> MakeWorkerLaw(const Objective& objective, const ObjectiveTerms& terms);

}  // namespace loadline

#endif  // LOADLINE_SCALING_WORKER_LAW_H_
