// The options of `loadline serve`: file < LOADLINE_ variables < flags.
#ifndef LOADLINE_CLI_LOAD_OPTIONS_H_
#define LOADLINE_CLI_LOAD_OPTIONS_H_

#include <string>
#include <utility>
#include <vector>

#include "cli/serve_options.h"
#include "document/problem.h"

namespace loadline {

struct OptionInputs {
  std::string file;                                        // empty: none
  std::vector<std::string> environment;                    // "NAME=value", as in environ
  std::vector<std::pair<std::string, std::string>> flags;  // path and value: {"grpc.listen", "127.0.0.1:0"}
};

struct LoadedOptions {
  ServeOptions options;
  std::vector<std::string> problems;  // each a line: where, field, rule, found, hint; empty: the options hold
};

// Reads and checks them, and reports all problems at once. Only variables that begin with LOADLINE_ are looked at; of
// those, the ones that Kubernetes sets for a Service of that name (LOADLINE_SERVICE_HOST, LOADLINE_PORT, ...) are
// passed over.
LoadedOptions LoadServeOptions(const OptionInputs& inputs);

// "grpc.tls.keyFile" -> "LOADLINE_GRPC_TLS_KEY_FILE"; in a source's path NAME stands for any:
// LOADLINE_SOURCES_NAME_URL.
std::string VariableName(std::string_view path);

}  // namespace loadline

#endif  // LOADLINE_CLI_LOAD_OPTIONS_H_
