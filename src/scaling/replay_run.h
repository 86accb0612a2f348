// Plays a policy over a recording, tick by tick, with the same Decide as `serve`.
//
// What a query says that depends on the replicas (their count, a queue, a mean over them) cannot be known where the
// count is not the recorded one. So these come from models: of the workload (workload.h) and of KEDA with its HPA
// (keda_model.h). What the recording does not know stays unknown: a reading that failed fails in the replay, too.
#ifndef LOADLINE_SCALING_REPLAY_RUN_H_
#define LOADLINE_SCALING_REPLAY_RUN_H_

#include <functional>
#include <set>
#include <string>

#include "scaling/replay_forecasts.h"
#include "scaling/replay_result.h"
#include "scaling/workload_model.h"
#include "schedule/schedule.h"

namespace loadline {

struct ReplayOptions {
  Timestamp begin;         // the first tick that is played
  Timestamp end;           // no tick at or after it is
  bool open_loop = false;  // everything as it was recorded, the replicas too: what the answers would have been
  // Of the ScaledObject: KEDA's polling and cooldown, and the HPA's window on the way down. Without the last: of an
  // objective its scaleDownWindow, else what the HPA does where no behavior is stated.
  Duration polling = std::chrono::seconds(30);
  Duration cooldown = std::chrono::minutes(5);
  std::optional<Duration> down_window;
  Duration sync = std::chrono::seconds(15);  // kube-controller-manager's --horizontal-pod-autoscaler-sync-period
  const CalendarLookup* calendars = nullptr;
  std::set<Timestamp> explain_at;  // decisions whose reasons are kept
  // Now and then; false ends the replay there: what came of it is of no use.
  std::function<bool(std::size_t done, std::size_t of)> on_progress = nullptr;
};

// Those of the options; none where there are none.
const CalendarLookup& CalendarsOf(const ReplayOptions& options);

// Fails with kFailedPrecondition where the policy goes by what a replay of one workload cannot know, or by a query that
// was not recorded; the message lists them.
Status CheckReplay(const Recording& recording, const ReplayMember& member, const ReplayOptions& options);

// REQUIRES: CheckReplay passed; `forecasts` are of this recording.
ReplayResult Replay(const Recording& recording, const ReplayMember& member, const WorkloadModel& workload,
                    const ReplayOptions& options, ReplayForecasts& forecasts);

// What really happened, judged alike, with the bounds of `policy`. REQUIRES: workload.observed >= 0.
ReplayResult ReplayReality(const Recording& recording, const Policy& policy, const WorkloadModel& workload,
                           const ReplayOptions& options);

}  // namespace loadline

#endif  // LOADLINE_SCALING_REPLAY_RUN_H_
