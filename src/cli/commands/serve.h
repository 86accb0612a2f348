// `loadline serve`: the service. The only place where all rooms are wired together.
#ifndef LOADLINE_CLI_COMMANDS_SERVE_H_
#define LOADLINE_CLI_COMMANDS_SERVE_H_

#include "cli/serve_options.h"

namespace loadline {

// Serves until SIGTERM or SIGINT, and then ends within 5 s; a second signal ends the process at once. Returns the exit
// code: 0, or 1 where it could not start, which then is in the log. REQUIRES: no other thread has been started.
int RunServe(const ServeOptions& options);

}  // namespace loadline

#endif  // LOADLINE_CLI_COMMANDS_SERVE_H_
