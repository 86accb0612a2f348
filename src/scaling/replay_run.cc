#include "scaling/replay_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "scaling/explain.h"
#include "scaling/keda_model.h"
#include "scaling/scenario_series.h"
#include "scaling/signal_readings.h"
#include "scaling/virtual_run.h"
#include "scaling/workload.h"

namespace loadline {
namespace {

constexpr Duration kHpaSync = std::chrono::seconds(15);
constexpr Duration kDay = std::chrono::hours(24);
constexpr int kMostByDefault = 100;  // of a ScaledObject without maxReplicaCount
constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();
constexpr std::string_view kNotRecorded = "not in the recording";

const std::vector<Reading>* ReadingsOf(const Recording& recording, int query) {
  return query < 0 ? nullptr : &recording.queries[static_cast<std::size_t>(query)].readings;
}

std::optional<double> NumberAt(const std::vector<Reading>* readings, std::size_t tick,
                               OnEmpty on_empty = OnEmpty::kMissing) {
  return readings == nullptr || tick >= readings->size() ? std::nullopt : NumberOf((*readings)[tick], on_empty);
}

// What there was to do, as it was recorded.
class RecordedLoad {
 public:
  RecordedLoad(const Recording& recording, const WorkloadModel& model)
      : model_(model),
        load_(ReadingsOf(recording, model.load)),
        observed_(ReadingsOf(recording, model.observed)),
        capacity_(ReadingsOf(recording, model.capacity_query)),
        queue_(ReadingsOf(recording, model.queue)),
        lag_(ReadingsOf(recording, model.lag)) {}

  std::optional<double> Observed(std::size_t tick) const { return NumberAt(observed_, tick); }
  std::optional<double> Depth(std::size_t tick) const { return NumberAt(queue_, tick, model_.load_on_empty); }
  std::optional<double> LagSeconds(std::size_t tick) const { return NumberAt(lag_, tick, model_.load_on_empty); }

  std::optional<double> Load(std::size_t tick) const {
    auto load = NumberAt(load_, tick, model_.load_on_empty);
    if (!load || !model_.load_is_mean) return load ? std::optional(std::max(*load, 0.0)) : load;
    const auto observed = Observed(tick);
    return observed ? std::optional(std::max(*load * *observed, 0.0)) : std::nullopt;
  }

  // Of a replica. Where a query says it, the latest that it said: it is learned, and does not jump.
  std::optional<double> Capacity(std::size_t tick) {
    if (capacity_ == nullptr) return model_.capacity > 0 ? std::optional(model_.capacity) : std::nullopt;
    if (const auto value = NumberAt(capacity_, tick); value && *value > 0) last_capacity_ = value;
    return last_capacity_;
  }

 private:
  const WorkloadModel& model_;
  const std::vector<Reading>* load_;
  const std::vector<Reading>* observed_;
  const std::vector<Reading>* capacity_;
  const std::vector<Reading>* queue_;
  const std::vector<Reading>* lag_;
  std::optional<double> last_capacity_;
};

// The latest at or before `tick` that is known.
template <class At>
std::optional<double> LatestUntil(std::size_t tick, std::size_t looks_back, const At& at) {
  for (std::size_t ago = 0; ago <= std::min(tick, looks_back); ++ago) {
    if (const auto value = at(tick - ago)) return value;
  }
  return std::nullopt;
}

// Judges tick by tick what there was against what there was to do.
class Judge {
 public:
  Judge(const Recording& recording, const WorkloadModel& model, const Policy& policy, const ReplayOptions& options)
      : recording_(recording),
        model_(model),
        load_(recording, model),
        min_(policy.replicas.min),
        max_(policy.Most()),
        starting_(DelayInTicks(model.start_delay, recording.interval)),
        first_(recording.TickAt(options.begin)),
        end_(recording.TickAt(options.end)) {
    result_.name = policy.name;
    result_.is_queue = model.is_queue();
    result_.begin = recording.TimeAt(first_);
    result_.interval = recording.interval;
    const std::size_t ticks = end_ > first_ ? end_ - first_ : 0;
    for (auto* series : {&result_.series.load, &result_.series.needed, &result_.series.wanted, &result_.series.replicas,
                         &result_.series.ready, &result_.series.waiting})
      series->reserve(ticks);
    if (!model.is_queue()) return;
    const auto looks_back = static_cast<std::size_t>(std::chrono::minutes(5) / recording.interval);
    auto depth = LatestUntil(first_, looks_back, [&](std::size_t tick) { return load_.Depth(tick); });
    if (!depth) {
      const auto lag = LatestUntil(first_, looks_back, [&](std::size_t tick) { return load_.LagSeconds(tick); });
      const auto load = LatestUntil(first_, looks_back, [&](std::size_t tick) { return load_.Load(tick); });
      if (lag && load) depth = *lag * *load;
    }
    waiting_.emplace(recording.interval, *model.deadline, std::max(depth.value_or(0), 0.0));
  }

  std::size_t first() const { return first_; }
  std::size_t end() const { return end_; }
  RecordedLoad& load() { return load_; }
  const WaitingItems* waiting() const { return waiting_ ? &*waiting_ : nullptr; }

  // A tick's replicas, and what the policy wanted. `really`: the queue is the one recorded. `say` is called where the
  // moment is one to remember.
  template <class Say>
  void Tick(std::size_t tick, std::optional<int> replicas, float wanted, bool really, const Say& say) {
    const Timestamp now = recording_.TimeAt(tick);
    const double seconds = ToSeconds(recording_.interval);
    if (result_.days.empty() || now >= result_.days.back().begin + kDay)
      result_.days.push_back({AlignDown(now, kDay), {}});
    tally_ = &result_.days.back().tally;
    tally_->seconds += seconds;
    const auto load = load_.Load(tick);
    const auto capacity = load_.Capacity(tick);
    std::optional<int> ready;
    if (replicas) {
      tally_->counted_seconds += seconds;
      tally_->replica_seconds += *replicas * seconds;
      if (*replicas <= min_) tally_->min_seconds += seconds;
      if (max_ && *replicas >= *max_) tally_->max_seconds += seconds;
      if (last_ && *last_ != *replicas) ++tally_->changes;
      last_ = replicas;
      ready = starting_.Step(*replicas);
    }
    const double need = load.value_or(0) / capacity.value_or(1);
    const auto number = [](const auto& value) { return value ? static_cast<float>(*value) : kUnknown; };
    result_.series.needed.push_back(load && capacity ? static_cast<float>(need) : kUnknown);
    result_.series.load.push_back(number(load));
    result_.series.wanted.push_back(wanted);
    result_.series.replicas.push_back(number(replicas));
    result_.series.ready.push_back(number(ready));
    double late = 0;
    if (load && capacity && ready) {
      ReplayMoment moment;
      moment.begin = moment.peak = now;
      moment.end = now + recording_.interval;
      moment.load = load.value_or(0);
      moment.needed = need;
      moment.ready = ready.value_or(0);
      moment.replicas = replicas.value_or(0);
      moment.severity = SeverityOf(moment, tick, capacity.value_or(0), really);
      if (moment.severity > 0 && moments_.Add(moment)) moments_.Said(say());
      late = moment.severity;
    }
    if (!waiting_) return;
    result_.series.waiting.push_back(static_cast<float>(waiting_->depth()));
    result_.series.late.push_back(static_cast<float>(late));
  }

  ReplayTally& tally() { return *tally_; }
  ReplayResult& result() { return result_; }
  ReplayResult Finish() {
    result_.worst = moments_.Worst();
    return std::move(result_);
  }

 private:
  // How bad a tick is at which the load and the replicas are known.
  double SeverityOf(const ReplayMoment& moment, std::size_t tick, double capacity, bool really) {
    const double seconds = ToSeconds(recording_.interval);
    tally_->judged_seconds += seconds;
    const double missing = moment.needed > moment.ready + 1e-9 ? moment.needed - moment.ready : 0;
    if (missing > 0) tally_->short_seconds += seconds;
    if (!waiting_) return missing * seconds;
    return Wait(tick, moment.load * seconds, moment.ready * capacity * seconds, really);
  }

  // Returns how many items became late.
  double Wait(std::size_t tick, double arrivals, double can_serve, bool really) {
    // Those that wait at first may become late, too: they count with the items of the first tick.
    if (!has_waited_) tally_->items += waiting_->depth();
    has_waited_ = true;
    double late = 0;
    if (!really) {
      late = waiting_->Step(arrivals, can_serve);
    } else if (model_.queue >= 0) {
      const auto after = load_.Depth(tick + 1);
      late = waiting_->StepTo(arrivals, after.value_or(waiting_->depth()));
      if (!after) return 0;  // it is not known how many waited: what came counts as neither
    } else {
      const auto lag = load_.LagSeconds(tick);
      if (!lag) return 0;
      late = *lag > ToSeconds(*model_.deadline) ? arrivals : 0;
    }
    tally_->items += arrivals;
    tally_->late += late;
    return late;
  }

  const Recording& recording_;
  const WorkloadModel& model_;
  RecordedLoad load_;
  const int min_;
  const std::optional<double> max_;
  StartingReplicas starting_;
  const std::size_t first_;
  const std::size_t end_;
  std::optional<WaitingItems> waiting_;
  bool has_waited_ = false;
  std::optional<int> last_;
  ReplayTally* tally_ = nullptr;
  MomentFinder moments_;
  ReplayResult result_;
};

// The levels of an objective, as LevelsOf (fit_objective.h) finds them, tick after tick: each reading is pushed once.
class FollowingLevels {
 public:
  FollowingLevels(const Recording& recording, const ReplayMember& member, PlannedForecast plan)
      : recording_(recording),
        plan_(std::move(plan)),
        on_empty_(OnEmptyOf(*member.policy, member.policy->signals[*ObjectiveSignal(*member.policy)])),
        load_(ReadingsOf(recording, recording.Find(plan_.source, plan_.text))),
        delay_(static_cast<std::size_t>(
            std::max(DelayInTicks(plan_.objective->terms.start_delay, recording.interval), 1))) {}

  const PlannedForecast& plan() const { return plan_; }

  // `depth`, of a queue, and `observed`: what the decision sees of them; `looks_back`: how many ticks of it count.
  ObjectiveView At(std::size_t tick, std::shared_ptr<const FittedObjective> fit, std::span<const Reading> depth,
                   std::span<const Reading> observed, std::size_t looks_back) {
    if (fit != fit_) {
      fit_ = std::move(fit);
      readings_ = fit_->readings;
      levels_.clear();
      next_ = fit_->fitted < recording_.begin ? 0 : recording_.TickAt(fit_->fitted + recording_.interval);
    }
    for (; next_ <= tick; ++next_) {
      const std::size_t ago = tick - next_;
      const auto value = NumberAt(load_, next_, on_empty_);
      readings_->Push(value ? std::optional(*value / plan_.objective->terms.capacity) : std::nullopt);
      if (ago < looks_back) levels_.push_back(LevelAt(ago, value, depth, observed));
    }
    return {fit_->model->report(), std::span(levels_).last(std::min(levels_.size(), looks_back))};
  }

 private:
  Levels LevelAt(std::size_t ago, std::optional<double> value, std::span<const Reading> depth,
                 std::span<const Reading> observed) const {
    const bool is_queue = plan_.objective->objective.deadline.has_value();
    std::optional<double> waits = 0.0;
    std::vector<int> counts{0};
    if (is_queue) {
      waits = ago < depth.size() ? NumberOf(depth[depth.size() - 1 - ago], on_empty_) : std::nullopt;
      counts = CountsUntil(observed, ago, delay_);
    }
    if (!value || !waits || counts.empty()) return {0, 0};
    return fit_->model->LevelsAt(*readings_, {std::max(*waits, 0.0), counts});
  }

  const Recording& recording_;
  const PlannedForecast plan_;
  const OnEmpty on_empty_;
  const std::vector<Reading>* load_;
  const std::size_t delay_;
  std::shared_ptr<const FittedObjective> fit_;
  std::optional<LoadReadings> readings_;
  std::vector<Levels> levels_;
  std::size_t next_ = 0;
};

// A query of the plan, and what it says in the replay.
struct Input {
  const std::vector<Reading>* recorded = nullptr;  // null: it was not
  std::vector<Reading> modelled;                   // where a model has a say: up to the present tick
  enum class By { kRecording, kCount, kDepth, kLag, kMean } by = By::kRecording;
  std::size_t ticks = 1;  // how many of them a decision sees
  bool was_known = false;
};

bool IsHeld(const Decision& decision) {
  return std::ranges::any_of(decision.signals, [](const SignalOutcome& outcome) {
    switch (outcome.reason) {
      case Reason::kHeld:
      case Reason::kPartialData:
      case Reason::kMissing:
      case Reason::kIgnored:
      case Reason::kAssumedHigh:
      case Reason::kFallback: return true;
      default: return false;
    }
  });
}

KedaOptions KedaOptionsOf(const Policy& policy, const ReplayOptions& options) {
  KedaOptions keda;
  keda.min = policy.replicas.min;
  keda.max = std::max(policy.replicas.max.value_or(std::max(kMostByDefault, keda.min)), 1);
  keda.cooldown = options.cooldown;
  if (policy.hpa) keda.tolerance = policy.hpa->tolerance;
  auto window = options.down_window;
  if (!window && policy.objective) window = policy.objective->scale_down_window;
  if (window) {
    keda.behavior = DefaultHpaBehavior();
    keda.behavior->down.stabilization = *window;
  }
  return keda;
}

class Player {
 public:
  Player(const Recording& recording, const ReplayMember& member, const WorkloadModel& workload,
         const ReplayOptions& options, ReplayForecasts& forecasts)
      : recording_(recording),
        policy_(*member.policy),
        plan_(*member.plan),
        options_(options),
        forecasts_(forecasts),
        judge_(recording, workload, policy_, options),
        planned_(PlanForecasts(policy_, plan_, CalendarsOf(options))),
        keda_(KedaOptionsOf(policy_, options), FirstCount()) {
    if (policy_.objective) {
      const auto planned = PlanObjective(policy_, plan_, recording.interval);
      if (planned && *planned) levels_.emplace(recording, member, **planned);
    }
    for (std::size_t q = 0; q < plan_.queries.size(); ++q) AddInput(q, workload);
  }

  ReplayResult Run() {
    for (std::size_t tick = judge_.first(); tick < judge_.end(); ++tick) {
      if (options_.on_progress && tick % 4096 == 0)
        options_.on_progress(tick - judge_.first(), judge_.end() - judge_.first());
      Play(tick);
    }
    return judge_.Finish();
  }

 private:
  int FirstCount() {
    const std::size_t first = judge_.first();
    const auto looks_back = static_cast<std::size_t>(std::chrono::minutes(5) / recording_.interval);
    const auto observed =
        LatestUntil(first, looks_back, [&](std::size_t tick) { return judge_.load().Observed(tick); });
    if (observed) return static_cast<int>(std::clamp(*observed, 0.0, kMostReplicas));
    const auto load = LatestUntil(first, looks_back, [&](std::size_t tick) { return judge_.load().Load(tick); });
    const auto capacity = judge_.load().Capacity(first);
    const double wanted = load && capacity ? std::ceil(*load / (0.8 * *capacity)) : 0;
    const int least = std::max(policy_.replicas.min, 1);
    return static_cast<int>(
        std::clamp<double>(wanted, least, std::max(least, policy_.replicas.max.value_or(kMostByDefault))));
  }

  void AddInput(std::size_t q, const WorkloadModel& workload) {
    const PlannedQuery& query = plan_.queries[q];
    Input input;
    const int recorded = recording_.Find(query.source, query.text);
    input.recorded = ReadingsOf(recording_, recorded);
    input.ticks = static_cast<std::size_t>(query.window / recording_.interval) + 1;
    if (!options_.open_loop) {
      if (static_cast<int>(q) == plan_.observed || (recorded >= 0 && recorded == workload.observed)) {
        input.by = Input::By::kCount;
      } else if (recorded >= 0 && recorded == workload.queue) {
        input.by = Input::By::kDepth;
      } else if (recorded >= 0 && recorded == workload.lag) {
        input.by = Input::By::kLag;
      } else {
        for (std::size_t i = 0; i < policy_.signals.size(); ++i) {
          if (plan_.signals[i].value == static_cast<int>(q) && LawOf(policy_.signals[i]) == Law::kTarget &&
              workload.observed >= 0)
            input.by = Input::By::kMean;
        }
      }
    }
    if (input.by != Input::By::kRecording) {
      input.modelled.assign(recording_.ticks, Reading());
      for (std::size_t tick = 0; tick < judge_.first(); ++tick) {
        Reading& reading = input.modelled[tick];
        if (input.recorded != nullptr) reading = (*input.recorded)[tick];
        input.was_known = input.was_known || reading.state == ReadingState::kValue;
        // As if it had been so before: no stage sees a change that is none.
        if (input.by == Input::By::kCount && !input.was_known)
          reading = {static_cast<double>(keda_.replicas()), ReadingState::kValue};
      }
    }
    inputs_.push_back(std::move(input));
  }

  // What a query says that depends on the replicas. An outage is one whatever their count.
  Reading Modelled(Input& input, std::size_t tick) {
    const Reading recorded = input.recorded != nullptr ? (*input.recorded)[tick] : Reading();
    const int count = keda_.replicas();
    const auto observed = judge_.load().Observed(tick);
    const WaitingItems* waiting = judge_.waiting();
    if (input.by == Input::By::kCount) {
      input.was_known = input.was_known || recorded.state == ReadingState::kValue;
      const bool was_asked_in_vain = input.was_known && recorded.state != ReadingState::kValue;
      return was_asked_in_vain ? recorded : Reading{static_cast<double>(count), ReadingState::kValue};
    }
    const bool has_number = recorded.state == ReadingState::kValue || recorded.state == ReadingState::kPartial;
    // With the last worker its metrics went; with workers they would be there.
    const bool went = recorded.state == ReadingState::kEmpty && observed && *observed < 1 && count > 0;
    if (input.by == Input::By::kMean) {
      if (!has_number) return recorded;
      if (!observed) return {0, ReadingState::kFailed};
      if (count < 1) return {0, ReadingState::kEmpty};
      return {recorded.value * *observed / count, recorded.state};
    }
    if ((!has_number && !went) || waiting == nullptr) return recorded;
    const double value = input.by == Input::By::kDepth ? waiting->depth() : ToSeconds(waiting->oldest());
    return {value, went ? ReadingState::kValue : recorded.state};
  }

  void Play(std::size_t tick) {
    const Timestamp now = recording_.TimeAt(tick);
    const Decision decision = DecideAt(tick, now);
    std::optional<int> replicas;
    if (!options_.open_loop) {
      replicas = keda_.replicas();
    } else if (const auto observed = judge_.load().Observed(tick)) {
      replicas = static_cast<int>(std::clamp(*observed, 0.0, kMostReplicas));
    }
    const auto say = [&] { return Summary(policy_, decision); };
    judge_.Tick(tick, replicas, decision.error ? kUnknown : static_cast<float>(decision.wanted), options_.open_loop,
                say);
    const double seconds = ToSeconds(recording_.interval);
    if (decision.error) {
      judge_.tally().error_seconds += seconds;
      if (judge_.result().first_error.empty()) {
        judge_.result().first_error = decision.error->message;
        judge_.result().first_error_time = now;
      }
    } else if (IsHeld(decision)) {
      judge_.tally().held_seconds += seconds;
    }
    if (options_.explain_at.contains(now)) judge_.result().said[now] = say();
    if (!options_.open_loop) Follow(now, decision);
  }

  Decision DecideAt(std::size_t tick, Timestamp now) {
    seen_.now = now;
    seen_.interval = recording_.interval;
    seen_.calendars = options_.calendars;
    seen_.windows.clear();
    for (Input& input : inputs_) {
      if (input.by != Input::By::kRecording) input.modelled[tick] = Modelled(input, tick);
      const std::vector<Reading>& readings =
          input.by != Input::By::kRecording || input.recorded == nullptr ? input.modelled : *input.recorded;
      const std::size_t ticks = std::min(input.ticks, tick + 1);
      const auto window = std::span(readings).subspan(tick + 1 - ticks, ticks);
      const bool silent = window.back().state == ReadingState::kFailed;
      seen_.windows.push_back({window, silent ? kNotRecorded : ProblemOf(window.back())});
    }
    list_.clear();
    for (const auto& planned : planned_) list_.push_back(planned ? forecasts_.At(*planned, now) : nullptr);
    seen_.forecasts = list_;
    learned_.clear();
    for (const auto& planned : plan_.learned)
      learned_.push_back(planned ? forecasts_.LearnedAt(*planned, now) : nullptr);
    seen_.learned = learned_;
    if (levels_) {
      const std::size_t index = *ObjectiveSignal(policy_);
      const auto& depth = seen_.windows[static_cast<std::size_t>(plan_.signals[index].value)].ticks;
      const auto& observed = seen_.windows[static_cast<std::size_t>(plan_.observed)].ticks;
      seen_.objective = levels_->At(tick, forecasts_.ObjectiveAt(levels_->plan(), now), depth, observed, depth.size());
    }
    return Decide(policy_, plan_, seen_);
  }

  // KEDA's polls and the HPA's syncs until the next tick.
  void Follow(Timestamp now, const Decision& decision) {
    const auto value = decision.error ? std::nullopt : std::optional(decision.replicas);
    const ScalerAnswer answer{value, decision.error ? std::nullopt : std::optional(decision.active)};
    const auto next = [&](Duration every) { return AlignDown(now + every - Duration(1), every); };
    Timestamp poll = next(options_.polling);
    Timestamp sync = next(kHpaSync);
    while (std::min(poll, sync) < now + recording_.interval) {
      if (poll <= sync) {
        keda_.Poll(poll, answer);
        poll += options_.polling;
      } else {
        keda_.Sync(sync, value);
        sync += kHpaSync;
      }
    }
  }

  const Recording& recording_;
  const Policy& policy_;
  const QueryPlan& plan_;
  const ReplayOptions& options_;
  ReplayForecasts& forecasts_;
  Judge judge_;
  std::vector<std::optional<PlannedForecast>> planned_;
  KedaModel keda_;
  std::vector<Input> inputs_;
  std::optional<FollowingLevels> levels_;
  Observation seen_;
  std::vector<const SignalForecast*> list_;
  std::vector<std::shared_ptr<const LearnedNumber>> learned_;
};

}  // namespace

const CalendarLookup& CalendarsOf(const ReplayOptions& options) {
  static const CalendarLookup kNone = [](const std::string&) -> const Calendar* { return nullptr; };
  return options.calendars != nullptr ? *options.calendars : kNone;
}

Status CheckReplay(const Recording& recording, const ReplayMember& member, const ReplayOptions& options) {
  const Policy& policy = *member.policy;
  const std::string id = PolicyId(policy.policy_namespace, policy.name);
  const auto fail = [](std::string message) { return Fail(Code::kFailedPrecondition, std::move(message)); };
  if (member.plan->depends) {
    return fail(fmt::format(
        "policy {}: it depends on what another workload desires, and a replay plays one: replay it with dependsOn.of: "
        "observed, or as a scenario (loadline test)",
        id));
  }
  std::vector<std::string> missing;
  for (std::size_t q = 0; q < member.plan->queries.size(); ++q) {
    const PlannedQuery& query = member.plan->queries[q];
    const bool is_modelled = !options.open_loop && static_cast<int>(q) == member.plan->observed;
    if (!is_modelled && recording.Find(query.source, query.text) < 0)
      missing.push_back(OneLine(FoldBlanks(query.text), 200));
  }
  for (const auto& number : member.plan->learned) {
    if (!number) continue;
    for (const PlannedNumber::Query& query : number->queries) {
      if (recording.Find(number->source, query.text) < 0) missing.push_back(OneLine(FoldBlanks(query.text), 200));
    }
  }
  if (!missing.empty()) {
    return fail(
        fmt::format("policy {}: the recording does not have {}: record it with this policy, its parameters and "
                    "its object",
                    id, JoinWords(missing)));
  }
  if (policy.objective) {
    const auto planned = PlanObjective(policy, *member.plan, recording.interval);
    if (!planned) return fail(planned.error().message);
  }
  return {};
}

ReplayResult Replay(const Recording& recording, const ReplayMember& member, const WorkloadModel& workload,
                    const ReplayOptions& options, ReplayForecasts& forecasts) {
  return Player(recording, member, workload, options, forecasts).Run();
}

ReplayResult ReplayReality(const Recording& recording, const Policy& policy, const WorkloadModel& workload,
                           const ReplayOptions& options) {
  Judge judge(recording, workload, policy, options);
  for (std::size_t tick = judge.first(); tick < judge.end(); ++tick) {
    const auto observed = judge.load().Observed(tick);
    const auto replicas =
        observed ? std::optional(static_cast<int>(std::clamp(*observed, 0.0, kMostReplicas))) : std::nullopt;
    judge.Tick(tick, replicas, kUnknown, true, [] { return std::string(); });
  }
  judge.result().name = "really was";
  return judge.Finish();
}

}  // namespace loadline
