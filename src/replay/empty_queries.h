// Queries that said nothing in the range that is replayed.
#ifndef LOADLINE_REPLAY_EMPTY_QUERIES_H_
#define LOADLINE_REPLAY_EMPTY_QUERIES_H_

#include "replay/replay_input.h"

namespace loadline {

// Adds a warning for each of them. Fails with kFailedPrecondition where there is no other; the message has all
// warnings.
Status WarnOfEmptyQueries(LoadedReplay& loaded);

}  // namespace loadline

#endif  // LOADLINE_REPLAY_EMPTY_QUERIES_H_
