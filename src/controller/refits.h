// What is made anew at refit times: the latest two, and when the next is due.
#ifndef LOADLINE_CONTROLLER_REFITS_H_
#define LOADLINE_CONTROLLER_REFITS_H_

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/time.h"
#include "system/mutex.h"

namespace loadline {

// Refit times are multiples of `refit` since 1970. What is made at one is used from `lead` after it on: by then all
// pods have it. Thread-safe.
template <class Made>
class Refits {
 public:
  // How long one is used while none takes its place: by default for good.
  Refits(Duration refit, Duration lead, Duration good_for = Duration::max())
      : refit_(refit), lead_(lead), good_for_(good_for) {}

  // The latest that was due by then. Null where there is none yet; what Fail said where the latest is too old, or none
  // can be had.
  std::shared_ptr<const Made> At(Timestamp now) const {
    const MutexLock lock(mutex_);
    const Entry* usable = nullptr;
    for (const Entry& each : latest_) {
      if (each.fitted + lead_ <= now) usable = &each;
    }
    if (failed_ != nullptr && (usable == nullptr || now - usable->fitted >= good_for_)) return failed_;
    return usable != nullptr ? usable->made : nullptr;
  }

  // The refit time that is to be worked on; none where all that is due has been done, or failed a moment ago.
  std::optional<Timestamp> Due(Timestamp tick) const {
    const MutexLock lock(mutex_);
    const bool waits = tick < retry_at_ && retry_at_ - tick <= refit_;  // else the clock was set back
    if (under_way_ || waits) return std::nullopt;
    const Timestamp used_now = AlignDown(tick - lead_, refit_);
    const Timestamp used_next = AlignDown(tick, refit_);
    bool has_now = false;
    for (const Entry& each : latest_) {
      if (each.fitted == used_next) return std::nullopt;
      has_now = has_now || each.fitted == used_now;
    }
    return has_now ? used_next : used_now;
  }

  void Begin() {
    const MutexLock lock(mutex_);
    under_way_ = true;
  }

  void Publish(Timestamp fitted, std::shared_ptr<const Made> made) {
    const MutexLock lock(mutex_);
    under_way_ = false;
    failed_ = nullptr;
    // Later ones there are only where the clock was set back.
    std::erase_if(latest_, [&](const Entry& each) { return each.fitted >= fitted; });
    latest_.push_back({fitted, std::move(made)});
    if (latest_.size() > 2) latest_.erase(latest_.begin());
  }

  // Puts what `change` makes of each in its place.
  template <class Change>
  void Amend(const Change& change) {
    const MutexLock lock(mutex_);
    for (Entry& each : latest_) each.made = change(*each.made);
  }

  // `failed`: what is said while there is nothing else. It is tried again after `retry`.
  void Fail(std::shared_ptr<const Made> failed, Timestamp now, Duration retry) {
    const MutexLock lock(mutex_);
    under_way_ = false;
    failed_ = std::move(failed);
    retry_at_ = now + retry;
  }

 private:
  struct Entry {
    Timestamp fitted;
    std::shared_ptr<const Made> made;
  };

  const Duration refit_;
  const Duration lead_;
  const Duration good_for_;

  mutable Mutex mutex_;
  std::vector<Entry> latest_ LOADLINE_GUARDED_BY(mutex_);           // oldest first
  std::shared_ptr<const Made> failed_ LOADLINE_GUARDED_BY(mutex_);  // since the latest
  bool under_way_ LOADLINE_GUARDED_BY(mutex_) = false;
  Timestamp retry_at_ LOADLINE_GUARDED_BY(mutex_);
};

}  // namespace loadline

#endif  // LOADLINE_CONTROLLER_REFITS_H_
