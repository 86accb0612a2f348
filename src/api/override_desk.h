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

struct OverrideChange {
  Override now;
  std::optional<Override> before;  // what it took the place of, where that had not long ended
};

// When bindings are decided (ControllerOptions).
struct TickTimes {
  Duration interval{15000};
  Duration delay{2000};
};

// It changes only texts that are its own: one document, the Override of the name that the text has. Beside these people
// may keep what they like. Thread-safe.
class OverrideDesk {
 public:
  // All must outlive it. Without a store (null) nothing can be set.
  OverrideDesk(OverrideStore* store, const PolicyShelf& shelf, Clock& clock, Log& log, TickTimes ticks = {})
      : store_(store), shelf_(shelf), clock_(clock), log_(log), ticks_(ticks) {}

  // Where they are kept; empty: nowhere.
  std::string Where() const { return store_ == nullptr ? "" : store_->Where(); }
  const PolicyShelf& shelf() const { return shelf_; }
  Clock& clock() const { return clock_; }

  StandingOverrides Standing() const;

  // Puts one in the place of that of the same name. Where it does not say since when, that is the tick that has just
  // been; or since the one before it, where that is in force and says the same but for its end. Fails with
  // kAlreadyExists where a document that somebody wrote has that name, or one of another namespace, with
  // kFailedPrecondition without a store, and as OverrideStore::Change.
  Result<OverrideChange> Set(const Override& asked);
  // Yields what was removed. Fails with kNotFound, also where what has that name is not its own, and as Set.
  Result<Override> Remove(const std::string& name);

  // Removes what ended kKeepEnded ago, looked at every kSweepEvery; each Set and Remove does, too. Where that fails it
  // is logged.
  void Start();
  void Stop() { sweeper_ = {}; }
  void Sweep();

 private:
  // Why it cannot be set; empty: it can.
  std::string Obstacle(const Override& asked, const OverrideTexts& texts) const;
  bool IsWrittenElsewhere(const Override& asked) const;
  Override Begun(Override asked, const std::optional<Override>& before, Timestamp now) const;
  void Clean();

  OverrideStore* const store_;
  const PolicyShelf& shelf_;
  Clock& clock_;
  Log& log_;
  const TickTimes ticks_;
  std::jthread sweeper_;
};

}  // namespace loadline

#endif  // LOADLINE_API_OVERRIDE_DESK_H_
