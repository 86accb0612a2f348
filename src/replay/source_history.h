// What queries said in the past, asked of their sources.
#ifndef LOADLINE_REPLAY_SOURCE_HISTORY_H_
#define LOADLINE_REPLAY_SOURCE_HISTORY_H_

#include <functional>
#include <string>

#include "base/result.h"
#include "replay/progress.h"
#include "scaling/ports.h"
#include "scaling/recording.h"

namespace loadline {

// Whom queries of a source are asked of; null where there is no such source, or it may not be asked.
using SourceLookup = std::function<MetricSource*(const std::string& source)>;

// Asks for the readings of each query of `recording`, in parts: from `looks_back` of it before `from` to the last tick.
// What nobody looks back at stays unknown: most queries need minutes of what one needs weeks of. Fails with
// kInvalidArgument where a part is not answered, and with kCancelled where it was stopped.
Status FillFromSources(Recording& recording, const SourceLookup& sources,
                       const std::function<Duration(const RecordedQuery&)>& looks_back, Progress& progress);

}  // namespace loadline

#endif  // LOADLINE_REPLAY_SOURCE_HISTORY_H_
