// What a query said, long back: what a forecast is made from.
#ifndef LOADLINE_CONTROLLER_QUERY_HISTORY_H_
#define LOADLINE_CONTROLLER_QUERY_HISTORY_H_

#include <optional>
#include <string>
#include <vector>

#include "scaling/ports.h"
#include "system/mutex.h"

namespace loadline {

// Values at multiples of a step since 1970, first fetched in chunks and then extended, so that a pod that starts and
// one that runs for long hold the same numbers. Thread-safe.
//
// Invariants:
// 1. Values are at consecutive times up to `end_`; all of them have been asked for and answered. NaN: the answer was
//    that there is none, which is never zero, unless the policy says so.
// 2. There are at most `most_` of them, each a float: 4 bytes. 28 days of minutes are 160 kB.
// 3. A stretch that could not be had is asked for again. What is known stays.
class QueryHistory {
 public:
  // `spare`: values that are kept beyond those needed, for who looks at a time before the newest.
  QueryHistory(std::string source, std::string text, bool empty_is_zero, Duration step, std::size_t spare)
      : source_(std::move(source)), text_(std::move(text)), empty_is_zero_(empty_is_zero), step_(step), spare_(spare) {}

  const std::string& source() const { return source_; }
  const std::string& text() const { return text_; }
  Duration step() const { return step_; }

  // From now on it reaches back at least so many values.
  void Need(std::size_t values);

  // What to ask next, in at most `most_points`, so that all values up to `end` (a multiple of the step) are there;
  // nothing where they are. What is newer than all known comes first; then what is older, the newest first: whether a
  // query can be answered at all, the first question tells. Where the clock was set back by more than the spare values,
  // what is known of times after `end` is dropped.
  std::optional<Question> Missing(Timestamp end, std::size_t most_points);
  // False where the source could not answer: nothing is kept then. REQUIRES: `question` is what Missing said last.
  bool Store(const Question& question, const Answer& answer);

  // Drops all that is known: a clock that was wrong asked for times to come, to which the answer is that there is none.
  void Forget();

  // The newest `count` values up to `end`, oldest first, NaN where not known; none where they were forgotten since they
  // were fetched. REQUIRES: nothing else is missing up to `end`, `end` lies at most the spare values before the newest,
  // and `count` was needed.
  std::vector<double> UpTo(Timestamp end, std::size_t count) const;

  std::size_t bytes() const;

 private:
  Timestamp Begin() const LOADLINE_REQUIRES(mutex_);  // the time of the first value
  void Trim() LOADLINE_REQUIRES(mutex_);

  const std::string source_;
  const std::string text_;
  const bool empty_is_zero_;
  const Duration step_;
  const std::size_t spare_;

  mutable Mutex mutex_;
  std::size_t most_ LOADLINE_GUARDED_BY(mutex_) = 1;  // with the spare ones
  std::vector<float> values_ LOADLINE_GUARDED_BY(mutex_);
  Timestamp end_ LOADLINE_GUARDED_BY(mutex_);
};

}  // namespace loadline

#endif  // LOADLINE_CONTROLLER_QUERY_HISTORY_H_
