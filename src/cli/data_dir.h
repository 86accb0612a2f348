// The folder that `serve` keeps what it knows in.
#ifndef LOADLINE_CLI_DATA_DIR_H_
#define LOADLINE_CLI_DATA_DIR_H_

#include <string>

#include "base/result.h"

namespace loadline {

// Empty: none is wanted. Fails with kUnavailable where it cannot be made, or written to.
Status MakeDataDir(const std::string& path);

// Whether MakeDataDir would succeed: what it makes is removed again.
Status CheckDataDir(const std::string& path);

}  // namespace loadline

#endif  // LOADLINE_CLI_DATA_DIR_H_
