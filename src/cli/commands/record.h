// `loadline record`: what the queries of policies said, as a file to replay on.
#ifndef LOADLINE_CLI_COMMANDS_RECORD_H_
#define LOADLINE_CLI_COMMANDS_RECORD_H_

#include <string>

#include "replay/replay_input.h"

namespace loadline {

struct RecordCommand {
  ReplayInput input;
  std::string out;  // the file
};

// Says on standard output what was recorded. Returns the exit code: 0 recorded, 1 there is no data, 2 the request, a
// policy, the file or the server's answer is bad.
int RunRecord(const RecordCommand& command);

}  // namespace loadline

#endif  // LOADLINE_CLI_COMMANDS_RECORD_H_
