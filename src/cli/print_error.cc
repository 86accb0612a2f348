#include "cli/print_error.h"

#include <errno.h>
#include <fmt/format.h>

#include "cli/plugin.h"

namespace loadline {

void PrintError(std::string_view command, std::string_view message) {
  fmt::print(stderr, "{} {}: {}\n", ProgramName(program_invocation_name), command, message);
}

}  // namespace loadline
