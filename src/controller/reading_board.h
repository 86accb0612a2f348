// The readings of every query that some binding needs, each asked once a tick however many bindings need it.
#ifndef LOADLINE_CONTROLLER_READING_BOARD_H_
#define LOADLINE_CONTROLLER_READING_BOARD_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "controller/controller.h"
#include "scaling/ports.h"
#include "scaling/query_plan.h"
#include "system/mutex.h"

namespace loadline {

// The readings of one query at the ticks up to the last one asked. Thread-safe.
//
// A pod that starts fills the window with a range query, a running pod adds one instant a tick: both hold the same
// numbers. Ticks at which the source failed are asked for again, so that a pod whose source was away agrees with the
// others afterwards.
//
// Several threads ask: one may be a tick behind the others. Invariants:
// 1. Readings are at consecutive ticks, the last at `end_`.
// 2. A failure never takes the place of what was known of a tick.
// 3. `end_` goes back only where the clock was set back.
class QueryReadings {
 public:
  QueryReadings(std::string source, std::string text, Duration interval)
      : source_(std::move(source)), text_(std::move(text)), interval_(interval) {}

  const std::string& source() const { return source_; }
  const std::string& text() const { return text_; }

  // From now on readings reach back at least this far.
  void Need(Duration window);

  // What to ask so that all readings up to the tick `now` are there; nothing where they are.
  std::optional<Question> Missing(Timestamp now) const;
  // REQUIRES: a reading for each time of the question.
  void Store(const Question& question, Answer answer);

  struct Window {
    std::vector<Reading> ticks;  // oldest first; the last is at `now`
    std::string problem;
  };
  Window At(Timestamp now, Duration window) const;
  // The same in the memory of `seen`, which may hold anything: a tick looks at thousands of windows.
  void At(Timestamp now, Duration window, Window& seen) const;

 private:
  Timestamp Begin() const LOADLINE_REQUIRES(mutex_);  // the time of the first reading
  void Merge(const Question& question, const Answer& answer) LOADLINE_REQUIRES(mutex_);

  const std::string source_;
  const std::string text_;
  const Duration interval_;

  mutable Mutex mutex_;
  Duration window_ LOADLINE_GUARDED_BY(mutex_){0};
  std::vector<Reading> readings_ LOADLINE_GUARDED_BY(mutex_);  // oldest first
  Timestamp end_ LOADLINE_GUARDED_BY(mutex_);                  // the time of the last one
  std::string problem_ LOADLINE_GUARDED_BY(mutex_);            // of the last one
};

// Thread-safe.
class ReadingBoard {
 public:
  ReadingBoard(std::vector<NamedSource> sources, Duration interval);

  // The readings of a query, shared by all who use it, and gone with the last of them.
  std::shared_ptr<QueryReadings> Use(const PlannedQuery& query);

  // Whether the objects of a namespace may ask a source. Fails with kFailedPrecondition (there is no
  // such source) or kPermissionDenied.
  Status MayUse(const std::string& source, const std::string& object_namespace) const;

  // Brings readings up to the tick `now`, all sources at once, within `budget`. Calls `on_read` with each source as
  // soon as its own have been read, from that source's thread: one that is slow costs the others nothing. When Fill
  // returns, all that could be read has been.
  void Fill(
      const std::vector<std::shared_ptr<QueryReadings>>& readings, Timestamp now, Duration budget,
      const std::function<void(const std::string& source)>& on_read = [](const std::string&) {});

  // Asks a source beside the ticks, for who looks at the past. REQUIRES: MayUse.
  std::vector<Answer> Ask(const std::string& source, const std::vector<Question>& questions, Duration budget) const;

  std::vector<SourceState> SourceStates() const;

 private:
  void FillFrom(const NamedSource& source, const std::vector<std::shared_ptr<QueryReadings>>& readings, Timestamp now,
                Duration budget);

  const std::vector<NamedSource> sources_;
  const Duration interval_;

  mutable Mutex mutex_;
  // By the hash of source and text, which the readings hold themselves: a second copy of a text would be a good part of
  // what a query costs.
  std::unordered_multimap<std::size_t, std::weak_ptr<QueryReadings>> used_ LOADLINE_GUARDED_BY(mutex_);
  std::size_t sweep_at_ LOADLINE_GUARDED_BY(mutex_) = 1024;
  std::map<std::string, SourceState> states_ LOADLINE_GUARDED_BY(mutex_);
};

}  // namespace loadline

#endif  // LOADLINE_CONTROLLER_READING_BOARD_H_
