// The stretch of history that is asked for.
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

}  // namespace loadline

#endif  // LOADLINE_REPLAY_ASKED_RANGE_H_
