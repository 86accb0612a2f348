// `loadline probe`: asks an external scaler as KEDA would, and says what KEDA and the HPA would do with the answers.
#ifndef LOADLINE_CLI_COMMANDS_PROBE_H_
#define LOADLINE_CLI_COMMANDS_PROBE_H_

#include <string>
#include <utility>
#include <vector>

#include "base/time.h"

namespace loadline {

struct ProbeCommand {
  std::string address;  // host:port
  std::string policy;
  std::string object_namespace = "default";
  std::string name = "probe";
  std::vector<std::pair<std::string, std::string>> metadata;  // further keys of the trigger
  bool tls = false;                                           // so is any of the following
  std::string ca_file;
  std::string certificate_file;
  std::string key_file;
  std::string server_name;  // to check the server's certificate against, where it is not the address's
  Duration timeout{5000};
};

// Returns the exit code: 0 where KEDA and the HPA would get a number, 1 where they would get an error, 2 where nothing
// answers as a scaler does, the address is none, or a file cannot be read.
int RunProbe(const ProbeCommand& command);

}  // namespace loadline

#endif  // LOADLINE_CLI_COMMANDS_PROBE_H_
