// `loadline replay` on history: what policies would have done, side by side, and beside what really was.
#ifndef LOADLINE_CLI_COMMANDS_REPLAY_HISTORY_H_
#define LOADLINE_CLI_COMMANDS_REPLAY_HISTORY_H_

#include <string>

#include "replay/history_replay.h"

namespace loadline {

struct ReplayHistoryCommand : HistoryReplay {
  std::string output = "text";  // or json
  std::string html;             // a file to write; empty: none
};

// Writes the results to standard output. Returns the exit code: 0 replayed, 1 there is no data to go by, 2 the request,
// a policy, the file or the server's answer is bad.
int RunReplayHistory(const ReplayHistoryCommand& command);

}  // namespace loadline

#endif  // LOADLINE_CLI_COMMANDS_REPLAY_HISTORY_H_
