// What the HPA would make of answers that were not given: counts of replicas, in memory only, for many alternatives at
// once. It says at each tick what Hpa (hpa.h) with the default behavior says at a sync: tested against it.
#ifndef LOADLINE_SCALING_VIRTUAL_RUN_H_
#define LOADLINE_SCALING_VIRTUAL_RUN_H_

#include <cstddef>
#include <vector>

#include "scaling/objective.h"
#include "scaling/objective_report.h"

namespace loadline {

// In whole ticks, and no less than it is.
inline int DelayInTicks(Duration start_delay, Duration tick) {
  return static_cast<int>((start_delay + tick - Duration(1)) / tick);
}

// The number to tell KEDA from `replicas`, so that the HPA gets within the levels in spite of its tolerance.
double ValueForLevels(const Levels& levels, int replicas, const ObjectiveTerms& terms);

class VirtualRun {
 public:
  VirtualRun(const ObjectiveTerms& terms, Duration scale_down_window, int replicas);

  void Step(const Levels& levels);

  int replicas() const { return replicas_; }
  // Those that have been there for the start delay: scale-down removes the ones that are starting first.
  int ready() const;

 private:
  ObjectiveTerms terms_;
  int replicas_;
  std::vector<int> proposals_;  // a ring over the window
  std::vector<int> counts_;     // a ring over the start delay, its begin and its end included
  std::size_t tick_ = 0;
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_VIRTUAL_RUN_H_
