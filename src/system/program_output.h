// Runs another program, and takes what it says.
#ifndef LOADLINE_SYSTEM_PROGRAM_OUTPUT_H_
#define LOADLINE_SYSTEM_PROGRAM_OUTPUT_H_

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace loadline {

struct ProgramRun {
  std::string program;  // a path, or a name that PATH leads to
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> environment;  // beside our own, or in its place
  bool may_ask = false;                                          // it has our standard input, to ask whoever sits there
};

// What it wrote to its standard output, when it has ended; its errors go where ours go. Waits as long as it takes: a
// person may have to answer. Fails with kNotFound (there is no such program), kUnavailable (another exit code than 0,
// or a signal) or kResourceExhausted (more than 1 MiB); the message never has its output.
Result<std::string> OutputOf(const ProgramRun& run);

}  // namespace loadline

#endif  // LOADLINE_SYSTEM_PROGRAM_OUTPUT_H_
