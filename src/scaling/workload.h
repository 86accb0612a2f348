// What load does to the replicas that are there: who is ready, what waits, what is late. A model for replays.
#ifndef LOADLINE_SCALING_WORKLOAD_H_
#define LOADLINE_SCALING_WORKLOAD_H_

#include <deque>
#include <optional>
#include <vector>

#include "base/time.h"

namespace loadline {

// Replicas that serve after a start delay. Those that start go first where the count falls: as a Deployment's do.
class StartingReplicas {
 public:
  // `delay` in whole ticks; before the first tick there were as many as at it.
  explicit StartingReplicas(int delay_ticks) : delay_(delay_ticks) {}

  // The next tick, with so many there. Returns those that have been there for the delay.
  int Step(int replicas);

 private:
  struct Count {
    long tick;
    int replicas;
  };
  int delay_;
  long tick_ = 0;
  std::deque<Count> lowest_;  // rising, of the delay's ticks: the front is the least
};

// Items that wait, first come, first served.
//
// Invariants: 1. served_ <= arrived_. 2. An item counts as late once: at the tick at which it has waited longer than
// the deadline, and is still there.
class WaitingItems {
 public:
  // `depth` items wait at first, and have just come.
  WaitingItems(Duration tick, Duration deadline, double depth);

  // The next tick: what comes in it, and how much can be served. Returns how many became late.
  double Step(double arrivals, double can_serve);
  // The same where it is known how many wait after it, instead of how much could be served.
  double StepTo(double arrivals, double depth);

  double depth() const { return arrived_ - served_; }
  double arrived() const { return arrived_; }
  // How long the oldest item has waited.
  Duration oldest() const;

 private:
  double Late();

  Duration tick_;
  std::size_t deadline_;  // in ticks
  double arrived_ = 0;
  double served_ = 0;
  double judged_ = 0;            // items up to it have been late, or can be no more
  std::vector<double> history_;  // arrived_ at the end of each tick
  mutable std::size_t oldest_ = 0;
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_WORKLOAD_H_
