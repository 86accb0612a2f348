#include "controller/controller.h"

#include <fmt/format.h>

#include <condition_variable>
#include <thread>

#include "controller/binding_keeper.h"
#include "controller/clock_watch.h"
#include "controller/evaluator.h"
#include "controller/forecast_board.h"
#include "controller/joiner.h"
#include "controller/policy_board.h"
#include "controller/reading_board.h"
#include "controller/recompute.h"

namespace loadline {
namespace {

ForecastOptions ForecastOptionsOf(const ControllerOptions& options) {
  ForecastOptions forecasts = options.forecasts;
  forecasts.interval = options.interval;
  forecasts.budget = options.budget;
  return forecasts;
}

// `ticking_` evaluates all bindings at aligned times, `joining_` and its rounds those that are new or whose policy
// changed, at once, for the tick that has just been; `reading_` takes up policies, `keeping_` saves bindings, and
// `glancing_` looks at the clock; forecasts have threads of their own.
class TickingController : public Controller {
 public:
  TickingController(ControllerOptions options, std::vector<NamedSource> sources, PolicySource& policies, Clock& clock,
                    Log& log, Instruments& instruments)
      : options_(std::move(options)),
        policy_source_(policies),
        clock_(clock),
        log_(log),
        instruments_(instruments),
        forecasts_(ForecastOptionsOf(options_), sources, log,
                   [&instruments](std::string_view outcome, double cpu_seconds) {
                     instruments.CountRefit(outcome, cpu_seconds);
                   }),
        readings_(std::move(sources), options_.interval),
        evaluator_(options_, policies_, readings_, forecasts_, log, instruments),
        joiner_([this](const std::shared_ptr<Binding>& binding) { return evaluator_.SourcesOf(binding); },
                [this](const Joiner::Bindings& bindings) { DecideAtOnce(bindings); }),
        bindings_(options_.max_bindings),
        keeper_(options_.data_dir, bindings_, log) {}

  ~TickingController() override { Stop(); }

  void Start() override {
    if (!options_.data_dir.empty()) keeper_.Load(clock_.Now() - options_.forget_after);
    reading_ = std::jthread([this](std::stop_token stop) { ReadPolicies(stop); });
    forecasts_.Start();
    joining_ = std::jthread([this](std::stop_token stop) { joiner_.Run(stop); });
    ticking_ = std::jthread([this](std::stop_token stop) { Tick(stop); });
    glancing_ = std::jthread([this](std::stop_token stop) { Glance(stop); });
    if (!options_.data_dir.empty()) keeping_ = std::jthread([this](std::stop_token stop) { keeper_.Run(stop); });
  }

  void Stop() override {
    const auto threads = {&reading_, &joining_, &ticking_, &glancing_, &keeping_};
    for (std::jthread* thread : threads) thread->request_stop();
    for (std::jthread* thread : threads) {
      if (thread->joinable()) thread->join();
    }
    forecasts_.Stop();
  }

  std::shared_ptr<Binding> Find(const BindingView& view) override { return FindOrMake(view, BindingTable::Why::kCall); }
  void Foresee(const BindingView& view) override { FindOrMake(view, BindingTable::Why::kForeseen); }
  Result<std::shared_ptr<const Policy>> FindPolicy(const std::string& object_namespace,
                                                   const std::string& name) const override {
    return policies_.Find(object_namespace, name);
  }

  std::vector<std::shared_ptr<Binding>> Bindings() const override { return bindings_.All(); }

  Result<Recomputed> DecideAt(const BindingKey& key, Timestamp at) const override {
    const MutexLock lock(looking_back_);
    return Recompute(key, at, options_.interval, options_.budget, policies_, readings_);
  }

  Clock& clock() const override { return clock_; }

  ControllerState State() const override {
    ControllerState state;
    state.policies_read = policies_.HasRead();
    state.policies = policies_.size();
    state.problems = policies_.problems();
    state.sources = readings_.SourceStates();
    state.bindings = bindings_.size();
    const MutexLock lock(mutex_);
    state.last_tick = last_tick_;
    return state;
  }

 private:
  std::shared_ptr<Binding> FindOrMake(const BindingView& view, BindingTable::Why why) {
    bool made = false;
    std::shared_ptr<Binding> binding = bindings_.FindOrMake(view, clock_.Now(), made, why);
    if (binding == nullptr) {
      log_.WriteLimited("max_bindings", "controller", LogLevel::kError, "binding_refused",
                        {{"binding", fmt::format("{}/{}", view.object_namespace, view.object_name)},
                         {"most", options_.max_bindings}});
      return nullptr;
    }
    if (made) {
      keeper_.NoteChange();
      // Before the policies have been read every answer would be "not yet"; with them comes a decision for all.
      if (policies_.HasRead()) joiner_.Add({binding});
    }
    return binding;
  }

  void ReadPolicies(std::stop_token stop) {
    policy_source_.Run(stop, [this](PolicySet set) {
      if (options_.journal != nullptr) options_.journal->TakePolicies(set.policies);
      policies_.Set(std::move(set));
      instruments_.CountPolicyReload();
      joiner_.Add(bindings_.All());
    });
  }

  Timestamp LatestTick() const { return AlignDown(clock_.Now() - options_.delay, options_.interval); }

  void DecideAtOnce(const Joiner::Bindings& bindings) {
    const std::uint64_t era = Era();
    evaluator_.Evaluate(bindings, LatestTick(), era);
  }

  // The next tick is never more than an interval away. Where it is two, the clock was set back.
  bool IsSetBack(Timestamp due) const { return due - clock_.Now() > 2 * options_.interval; }

  // Waits until `due`. False when stop was requested, and when the clock was set back: `due` may then be hours away.
  bool Await(Timestamp due, std::stop_token stop) {
    std::stop_source nap;
    const std::stop_callback on_stop(stop, [&nap] { nap.request_stop(); });
    {
      const MutexLock lock(mutex_);
      due_ = due;
      nap_ = nap;
    }
    return !IsSetBack(due) && clock_.WaitUntil(due, nap.get_token());
  }

  void Glance(std::stop_token stop) {
    while (!stop.stop_requested()) {
      {
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, stop, options_.glance, [] { return false; });
      }
      WakeTickerIfSetBack();
    }
  }

  void WakeTickerIfSetBack() {
    std::stop_source nap(std::nostopstate);
    {
      const MutexLock lock(mutex_);
      if (IsSetBack(due_)) nap = nap_;
    }
    nap.request_stop();
  }

  std::uint64_t Era() const {
    const MutexLock lock(mutex_);
    return era_;
  }

  void BeginEra(Timestamp due) {
    log_.Write("controller", LogLevel::kWarn, "clock_set_back",
               {{"awaited", FormatTimestamp(due)}, {"now", FormatTimestamp(clock_.Now())}});
    const MutexLock lock(mutex_);
    ++era_;
  }

  void Tick(std::stop_token stop) {
    Timestamp next = LatestTick() + options_.interval;
    while (!stop.stop_requested()) {
      if (!Await(next + options_.delay, stop)) {
        if (stop.stop_requested()) return;
        BeginEra(next + options_.delay);
        next = LatestTick();  // what was decided for times to come must not stand until they come
        continue;
      }
      if (const auto set = clock_watch_.Look()) {
        log_.Write("controller", LogLevel::kWarn, "clock_jumped",
                   {{"now", FormatTimestamp(clock_.Now())}, {"seconds", ToSeconds(*set)}});
        forecasts_.ClockJumped(clock_.Now());
      }
      const Timestamp begin = clock_.Now();
      if (policies_.HasRead()) evaluator_.Evaluate(bindings_.All(), next, Era());
      forecasts_.Advance(next);
      ForgetUnused();
      {
        const MutexLock lock(mutex_);
        last_tick_ = next;
      }
      const Timestamp latest = LatestTick();
      // Behind by a tick or more: the latest that is due, at once.
      const Timestamp following = latest > next ? latest : next + options_.interval;
      instruments_.CountTick(clock_.Now() - begin, latest > next ? (latest - next) / options_.interval - 1 : 0);
      next = following;
    }
  }

  void ForgetUnused() {
    const auto forgotten = bindings_.Forget(clock_.Now() - options_.forget_after);
    if (forgotten.empty()) return;
    evaluator_.Forget(forgotten);
    for (const auto& binding : forgotten) {
      log_.Write("controller", LogLevel::kInfo, "binding_forgotten", {{"binding", binding->key().Id()}});
    }
    keeper_.NoteChange();
  }

  const ControllerOptions options_;
  PolicySource& policy_source_;
  Clock& clock_;
  Log& log_;
  Instruments& instruments_;
  PolicyBoard policies_;
  ForecastBoard forecasts_;
  ClockWatch clock_watch_{clock_};  // of `ticking_`
  ReadingBoard readings_;
  Evaluator evaluator_;
  Joiner joiner_;
  BindingTable bindings_;
  BindingKeeper keeper_;

  mutable Mutex looking_back_;  // held by who asks the sources of the past: one at a time

  mutable Mutex mutex_;
  std::condition_variable_any wake_;
  Timestamp last_tick_ LOADLINE_GUARDED_BY(mutex_);
  Timestamp due_ LOADLINE_GUARDED_BY(mutex_);         // when the next tick is
  std::stop_source nap_ LOADLINE_GUARDED_BY(mutex_);  // ends the wait for it
  std::uint64_t era_ LOADLINE_GUARDED_BY(mutex_) = 0;

  // Last, so that they end before what they use.
  std::jthread reading_;
  std::jthread joining_;
  std::jthread ticking_;
  std::jthread glancing_;
  std::jthread keeping_;
};

}  // namespace

std::unique_ptr<Controller> MakeController(ControllerOptions options, std::vector<NamedSource> sources,
                                           PolicySource& policies, Clock& clock, Log& log, Instruments& instruments) {
  return std::make_unique<TickingController>(std::move(options), std::move(sources), policies, clock, log, instruments);
}

Result<std::shared_ptr<const PublishedAnswer>> CurrentAnswer(const Binding& binding, Timestamp now) {
  std::shared_ptr<const PublishedAnswer> answer = binding.Latest();
  if (answer == nullptr) {
    return Fail(
        Code::kUnavailable,
        fmt::format("there is no decision for {} yet: its first readings are still on their way", binding.key().Id()));
  }
  if (now > answer->valid_until) {
    return Fail(
        Code::kUnavailable,
        fmt::format("the last decision for {} is {} old, which is longer than its policy holds one: ticks are not "
                    "being completed",
                    binding.key().Id(), FormatDuration(std::chrono::floor<std::chrono::seconds>(now - answer->time))));
  }
  if (answer->error) return Fail(*answer->error);
  return answer;
}

}  // namespace loadline
