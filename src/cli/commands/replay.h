// `loadline replay`: what a policy's objective would have answered to recorded load.
#ifndef LOADLINE_CLI_COMMANDS_REPLAY_H_
#define LOADLINE_CLI_COMMANDS_REPLAY_H_

#include <iosfwd>
#include <optional>
#include <string>

namespace loadline {

struct ReplayCommand {
  std::string policy;  // a file
  int tick_seconds = 15;
  std::optional<double> capacity;  // these override the policy's
  std::optional<double> start_delay_seconds;
  std::optional<int> min;
  std::optional<int> max;
  bool lockstep = false;  // replicas are observed, not modelled; answers are flushed row by row
  bool explain = false;
};

// Reads ts,load (with `lockstep` ts,load,backlog,ready,replicas) from `in` and writes ts,desired (desired) to `out`, a
// row for a row: no answer can know a later row. Problems go to standard error, and so does what --explain says at the
// end. Returns the exit code: 0 replayed, 2 the policy, an option or a row is bad.
int RunReplay(const ReplayCommand& command, std::istream& in, std::ostream& out);

}  // namespace loadline

#endif  // LOADLINE_CLI_COMMANDS_REPLAY_H_
