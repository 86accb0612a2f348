// What sources are asked for when policies are replayed on what they say.
#ifndef LOADLINE_REPLAY_QUERIES_TO_RECORD_H_
#define LOADLINE_REPLAY_QUERIES_TO_RECORD_H_

#include <memory>
#include <vector>

#include "replay/replay_input.h"

namespace loadline {

// What the policies go by and learn from, how many replicas there really were, and what `input` names beside it; each
// once, and without readings yet. REQUIRES: the policies are bound, and there is one at least.
std::vector<RecordedQuery> QueriesToRecord(const std::vector<std::unique_ptr<const LoadedPolicy>>& policies,
                                           const ReplayInput& input);

}  // namespace loadline

#endif  // LOADLINE_REPLAY_QUERIES_TO_RECORD_H_
