// What a controller does at each turn, to its end and without a thread of its own: the controller's threads call it,
// and a simulation, which has none.
#ifndef LOADLINE_CONTROLLER_TURNS_H_
#define LOADLINE_CONTROLLER_TURNS_H_

#include <memory>
#include <vector>

#include "controller/binding_keeper.h"
#include "controller/clock_watch.h"
#include "controller/controller.h"
#include "controller/evaluator.h"
#include "controller/forecast_board.h"
#include "controller/policy_board.h"
#include "controller/reading_board.h"

namespace loadline {

// Thread-safe, but for Tick and BeginEra: those are of the one thread that ticks.
class Turns {
 public:
  using Bindings = std::vector<std::shared_ptr<Binding>>;

  // `clock`, `log` and `instruments` must outlive it.
  Turns(ControllerOptions options, std::vector<NamedSource> sources, Clock& clock, Log& log, Instruments& instruments);

  // Puts policies in force. Then all bindings are to be decided at once.
  void TakePolicies(PolicySet set);

  struct Found {
    std::shared_ptr<Binding> binding;  // null where there are max_bindings already
    bool is_undecided = false;         // new, and to be decided at once
  };
  Found FindOrMake(const BindingView& view, BindingTable::Why why);

  // Decides for `bindings` at the tick that has just been.
  void DecideAtOnce(const Bindings& bindings);

  Timestamp LatestTick() const { return AlignDown(clock_.Now() - options_.delay, options_.interval); }
  // Whether the clock was set back: the next tick, which is never more than an interval away, is two away, or something
  // was decided for a tick that far ahead.
  bool IsSetBack(Timestamp due) const;
  // What was decided for times to come must not stand until they come. Returns the tick that is due now.
  Timestamp BeginEra(Timestamp awaited);
  // Decides for all at `tick`, whose time and delay have passed. Returns the tick that is due next.
  Timestamp Tick(Timestamp tick);

  Bindings All() const { return bindings_.All(); }
  Evaluator& evaluator() { return evaluator_; }
  ForecastBoard& forecasts() { return forecasts_; }
  BindingKeeper& keeper() { return keeper_; }
  Result<std::shared_ptr<const Policy>> FindPolicy(const std::string& object_namespace, const std::string& name) const {
    return policies_.Find(object_namespace, name);
  }
  Result<Recomputed> DecideAt(const BindingKey& key, Timestamp at) const;
  ControllerState State() const;

 private:
  // The era of a decision that is made for `tick`.
  std::uint64_t EraFor(Timestamp tick);
  void ForgetUnused();

  const ControllerOptions options_;
  Clock& clock_;
  Log& log_;
  Instruments& instruments_;
  PolicyBoard policies_;
  ForecastBoard forecasts_;
  ClockWatch clock_watch_{clock_};  // of the thread that ticks
  ReadingBoard readings_;
  Evaluator evaluator_;
  BindingTable bindings_;
  BindingKeeper keeper_;

  mutable Mutex looking_back_;  // held by who asks the sources of the past: one at a time

  mutable Mutex mutex_;
  Timestamp last_tick_ LOADLINE_GUARDED_BY(mutex_);
  Timestamp latest_decided_ LOADLINE_GUARDED_BY(mutex_);  // the tick, of this era; also one that was not waited for
  std::uint64_t era_ LOADLINE_GUARDED_BY(mutex_) = 0;
};

}  // namespace loadline

#endif  // LOADLINE_CONTROLLER_TURNS_H_
