#include "scaling/replay_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "scaling/explain.h"
#include "scaling/keda_model.h"
#include "scaling/replay_judge.h"
#include "scaling/replay_levels.h"
#include "scaling/replay_queries.h"
#include "scaling/without_reading.h"

namespace loadline {
namespace {

constexpr int kMostByDefault = 100;        // of a ScaledObject without maxReplicaCount
constexpr std::size_t kTicksAtOnce = 256;  // between two looks whether to go on
constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();

bool IsHeld(const Decision& decision) {
  return std::ranges::any_of(decision.signals, IsWithoutReading, &SignalOutcome::reason);
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
        judge_(recording, workload, policy_, options.begin, options.end),
        planned_(PlanForecasts(policy_, plan_, CalendarsOf(options))),
        keda_(KedaOptionsOf(policy_, options), FirstCount()),
        queries_(recording, member, workload, options.open_loop, judge_.first(), keda_.replicas()) {
    if (policy_.objective) {
      const auto planned = PlanObjective(policy_, plan_, recording.interval);
      if (planned && *planned) levels_.emplace(recording, policy_, **planned);
    }
  }

  ReplayResult Run() {
    for (std::size_t tick = judge_.first(); tick < judge_.end(); ++tick) {
      if (options_.on_progress && tick % kTicksAtOnce == 0 &&
          !options_.on_progress(tick - judge_.first(), judge_.end() - judge_.first()))
        break;
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
    queries_.See(tick, keda_.replicas(), judge_.load(), judge_.waiting(), seen_.windows);
    list_.clear();
    for (const auto& planned : planned_) list_.push_back(planned ? forecasts_.At(*planned, now) : nullptr);
    seen_.forecasts = list_;
    learned_.clear();
    for (const auto& planned : plan_.learned)
      learned_.push_back(planned ? forecasts_.LearnedAt(*planned, now) : nullptr);
    seen_.learned = learned_;
    if (levels_) {
      const std::size_t index = *ObjectiveSignal(policy_);
      const auto& value = seen_.windows[static_cast<std::size_t>(plan_.signals[index].value)].ticks;
      const auto& observed = seen_.windows[static_cast<std::size_t>(plan_.observed)].ticks;
      seen_.objective = levels_->At(tick, forecasts_.ObjectiveAt(levels_->plan(), now), value, observed);
    }
    return Decide(policy_, plan_, seen_);
  }

  // KEDA's polls and the HPA's syncs until the next tick.
  void Follow(Timestamp now, const Decision& decision) {
    const auto value = decision.error ? std::nullopt : std::optional(decision.replicas);
    const ScalerAnswer answer{value, decision.error ? std::nullopt : std::optional(decision.active)};
    const auto next = [&](Duration every) { return AlignDown(now + every - Duration(1), every); };
    Timestamp poll = next(options_.polling);
    Timestamp sync = next(options_.sync);
    while (std::min(poll, sync) < now + recording_.interval) {
      if (poll <= sync) {
        keda_.Poll(poll, answer);
        poll += options_.polling;
      } else {
        keda_.Sync(sync, value);
        sync += options_.sync;
      }
    }
  }

  const Recording& recording_;
  const Policy& policy_;
  const QueryPlan& plan_;
  const ReplayOptions& options_;
  ReplayForecasts& forecasts_;
  ReplayJudge judge_;
  std::vector<std::optional<PlannedForecast>> planned_;
  KedaModel keda_;
  ReplayQueries queries_;
  std::optional<ReplayLevels> levels_;
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
  ReplayJudge judge(recording, workload, policy, options.begin, options.end);
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
