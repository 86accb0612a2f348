// `loadline explain`: why a server answers what it answers, or answered what it answered.
#ifndef LOADLINE_CLI_COMMANDS_EXPLAIN_H_
#define LOADLINE_CLI_COMMANDS_EXPLAIN_H_

#include <string>
#include <vector>

#include "cli/api_client.h"
#include "cli/server.h"

namespace loadline {

struct ExplainCommand {
  std::string binding;               // "NAMESPACE/NAME", or a name; empty: all, a line each
  std::string object_namespace;      // of a name, or of all; empty: the context's, or any
  std::string policy;                // only triggers that use it; empty: any
  std::string at;                    // a time before now (ParseTimeBefore); empty: now
  std::vector<std::string> what_if;  // "lag=500", "lag=missing"
  bool watch = false;                // a line for each change, until it is stopped
  Server server;
  std::string output = "table";  // "table" or "json"
};

// Returns the exit code: 0, 1 where there is no such binding, 2 where the server could not be asked.
int RunExplain(const ExplainCommand& command);

// A decision as /api/v1/decisions and /api/v1/explain have it, for people. Throws ApiJson::exception where it is none.
// `followed`: its row of /api/v1/effectiveness; null: nothing is known of that.
std::string DescribeDecision(const ApiJson& decision, const ApiJson* followed = nullptr);

}  // namespace loadline

#endif  // LOADLINE_CLI_COMMANDS_EXPLAIN_H_
