// Options of the form KEY=VALUE.
#ifndef LOADLINE_CLI_LINES_KEY_VALUE_H_
#define LOADLINE_CLI_LINES_KEY_VALUE_H_

#include <CLI/CLI.hpp>
#include <string>
#include <utility>

namespace loadline {

// "KEY=VALUE" -> {"KEY", "VALUE"}; a usage error without "=".
inline std::pair<std::string, std::string> SplitPair(const std::string& option, const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw CLI::ValidationError(option, "want KEY=VALUE; found \"" + text + "\"");
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

}  // namespace loadline

#endif  // LOADLINE_CLI_LINES_KEY_VALUE_H_
