// Policies played on history, side by side and beside what really was: what `loadline replay` and /api/v1/replays do.
#ifndef LOADLINE_REPLAY_HISTORY_REPLAY_H_
#define LOADLINE_REPLAY_HISTORY_REPLAY_H_

#include <optional>
#include <string>

#include "replay/progress.h"
#include "replay/replay_input.h"
#include "replay/replay_report.h"
#include "scaling/replay_run.h"

namespace loadline {

struct HistoryReplay {
  ReplayInput input;
  WorkloadAsked workload;
  bool open_loop = false;
  Duration polling = std::chrono::seconds(30);
  Duration cooldown = std::chrono::minutes(5);
  std::optional<Duration> down_window;
  Duration sync = std::chrono::seconds(15);
  Duration refit = std::chrono::minutes(10);  // of forecasts, as serve's
  Duration lead = std::chrono::minutes(1);
  unsigned threads = 0;  // that make forecasts; 0: as many as there are processors, 1: the caller
};

// Takes as long as it takes: minutes of CPU where many forecasts are to be made. Fails as LoadReplay, and with
// kInvalidArgument where a policy cannot be replayed.
Result<ReplayReport> ReplayHistory(const HistoryReplay& asked, Timestamp now, Progress& progress);

// What all replays have in common.
ReplayOptions ReplayOptionsOf(const HistoryReplay& asked, const LoadedReplay& loaded, const CalendarLookup& calendars);
// "requests, 50/s a replica, which serves 30s after it was asked for"; empty where there is none.
std::string LoadSentence(const WorkloadModel& workload, const Recording& recording);

}  // namespace loadline

#endif  // LOADLINE_REPLAY_HISTORY_REPLAY_H_
