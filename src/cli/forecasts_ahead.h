// The forecasts of a replay, made by as many threads as there are processors: thousands of fits, each by itself.
#ifndef LOADLINE_CLI_FORECASTS_AHEAD_H_
#define LOADLINE_CLI_FORECASTS_AHEAD_H_

#include "cli/progress.h"
#include "scaling/replay_run.h"

namespace loadline {

// Those that a replay of `member` will ask for. The same as it would make itself. `progress` may be null.
void MakeForecastsAhead(ReplayForecasts& forecasts, const ReplayMember& member, const ReplayOptions& options,
                        Progress* progress);

}  // namespace loadline

#endif  // LOADLINE_CLI_FORECASTS_AHEAD_H_
