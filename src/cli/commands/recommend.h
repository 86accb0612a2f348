// `loadline recommend`: better numbers for a policy, found on one part of its history and judged on another.
#ifndef LOADLINE_CLI_COMMANDS_RECOMMEND_H_
#define LOADLINE_CLI_COMMANDS_RECOMMEND_H_

#include <optional>
#include <string>

#include "cli/commands/replay_history.h"

namespace loadline {

struct RecommendCommand {
  ReplayHistoryCommand replay;               // of one policy; its html is not used
  std::optional<double> violations_percent;  // that may be; else the objective's, or 1
  double searched_percent = 100.0 * 2 / 3;   // of the history
};

// Writes the recommendations to standard output. Returns the exit code: 0 said, also that nothing is better, 1 there is
// too little to go by, 2 the request, the policy, the file or the server's answer is bad.
int RunRecommend(const RecommendCommand& command);

}  // namespace loadline

#endif  // LOADLINE_CLI_COMMANDS_RECOMMEND_H_
