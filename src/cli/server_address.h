// The running server that a command asks, and what it needs to be let in.
#ifndef LOADLINE_CLI_SERVER_ADDRESS_H_
#define LOADLINE_CLI_SERVER_ADDRESS_H_

#include <string>

namespace loadline {

struct ServerAddress {
  std::string url = "http://127.0.0.1:8080";  // of its HTTP port
  std::string token_file;                     // a bearer token, where the server wants one
  std::string ca_file;                        // authorities of its certificate; empty: the system's
};

}  // namespace loadline

#endif  // LOADLINE_CLI_SERVER_ADDRESS_H_
