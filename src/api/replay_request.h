// What is posted to /api/v1/replays.
#ifndef LOADLINE_API_REPLAY_REQUEST_H_
#define LOADLINE_API_REPLAY_REQUEST_H_

#include <string>
#include <string_view>

#include "replay/history_replay.h"

namespace loadline {

struct ReplayRequest {
  HistoryReplay replay;
  bool of_journal = true;  // what is replayed: else what the sources remember
};

// {"namespace": "data", "name": "orders", "policies": ["apiVersion: ..."], "from": TIME, "until": TIME, "history":
// "journal" or "sources", "parameters": {..}, "tick": "15s", "capacity": 50, "start_delay": "30s", "load": .., "queue":
// .., "lag": .., "deadline": .., "polling": .., "cooldown": .., "down_window": .., "sync": .., "min": 1, "max": 9,
// "open_loop": true}: as the options of `loadline replay`. All but the first three may be left out; of sources `from`
// not. Fails with kInvalidArgument: the field, what is wanted, and what was found.
Result<ReplayRequest> ParseReplayRequest(std::string_view body);

// What a replay says of the command's options, said of the request's fields.
std::string InWordsOfRequest(std::string message);

}  // namespace loadline

#endif  // LOADLINE_API_REPLAY_REQUEST_H_
