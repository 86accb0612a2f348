// The forecasts of a replay, made by several threads: thousands of fits, each by itself.
#ifndef LOADLINE_REPLAY_FORECASTS_AHEAD_H_
#define LOADLINE_REPLAY_FORECASTS_AHEAD_H_

#include "replay/progress.h"
#include "scaling/replay_run.h"

namespace loadline {

// Those that a replay of `member` will ask for, by at most so many threads (0: as many as there are processors); one is
// the caller itself. The same as it would make itself. `progress` may be null; where it is stopped some are left out.
void MakeForecastsAhead(ReplayForecasts& forecasts, const ReplayMember& member, const ReplayOptions& options,
                        Progress* progress, unsigned threads = 0);

}  // namespace loadline

#endif  // LOADLINE_REPLAY_FORECASTS_AHEAD_H_
