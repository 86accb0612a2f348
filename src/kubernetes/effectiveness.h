// How well what was asked for was followed, 0 to 1.
#ifndef LOADLINE_KUBERNETES_EFFECTIVENESS_H_
#define LOADLINE_KUBERNETES_EFFECTIVENESS_H_

#include <optional>
#include <span>

#include "base/time.h"
#include "kubernetes/hpa_snapshot.h"

namespace loadline {

// What was so from a time on.
struct FollowedMoment {
  Timestamp time;
  Timestamp tick;              // of the decision
  std::optional<int> goal;     // GoalOf
  std::optional<int> desired;  // by the HPA
  std::optional<int> ready;
  bool is_limited = false;  // the HPA says that it wants more or less than it may
  bool is_others = false;   // another metric won
};
FollowedMoment MomentOf(const HpaSnapshot& snapshot);
// Whether they differ in more than their times.
bool IsChanged(const FollowedMoment& a, const FollowedMoment& b);

// The three parts and their product; each none where nothing is known of it.
//   reach        the mean over the time that is known of min(goal, ready) / max(goal, ready), 1 where both are 0
//   promptness   the mean over all replicas that were waited for, to come or to go, of fair / max(fair, how long it
//   took);
//                of one that still does not, or was given up, how long it has been, once that is more than fair
//   steadiness   of the replicas by which the HPA moved, the share that went towards the goal
//   score        their product; none without reach and promptness. Where the HPA never moved there is no steadiness,
//   and
//                it is left out.
struct Effectiveness {
  std::optional<double> score;
  std::optional<double> reach;
  std::optional<double> promptness;
  std::optional<double> steadiness;
  Duration known{0};                    // of the span: both goal and ready
  std::size_t waited = 0;               // replicas that were judged
  std::optional<Duration> ready_after;  // the median of those that were waited for to come, and came
  std::optional<double> limited_share;  // of the time that the HPA is known
  std::optional<double> others_share;   // likewise
};

struct EffectivenessOptions {
  Duration fair_up = std::chrono::minutes(2);     // a sync of the HPA, and the start of a pod
  Duration fair_down = std::chrono::minutes(10);  // the HPA waits for five minutes by default
};

// Pure. `moments`: oldest first; those before `from` say how it began. The last one stands until `until`.
Effectiveness Measure(std::span<const FollowedMoment> moments, Timestamp from, Timestamp until,
                      const EffectivenessOptions& options = {});

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_EFFECTIVENESS_H_
