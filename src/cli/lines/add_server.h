// The options of every command that asks a running server.
#ifndef LOADLINE_CLI_LINES_ADD_SERVER_H_
#define LOADLINE_CLI_LINES_ADD_SERVER_H_

#include <CLI/CLI.hpp>
#include <string>

#include "cli/server.h"

namespace loadline {

// Called as kubectl's plugin, or with one of the options of the cluster: through the cluster. Else, or with --server:
// straight there.
void AddServer(CLI::App& command, Server& server);

// As every kubectl command has it.
void AddNamespace(CLI::App& command, std::string& object_namespace, const std::string& help);

}  // namespace loadline

#endif  // LOADLINE_CLI_LINES_ADD_SERVER_H_
