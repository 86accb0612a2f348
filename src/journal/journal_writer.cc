#include "journal/journal_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <list>
#include <thread>
#include <utility>

#include "journal/pending_batch.h"
#include "system/mutex.h"

namespace loadline {
namespace {

constexpr Timestamp kAnyTime{Duration(253'402'300'799'000)};  // the end of 9999

std::size_t BytesOf(const MadeDecision& made) {
  std::size_t bytes = sizeof(MadeDecision) + sizeof(Decision);
  for (const RecordedWindow& window : made.seen.windows) bytes += window.ticks.size() * sizeof(Reading);
  return bytes;
}

// Threads: any for Take, TakePolicies, State, Flush; `thread_` for all that is marked "of the thread". Invariants:
// 1. `mutex_` is held for lines, never across a call of the journal.
// 2. What left the queue is in `pending_` until it is written, refused, or dropped by a stop.
class QueuedWriter : public JournalWriter {
 public:
  QueuedWriter(JournalWriterOptions options, std::string where,
               std::function<Result<std::unique_ptr<DecisionJournal>>()> open, Clock& clock, Log& log)
      : options_(options), open_(std::move(open)), clock_(clock), log_(log) {
    state_.where = std::move(where);
    thread_ = std::jthread([this](std::stop_token stop) { Run(stop); });
  }
  ~QueuedWriter() override { Stop(); }

  void Take(MadeDecision made) override {
    const std::size_t bytes = BytesOf(made);
    std::list<Queued> one;
    one.push_back({std::move(made), bytes});  // allocates, so before the lock
    bool full_batch = false;
    {
      const MutexLock lock(mutex_);
      const bool full = queue_.size() >= options_.most_queued || queued_bytes_ + bytes > options_.most_queued_bytes;
      if (full || stopped_) {
        ++state_.dropped[full ? kQueueFull : kStopped];
      } else {
        queue_.splice(queue_.end(), one);
        queued_bytes_ += bytes;
        ++taken_;
        full_batch = queue_.size() == options_.batch_size;
      }
    }
    // Seldom: a call into the kernel costs more than all the rest. Else the thread wakes by itself.
    if (full_batch) wake_.notify_all();
  }

  void TakePolicies(const std::vector<std::shared_ptr<const Policy>>& policies) override {
    const MutexLock lock(mutex_);
    // The latest set: what was in force for less than a write takes is nobody's history.
    policies_ = policies;
    ++taken_;
  }

  JournalState State() const override {
    const MutexLock lock(mutex_);
    JournalState state = state_;
    state.queued = queue_.size() + pending_decisions_;
    return state;
  }

  void Flush() override {
    std::unique_lock lock(mutex_);
    const std::uint64_t wanted = taken_;
    const std::uint64_t errors = state_.write_errors;
    ++flushes_;
    wake_.notify_all();
    done_.wait(lock, [&] { return finished_ >= wanted || state_.write_errors > errors || stopped_; });
    --flushes_;
  }

  void Stop() override {
    thread_.request_stop();
    wake_.notify_all();
    {
      std::unique_lock lock(mutex_);
      const bool in_time = done_.wait_for(lock, options_.stop_within, [this] { return stopped_; });
      // A call that hangs ends with an error.
      if (!in_time && running_ != nullptr) running_->Interrupt();
    }
    if (thread_.joinable()) thread_.join();
  }

 private:
  struct Queued {
    MadeDecision made;
    std::size_t bytes;
  };
  static constexpr const char* kQueueFull = "queue_full";
  static constexpr const char* kRefused = "refused";
  static constexpr const char* kStopped = "stopped";

  // Of the thread.
  void Run(const std::stop_token& stop) {
    Duration wait = options_.batch_wait;
    retention_due_ = clock_.Now();
    while (!stop.stop_requested()) {
      Await(stop, wait);
      TakeBatch();
      if (!WritePending()) {
        wait = std::min(std::max(wait * 2, options_.retry_first), options_.retry_most);
        continue;
      }
      const bool more_to_delete = Retain();
      wait = more_to_delete ? Duration(0) : options_.batch_wait;
    }
    Finish();
  }

  // After a failure a full batch does not shorten the wait; who flushes wants to know now.
  void Await(const std::stop_token& stop, Duration wait) {
    std::unique_lock lock(mutex_);
    const bool healthy = state_.ok;
    wake_.wait_for(lock, stop, wait, [&] { return (healthy && queue_.size() >= options_.batch_size) || flushes_ > 0; });
  }

  void TakeBatch() {
    std::list<Queued> taken;
    std::vector<std::shared_ptr<const Policy>> policies;
    {
      const MutexLock lock(mutex_);
      const std::size_t room = options_.batch_size - std::min(options_.batch_size, pending_decisions_);
      auto end = queue_.begin();
      for (std::size_t i = 0; i < room && end != queue_.end(); ++i, ++end) queued_bytes_ -= end->bytes;
      taken.splice(taken.end(), queue_, queue_.begin(), end);
      pending_decisions_ += taken.size();
      policies.swap(policies_);
      taken_now_ = taken_ - queue_.size();
    }
    const Timestamp now = clock_.Now();
    for (const auto& policy : policies) pending_.Add(policy, now);
    for (const Queued& each : taken) pending_.Add(each.made, now);
  }

  // Whether nothing is pending any more.
  bool WritePending() {
    // Also where there is nothing to write: whether the journal is there shows from the start.
    if (const Status opened = EnsureOpen(); !opened) return Failed(opened.error());
    if (pending_.empty()) return Finished();
    Result<AppendOutcome> outcome = Append(pending_.batch());
    if (!outcome && outcome.error().code == Code::kInvalidArgument) outcome = AppendOneByOne(outcome.error());
    if (!outcome) return Failed(outcome.error());
    Report(*outcome);
    pending_.Written();
    return Finished();
  }

  Status EnsureOpen() {
    if (journal_ != nullptr) return {};
    auto opened = open_();
    if (!opened) return Fail(opened.error());
    journal_ = std::move(*opened);
    return {};
  }

  Result<AppendOutcome> Append(const JournalBatch& batch) {
    Running(journal_.get());
    Result<AppendOutcome> outcome = journal_->Append(batch);
    Running(nullptr);
    return outcome;
  }

  // The store does not take something of the batch, and never will: all else is written, what is refused is counted.
  Result<AppendOutcome> AppendOneByOne(const Error& refused) {
    AppendOutcome sum;
    JournalBatch one{pending_.batch().bindings, pending_.batch().policies, {}};
    std::size_t dropped = 0;
    for (const DecisionRecord& each : pending_.batch().decisions) {
      one.decisions.assign(1, each);
      const Result<AppendOutcome> outcome = Append(one);
      if (!outcome && outcome.error().code != Code::kInvalidArgument) return outcome;  // again from the start, later
      if (!outcome) {
        ++dropped;
        continue;
      }
      sum.stored += outcome->stored;
      sum.differing += outcome->differing;
      sum.disagreements.insert(sum.disagreements.end(), outcome->disagreements.begin(), outcome->disagreements.end());
    }
    log_.WriteLimited("journal_refused", "journal", LogLevel::kError, "journal_refused",
                      {{"journal", Where()}, {"decisions", dropped}, {"problem", refused.message}});
    const MutexLock lock(mutex_);
    state_.dropped[kRefused] += dropped;
    pending_decisions_ -= dropped;
    return sum;
  }

  void Report(const AppendOutcome& outcome) {
    for (const Disagreement& each : outcome.disagreements) {
      log_.WriteLimited("decisions_differ", "journal", LogLevel::kError, "decisions_differ",
                        {{"binding_id", FormatUuid(each.stored.binding)},
                         {"tick", FormatTimestamp(each.stored.tick)},
                         {"stored", each.stored.summary},
                         {"stored_by", each.stored.version},
                         {"other", each.refused.summary},
                         {"other_by", each.refused.version}});
    }
    const MutexLock lock(mutex_);
    state_.stored += outcome.stored;
    state_.duplicates += pending_decisions_ - outcome.stored;
    state_.differing += outcome.differing;
    state_.disagreements += outcome.disagreements.size();
    state_.last_write = clock_.Now();
    pending_decisions_ = 0;
  }

  bool Finished() {
    bool recovered = false;
    {
      const MutexLock lock(mutex_);
      recovered = !std::exchange(state_.ok, true);
      state_.problem.clear();
      finished_ = taken_now_;
      done_.notify_all();
    }
    if (recovered) log_.Write("journal", LogLevel::kInfo, "journal_recovered", {{"journal", Where()}});
    return true;
  }

  bool Failed(const Error& error) {
    // Opened anew: the connection may be gone, the file another one.
    journal_.reset();
    pending_.ForgetWritten();
    log_.WriteLimited("journal_failing", "journal", LogLevel::kError, "journal_failing",
                      {{"journal", Where()}, {"code", CodeName(error.code)}, {"problem", error.message}});
    const MutexLock lock(mutex_);
    state_.ok = false;
    state_.problem = error.message;
    ++state_.write_errors;
    done_.notify_all();
    return false;
  }

  // One slice, where it is due. Whether there is more to do at once.
  bool Retain() {
    if (options_.keep <= Duration(0) && options_.most_bytes <= 0) return false;
    const Timestamp now = clock_.Now();
    // A clock that was set back must not stop it for longer than a round.
    if (now < retention_due_ && retention_due_ - now <= options_.retention_every) return false;
    const Result<std::size_t> deleted = DeleteSlice(now);
    if (!deleted) {
      log_.WriteLimited("journal_retention", "journal", LogLevel::kWarn, "journal_not_trimmed",
                        {{"journal", Where()}, {"problem", deleted.error().message}});
      journal_.reset();
      pending_.ForgetWritten();
    } else if (*deleted > 0) {
      const MutexLock lock(mutex_);
      state_.deleted += *deleted;
      return true;
    }
    retention_due_ = now + options_.retention_every;
    return false;
  }

  Result<std::size_t> DeleteSlice(Timestamp now) {
    Running(journal_.get());
    const Result<JournalSize> size = journal_->Size();
    Result<std::size_t> deleted = size ? Result<std::size_t>(0) : Result<std::size_t>(Fail(size.error()));
    if (size && size->oldest) {
      const bool too_much = options_.most_bytes > 0 && size->bytes > options_.most_bytes;
      const bool too_old = options_.keep > Duration(0) && *size->oldest < now - options_.keep;
      if (too_much || too_old)
        deleted = journal_->DeleteOldest(too_much ? kAnyTime : now - options_.keep, options_.slice);
    }
    Running(nullptr);
    return deleted;
  }

  // After a stop: all that is queued, each batch tried once, while there is time.
  void Finish() {
    const auto end = std::chrono::steady_clock::now() + options_.stop_within;
    bool goes = true;
    while (goes && std::chrono::steady_clock::now() < end) {
      TakeBatch();
      if (pending_.empty()) break;
      goes = WritePending();
    }
    const MutexLock lock(mutex_);
    const std::size_t left = queue_.size() + pending_decisions_;
    if (left > 0) state_.dropped[kStopped] += left;
    queue_.clear();
    queued_bytes_ = pending_decisions_ = 0;
    stopped_ = true;
    done_.notify_all();
  }

  // What Stop may interrupt.
  void Running(DecisionJournal* journal) {
    const MutexLock lock(mutex_);
    running_ = journal;
  }

  std::string Where() const {
    const MutexLock lock(mutex_);
    return state_.where;
  }

  const JournalWriterOptions options_;
  const std::function<Result<std::unique_ptr<DecisionJournal>>()> open_;
  Clock& clock_;
  Log& log_;

  mutable Mutex mutex_;
  std::condition_variable_any wake_;  // the thread
  std::condition_variable_any done_;  // those that wait for it
  std::list<Queued> queue_ LOADLINE_GUARDED_BY(mutex_);
  std::size_t queued_bytes_ LOADLINE_GUARDED_BY(mutex_) = 0;
  std::vector<std::shared_ptr<const Policy>> policies_ LOADLINE_GUARDED_BY(mutex_);
  JournalState state_ LOADLINE_GUARDED_BY(mutex_);
  std::size_t pending_decisions_ LOADLINE_GUARDED_BY(mutex_) = 0;  // that left the queue and are not written yet
  std::uint64_t taken_ LOADLINE_GUARDED_BY(mutex_) = 0;            // ever
  std::uint64_t finished_ LOADLINE_GUARDED_BY(mutex_) = 0;         // of these
  int flushes_ LOADLINE_GUARDED_BY(mutex_) = 0;                    // that wait
  bool stopped_ LOADLINE_GUARDED_BY(mutex_) = false;
  DecisionJournal* running_ LOADLINE_GUARDED_BY(mutex_) = nullptr;

  // Of the thread.
  std::unique_ptr<DecisionJournal> journal_;
  PendingBatch pending_;
  std::uint64_t taken_now_ = 0;  // up to the latest TakeBatch, without what it left in the queue
  Timestamp retention_due_;

  std::jthread thread_;  // last, so that it ends before what it uses
};

}  // namespace

std::unique_ptr<JournalWriter> MakeJournalWriter(JournalWriterOptions options, std::string where,
                                                 std::function<Result<std::unique_ptr<DecisionJournal>>()> open,
                                                 Clock& clock, Log& log) {
  return std::make_unique<QueuedWriter>(options, std::move(where), std::move(open), clock, log);
}

}  // namespace loadline
