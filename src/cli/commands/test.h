// `loadline test`: whether policies decide what their scenarios say.
#ifndef LOADLINE_CLI_COMMANDS_TEST_H_
#define LOADLINE_CLI_COMMANDS_TEST_H_

#include <string>
#include <vector>

namespace loadline {

struct TestCommand {
  std::vector<std::string> paths;  // *.scenario files, and folders that have some
  bool update = false;             // write what was decided where something else was wanted
};

// Writes what differs to standard output. Returns the exit code: 0 all as wanted, 1 something differs or a scenario or
// a document that it names is bad, 2 a path cannot be read or written or has no scenario.
int RunTest(const TestCommand& command);

}  // namespace loadline

#endif  // LOADLINE_CLI_COMMANDS_TEST_H_
