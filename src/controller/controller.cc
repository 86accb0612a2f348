#include "controller/controller.h"

#include <fmt/format.h>

#include <condition_variable>
#include <thread>

#include "controller/joiner.h"
#include "controller/turns.h"

namespace loadline {
namespace {

// `ticking_` evaluates all bindings at aligned times, `joining_` and its rounds those that are new or whose policy
// changed, at once, for the tick that has just been; `reading_` takes up policies, `keeping_` saves bindings, and
// `glancing_` looks at the clock; forecasts have threads of their own. What they do is in turns.h.
class TickingController : public Controller {
 public:
  TickingController(ControllerOptions options, std::vector<NamedSource> sources, PolicySource& policies, Clock& clock,
                    Log& log, Instruments& instruments)
      : options_(std::move(options)),
        policy_source_(policies),
        clock_(clock),
        turns_(options_, std::move(sources), clock, log, instruments),
        joiner_([this](const std::shared_ptr<Binding>& binding) { return turns_.evaluator().SourcesOf(binding); },
                [this](const Joiner::Bindings& bindings) { turns_.DecideAtOnce(bindings); }) {}

  ~TickingController() override { Stop(); }

  void Start() override {
    if (!options_.data_dir.empty()) turns_.keeper().Load(clock_.Now() - options_.forget_after);
    reading_ = std::jthread([this](std::stop_token stop) { ReadPolicies(stop); });
    turns_.forecasts().Start();
    joining_ = std::jthread([this](std::stop_token stop) { joiner_.Run(stop); });
    ticking_ = std::jthread([this](std::stop_token stop) { Tick(stop); });
    glancing_ = std::jthread([this](std::stop_token stop) { Glance(stop); });
    if (!options_.data_dir.empty())
      keeping_ = std::jthread([this](std::stop_token stop) { turns_.keeper().Run(stop); });
  }

  void Stop() override {
    const auto threads = {&reading_, &joining_, &ticking_, &glancing_, &keeping_};
    for (std::jthread* thread : threads) thread->request_stop();
    for (std::jthread* thread : threads) {
      if (thread->joinable()) thread->join();
    }
    turns_.forecasts().Stop();
  }

  std::shared_ptr<Binding> Find(const BindingView& view) override { return FindOrMake(view, BindingTable::Why::kCall); }
  void Foresee(const BindingView& view) override { FindOrMake(view, BindingTable::Why::kForeseen); }
  Result<std::shared_ptr<const Policy>> FindPolicy(const std::string& object_namespace,
                                                   const std::string& name) const override {
    return turns_.FindPolicy(object_namespace, name);
  }

  std::vector<std::shared_ptr<Binding>> Bindings() const override { return turns_.All(); }
  Result<Recomputed> DecideAt(const BindingKey& key, Timestamp at) const override { return turns_.DecideAt(key, at); }
  Clock& clock() const override { return clock_; }
  ControllerState State() const override { return turns_.State(); }

 private:
  std::shared_ptr<Binding> FindOrMake(const BindingView& view, BindingTable::Why why) {
    Turns::Found found = turns_.FindOrMake(view, why);
    if (found.is_undecided) joiner_.Add({found.binding});
    return std::move(found.binding);
  }

  void ReadPolicies(std::stop_token stop) {
    policy_source_.Run(stop, [this](PolicySet set) {
      turns_.TakePolicies(std::move(set));
      joiner_.Add(turns_.All());
    });
  }

  // Waits until `due`. False when stop was requested, and when the clock was set back: `due` may then be hours away.
  bool Await(Timestamp due, std::stop_token stop) {
    std::stop_source nap;
    const std::stop_callback on_stop(stop, [&nap] { nap.request_stop(); });
    {
      const MutexLock lock(mutex_);
      due_ = due;
      nap_ = nap;
    }
    return !turns_.IsSetBack(due) && clock_.WaitUntil(due, nap.get_token());
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
      if (turns_.IsSetBack(due_)) nap = nap_;
    }
    nap.request_stop();
  }

  void Tick(std::stop_token stop) {
    Timestamp next = turns_.LatestTick() + options_.interval;
    while (!stop.stop_requested()) {
      const Timestamp due = next + options_.delay;
      if (Await(due, stop)) {
        next = turns_.Tick(next);
      } else if (!stop.stop_requested()) {
        next = turns_.BeginEra(due);
      }
    }
  }

  const ControllerOptions options_;
  PolicySource& policy_source_;
  Clock& clock_;
  Turns turns_;
  Joiner joiner_;

  mutable Mutex mutex_;
  std::condition_variable_any wake_;
  Timestamp due_ LOADLINE_GUARDED_BY(mutex_);         // when the next tick is
  std::stop_source nap_ LOADLINE_GUARDED_BY(mutex_);  // ends the wait for it

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
