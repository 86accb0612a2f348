// `loadline history` and `loadline diff`: what was decided, and what was different at two times.
#ifndef LOADLINE_CLI_COMMANDS_HISTORY_H_
#define LOADLINE_CLI_COMMANDS_HISTORY_H_

#include <string>
#include <vector>

#include "cli/server.h"

namespace loadline {

struct HistoryCommand {
  std::string binding;           // "NAMESPACE/NAME", or a name
  std::string object_namespace;  // of a name; empty: the context's
  std::string policy;            // only triggers that use it; empty: any
  std::string from;              // a time before now (ParseTimeBefore); empty: as far back as the limit reaches
  std::string until;             // likewise; empty: now
  int limit = 100;               // records
  bool heartbeats = false;
  Server server;
  std::string output = "table";
};

// Returns the exit code: 0, 1 where nothing is recorded, 2 where the server could not be asked.
int RunHistory(const HistoryCommand& command);

struct DiffCommand {
  std::string binding;
  std::string object_namespace;
  std::string policy;
  std::vector<std::string> at;  // two times
  Server server;
};

// Returns the exit code: 0 nothing differs, 1 something does, 2 where one of the decisions could not be had.
int RunDiff(const DiffCommand& command);

}  // namespace loadline

#endif  // LOADLINE_CLI_COMMANDS_HISTORY_H_
