// Loadline's own token, as --token-file names it.
#ifndef LOADLINE_CLI_TOKEN_FILE_H_
#define LOADLINE_CLI_TOKEN_FILE_H_

#include <string>

#include "base/result.h"

namespace loadline {

// Without the blanks behind it. Fails with kFailedPrecondition, naming the option: the file cannot be read, or has not
// one token in it.
Result<std::string> ReadToken(const std::string& file);

}  // namespace loadline

#endif  // LOADLINE_CLI_TOKEN_FILE_H_
