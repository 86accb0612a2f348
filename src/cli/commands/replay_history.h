// `loadline replay` on history: what policies would have done, side by side, and beside what really was.
#ifndef LOADLINE_CLI_COMMANDS_REPLAY_HISTORY_H_
#define LOADLINE_CLI_COMMANDS_REPLAY_HISTORY_H_

#include <string>

#include "cli/replay_input.h"
#include "scaling/replay_run.h"

namespace loadline {

struct ReplayHistoryCommand {
  ReplayInput input;
  WorkloadAsked workload;
  bool open_loop = false;
  Duration polling = std::chrono::seconds(30);
  Duration cooldown = std::chrono::minutes(5);
  std::optional<Duration> down_window;
  Duration sync = std::chrono::seconds(15);
  Duration refit = std::chrono::minutes(10);  // of forecasts, as serve's
  Duration lead = std::chrono::minutes(1);
  std::string output = "text";  // or json
  std::string html;             // a file to write; empty: none
};

// Writes the results to standard output. Returns the exit code: 0 replayed, 1 there is no data to go by, 2 the request,
// a policy, the file or the server's answer is bad.
int RunReplayHistory(const ReplayHistoryCommand& command);

// What of the command all replays have in common.
ReplayOptions ReplayOptionsOf(const ReplayHistoryCommand& command, const LoadedReplay& loaded,
                              const CalendarLookup& calendars);
// "requests, 50/s a replica, which serves 30s after it was asked for"; empty where there is none.
std::string LoadSentence(const WorkloadModel& workload, const Recording& recording);

}  // namespace loadline

#endif  // LOADLINE_CLI_COMMANDS_REPLAY_HISTORY_H_
