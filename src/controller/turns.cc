#include "controller/turns.h"

#include <fmt/format.h>

#include <algorithm>

#include "controller/recompute.h"

namespace loadline {
namespace {

ForecastOptions ForecastOptionsOf(const ControllerOptions& options) {
  ForecastOptions forecasts = options.forecasts;
  forecasts.interval = options.interval;
  forecasts.budget = options.budget;
  return forecasts;
}

}  // namespace

Turns::Turns(ControllerOptions options, std::vector<NamedSource> sources, Clock& clock, Log& log,
             Instruments& instruments)
    : options_(std::move(options)),
      clock_(clock),
      log_(log),
      instruments_(instruments),
      forecasts_(ForecastOptionsOf(options_), sources, log,
                 [&instruments](std::string_view outcome, double cpu_seconds) {
                   instruments.CountRefit(outcome, cpu_seconds);
                 }),
      readings_(std::move(sources), options_.interval),
      evaluator_(options_, policies_, readings_, forecasts_, log, instruments),
      bindings_(options_.max_bindings),
      keeper_(options_.data_dir, bindings_, log) {}

void Turns::TakePolicies(PolicySet set) {
  if (options_.journal != nullptr) options_.journal->TakePolicies(set.policies);
  policies_.Set(std::move(set));
  instruments_.CountPolicyReload();
}

Turns::Found Turns::FindOrMake(const BindingView& view, BindingTable::Why why) {
  bool made = false;
  std::shared_ptr<Binding> binding = bindings_.FindOrMake(view, clock_.Now(), made, why);
  if (binding == nullptr) {
    log_.WriteLimited(
        "max_bindings", "controller", LogLevel::kError, "binding_refused",
        {{"binding", fmt::format("{}/{}", view.object_namespace, view.object_name)}, {"most", options_.max_bindings}});
    return {};
  }
  if (made) keeper_.NoteChange();
  // Before the policies have been read every answer would be "not yet"; with them comes a decision for all.
  return {std::move(binding), made && policies_.HasRead()};
}

void Turns::DecideAtOnce(const Bindings& bindings) {
  const Timestamp tick = LatestTick();
  evaluator_.Evaluate(bindings, tick, EraFor(tick));
}

std::uint64_t Turns::EraFor(Timestamp tick) {
  const MutexLock lock(mutex_);
  latest_decided_ = std::max(latest_decided_, tick);
  return era_;
}

bool Turns::IsSetBack(Timestamp due) const {
  const MutexLock lock(mutex_);
  // A clock that goes ahead and back while a tick is late has moved no tick, but bindings that came meanwhile.
  const Timestamp awaited = std::max(due, latest_decided_ + options_.interval + options_.delay);
  return awaited - clock_.Now() > 2 * options_.interval;
}

Timestamp Turns::BeginEra(Timestamp awaited) {
  log_.Write("controller", LogLevel::kWarn, "clock_set_back",
             {{"awaited", FormatTimestamp(awaited)}, {"now", FormatTimestamp(clock_.Now())}});
  {
    const MutexLock lock(mutex_);
    ++era_;
    latest_decided_ = Timestamp();
  }
  return LatestTick();
}

Timestamp Turns::Tick(Timestamp tick) {
  if (const auto set = clock_watch_.Look()) {
    log_.Write("controller", LogLevel::kWarn, "clock_jumped",
               {{"now", FormatTimestamp(clock_.Now())}, {"seconds", ToSeconds(*set)}});
    forecasts_.ClockJumped(clock_.Now());
  }
  const Timestamp begin = clock_.Now();
  if (policies_.HasRead()) evaluator_.Evaluate(bindings_.All(), tick, EraFor(tick));
  forecasts_.Advance(tick);
  ForgetUnused();
  {
    const MutexLock lock(mutex_);
    last_tick_ = tick;
  }
  const Timestamp latest = LatestTick();
  instruments_.CountTick(clock_.Now() - begin, latest > tick ? (latest - tick) / options_.interval - 1 : 0);
  // Behind by a tick or more: the latest that is due, at once.
  return latest > tick ? latest : tick + options_.interval;
}

void Turns::ForgetUnused() {
  const auto forgotten = bindings_.Forget(clock_.Now() - options_.forget_after);
  if (forgotten.empty()) return;
  evaluator_.Forget(forgotten);
  for (const auto& binding : forgotten) {
    log_.Write("controller", LogLevel::kInfo, "binding_forgotten", {{"binding", binding->key().Id()}});
  }
  keeper_.NoteChange();
}

Result<Recomputed> Turns::DecideAt(const BindingKey& key, Timestamp at) const {
  const MutexLock lock(looking_back_);
  return Recompute(key, at, options_.interval, options_.budget, policies_, readings_);
}

ControllerState Turns::State() const {
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

}  // namespace loadline
