// Replays that were asked for over the API: played one at a time, in a thread that gets the processor only where nobody
// else wants it, and bounded in time, memory and number.
#ifndef LOADLINE_API_REPLAY_JOBS_H_
#define LOADLINE_API_REPLAY_JOBS_H_

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "replay/history_replay.h"
#include "system/clock.h"
#include "system/mutex.h"

namespace loadline {

struct ReplayJobLimits {
  std::size_t waiting = 4;                     // beside the one that runs
  std::size_t kept = 8;                        // that are over: the oldest are forgotten
  Duration longest = std::chrono::minutes(5);  // of one, from its begin
};

enum class ReplayState { kWaiting, kRunning, kDone, kFailed };
std::string_view ReplayStateName(ReplayState state);  // "waiting", "running", "done", "failed"

struct ReplayJob {
  std::string id;
  std::string object;  // "data/orders"
  std::string caller;  // who asked for it; empty: not known
  Timestamp posted;
  ReplayState state = ReplayState::kWaiting;
  std::string what;  // it does: "fetched", "forecasts"; and how far it is
  std::size_t done = 0;
  std::size_t of = 0;
  std::optional<Error> error;                 // of kFailed
  std::shared_ptr<const std::string> result;  // of kDone: as `loadline replay -o json`
  std::shared_ptr<const std::string> text;    // of kDone: as without
  std::shared_ptr<const std::string> page;    // of kDone: as with --html
};

// Thread-safe.
class ReplayJobs {
 public:
  explicit ReplayJobs(Clock& clock, ReplayJobLimits limits = {});
  ~ReplayJobs();  // stops
  void Stop();    // ends what runs, within a second or two; nothing runs any more. Idempotent

  // Yields the id. Fails with kResourceExhausted where too many wait.
  Result<std::string> Post(HistoryReplay asked, std::string caller);
  std::optional<ReplayJob> Find(const std::string& id) const;
  std::vector<ReplayJob> All() const;  // the latest first
  // Stops and forgets it; false where there is none.
  bool Remove(const std::string& id);

 private:
  struct Entry;
  class Watched;

  void Run(const std::stop_token& stop);
  void Play(Entry& entry);

  Clock& clock_;
  const ReplayJobLimits limits_;
  mutable Mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<std::shared_ptr<Entry>> jobs_ LOADLINE_GUARDED_BY(mutex_);  // the latest first
  std::atomic<bool> stopping_ = false;
  std::jthread thread_;
};

}  // namespace loadline

#endif  // LOADLINE_API_REPLAY_JOBS_H_
