// A recording of what decisions saw. Not every tick has a record: a journal keeps changes and heartbeats. A query is
// taken to say between two of them what it said at the first.
#ifndef LOADLINE_SCALING_SEEN_RECORDING_H_
#define LOADLINE_SCALING_SEEN_RECORDING_H_

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>

#include "base/result.h"
#include "scaling/query_plan.h"
#include "scaling/recorded_observation.h"
#include "scaling/recording.h"

namespace loadline {

class SeenRecording {
 public:
  // What was seen at a tick by a plan with these `queries`, in any order of ticks. Fails with kInvalidArgument where it
  // is of another interval than what was added before, or of another plan.
  Status Add(std::span<const PlannedQuery> queries, const RecordedObservation& seen);

  // Of all that was added; its object and parameters are the caller's to say. What is not known after a reading is that
  // reading, for `hold` at most: past the longest time between two records nothing was decided, and nothing is known.
  // Fails with kInvalidArgument where nothing was added, or what was is too far apart.
  Result<Recording> Finish(Duration hold) const;

  // The ticks at which a decision looked, and how far they are apart at least: zero where nothing was added.
  std::size_t ticks() const { return own_.size(); }
  Duration interval() const { return interval_; }
  std::size_t readings() const { return readings_; }  // that are kept

 private:
  using Tick = std::int64_t;  // times the interval since 1970

  struct Known {
    Reading reading;
    bool own = false;  // of a decision at that tick, not of a later one's window
  };
  using Query = std::pair<std::string, std::string>;  // source, text

  Duration interval_{0};
  std::size_t readings_ = 0;
  std::set<Tick> own_;
  std::map<Query, std::map<Tick, Known>> queries_;
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_SEEN_RECORDING_H_
