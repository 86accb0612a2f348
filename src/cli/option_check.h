// What no option of `serve` can say by itself: rules between them, and of their names.
#ifndef LOADLINE_CLI_OPTION_CHECK_H_
#define LOADLINE_CLI_OPTION_CHECK_H_

#include <string>
#include <vector>

#include "cli/serve_options.h"

namespace loadline {

// All that is wrong with them, a line each: where, rule, found, hint. Looks at no file.
std::vector<std::string> CheckOptions(const ServeOptions& options);

}  // namespace loadline

#endif  // LOADLINE_CLI_OPTION_CHECK_H_
