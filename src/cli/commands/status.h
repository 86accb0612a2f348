// `loadline status`: how a server is, and all its bindings at a glance.
#ifndef LOADLINE_CLI_COMMANDS_STATUS_H_
#define LOADLINE_CLI_COMMANDS_STATUS_H_

#include <string>

#include "cli/server.h"

namespace loadline {

struct StatusCommand {
  std::string object_namespace;  // only those of it; empty: all
  bool only_problems = false;
  Server server;
  std::string output = "table";
};

// Returns the exit code: 0 all is well, 1 something is not, 2 where the server could not be asked.
int RunStatus(const StatusCommand& command);

}  // namespace loadline

#endif  // LOADLINE_CLI_COMMANDS_STATUS_H_
