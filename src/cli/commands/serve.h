// `loadline serve`: the service. The only place where all rooms are wired together.
#ifndef LOADLINE_CLI_COMMANDS_SERVE_H_
#define LOADLINE_CLI_COMMANDS_SERVE_H_

#include <string>
#include <vector>

#include "cli/serve_options.h"

namespace loadline {

// What of the world that the options name would keep it from working: TLS files, files of sources, dataDir. Each a
// line: the option, and why. Starts nothing, and leaves nothing behind.
std::vector<std::string> CheckServe(const ServeOptions& options);

// Serves until SIGTERM or SIGINT, and then ends within 5 s; a second signal ends the process at once. Returns the exit
// code: 0, or 1 where it could not start, which then is in the log. REQUIRES: no other thread has been started.
int RunServe(const ServeOptions& options);

}  // namespace loadline

#endif  // LOADLINE_CLI_COMMANDS_SERVE_H_
