// The stretch of history that is asked for, and how its times are said.
#ifndef LOADLINE_REPLAY_ASKED_RANGE_H_
#define LOADLINE_REPLAY_ASKED_RANGE_H_

#include <string>
#include <utility>

#include "replay/replay_input.h"

namespace loadline {

// From `from` of `input` to its `to`; where they are not stated, from `first` to `last`. Times before now, such as
// -14d, are before `base`. Fails with kInvalidArgument.
Result<std::pair<Timestamp, Timestamp>> AskedRange(const ReplayInput& input, Timestamp first, Timestamp last,
                                                   Timestamp base);

// To the second: 2026-11-24T06:00:00Z.
std::string Shown(Timestamp time);

}  // namespace loadline

#endif  // LOADLINE_REPLAY_ASKED_RANGE_H_
