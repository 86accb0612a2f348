// `loadline validate`: what is wrong with policies, all of it at once.
#ifndef LOADLINE_CLI_COMMANDS_VALIDATE_H_
#define LOADLINE_CLI_COMMANDS_VALIDATE_H_

#include <string>
#include <vector>

namespace loadline {

struct ValidateCommand {
  std::vector<std::string> paths;  // files and folders; "-" is standard input
  std::string format = "text";     // "text", "json", or "github" (annotations of a workflow)
};

// Writes the problems to standard output. Returns the exit code: 0 good (there may be warnings), 1 a document is bad, 2
// a path cannot be read.
int RunValidate(const ValidateCommand& command);

}  // namespace loadline

#endif  // LOADLINE_CLI_COMMANDS_VALIDATE_H_
