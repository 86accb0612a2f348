// `loadline explain`: why a running server answers what it answers.
#ifndef LOADLINE_CLI_COMMANDS_EXPLAIN_H_
#define LOADLINE_CLI_COMMANDS_EXPLAIN_H_

#include <string>

namespace loadline {

struct ExplainCommand {
  std::string binding;                           // "NAMESPACE/NAME"; empty: all, a line each
  std::string policy;                            // only triggers that use it; empty: any
  std::string server = "http://127.0.0.1:8080";  // its HTTP port
  std::string output = "table";                  // "table" or "json"
};

// Returns the exit code: 0, 1 where there is no such binding, 2 where the server could not be asked.
int RunExplain(const ExplainCommand& command);

}  // namespace loadline

#endif  // LOADLINE_CLI_COMMANDS_EXPLAIN_H_
