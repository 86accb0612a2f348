// Overrides that operators set over the API: kept where all pods read them, and cleaned up when they have long ended.
#ifndef LOADLINE_API_OVERRIDE_DESK_H_
#define LOADLINE_API_OVERRIDE_DESK_H_

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "api/policy_shelf.h"
#include "scaling/override.h"
#include "scaling/override_store.h"
#include "system/clock.h"
#include "system/log.h"
#include "system/mutex.h"

namespace loadline {

// How long one that ended is kept: longer than any two pods' clocks differ.
inline constexpr Duration kKeepEnded = std::chrono::hours(1);
inline constexpr Duration kSweepEvery = std::chrono::minutes(10);

struct StandingOverride {
  Override content;
  // Where it is from: set over the API, or a document that somebody wrote. None: the store could not be asked.
  std::optional<bool> over_api;
  bool taken_up = true;  // by this pod; one that was set just now is not yet, one that was removed still is
};

struct StandingOverrides {
  std::vector<StandingOverride> overrides;  // in force and to come, in the order of their names
  std::string problem;                      // why the store could not be asked; empty: it could
};

// Thread-safe.
class OverrideDesk {
 public:
  // All must outlive it. Without a store (null) nothing can be set.
  OverrideDesk(OverrideStore* store, const PolicyShelf& shelf, Clock& clock, Log& log)
      : store_(store), shelf_(shelf), clock_(clock), log_(log) {}

  // Where they are kept; empty: nowhere.
  std::string Where() const { return store_ == nullptr ? "" : store_->Where(); }
  const PolicyShelf& shelf() const { return shelf_; }
  Clock& clock() const { return clock_; }

  StandingOverrides Standing() const;

  // Puts one in the place of that of the same name, which it yields. Fails with kAlreadyExists where a document that
  // somebody wrote has that name, with kFailedPrecondition without a store, and as OverrideStore::Change.
  Result<std::optional<Override>> Set(const Override& each, const std::string& text);
  // Yields what was removed. Fails with kNotFound, and as Set.
  Result<Override> Remove(const std::string& name);

  // Removes what ended kKeepEnded ago, looked at every kSweepEvery; each Set and Remove does, too.
  void Start();
  void Stop() { sweeper_ = {}; }
  void Sweep();

 private:
  bool IsElsewhere(const Override& each, const OverrideTexts& texts) const;

  OverrideStore* const store_;
  const PolicyShelf& shelf_;
  Clock& clock_;
  Log& log_;
  mutable Mutex mutex_;
  // What was in the store and is no more, while a pod that has not read that yet may still have it: the latest.
  std::vector<Override> gone_ LOADLINE_GUARDED_BY(mutex_);
  std::jthread sweeper_;
};

}  // namespace loadline

#endif  // LOADLINE_API_OVERRIDE_DESK_H_
