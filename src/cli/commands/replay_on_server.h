// `loadline replay` on a running server: it plays, on its own history.
#ifndef LOADLINE_CLI_COMMANDS_REPLAY_ON_SERVER_H_
#define LOADLINE_CLI_COMMANDS_REPLAY_ON_SERVER_H_

#include <string>

#include "cli/commands/replay_history.h"
#include "cli/server.h"

namespace loadline {

// Posts to /api/v1/replays, waits, and writes what RunReplayHistory would. `of_sources`: what the server's sources
// remember, else what its journal kept. Returns the exit code: 0 replayed, 1 there is no data to go by, 2 the request,
// a policy or the answer is bad.
int RunReplayOnServer(const Server& server, const ReplayHistoryCommand& command, const std::string& object_namespace,
                      bool of_sources);

}  // namespace loadline

#endif  // LOADLINE_CLI_COMMANDS_REPLAY_ON_SERVER_H_
