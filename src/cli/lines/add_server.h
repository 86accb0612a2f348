// The options of every command that asks a running server.
#ifndef LOADLINE_CLI_LINES_ADD_SERVER_H_
#define LOADLINE_CLI_LINES_ADD_SERVER_H_

#include <CLI/CLI.hpp>

#include "cli/server_address.h"

namespace loadline {

inline void AddServer(CLI::App& command, ServerAddress& server) {
  command.add_option("--server", server.url, "The server's HTTP port")->type_name("URL")->capture_default_str();
  command
      .add_option("--token-file", server.token_file, "A file with a bearer token, where the server has a tokensFile")
      ->type_name("FILE");
  command.add_option("--ca-file", server.ca_file, "PEM file with the authorities of the server's certificate")
      ->type_name("FILE");
}

}  // namespace loadline

#endif  // LOADLINE_CLI_LINES_ADD_SERVER_H_
