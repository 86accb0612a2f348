#include "scaling/facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace loadline {
namespace {

std::optional<double> NumberOf(const Reading& reading, OnEmpty on_empty) {
  if (reading.state == ReadingState::kValue) return reading.value;
  if (reading.state == ReadingState::kEmpty && on_empty == OnEmpty::kZero) return 0.0;
  return std::nullopt;
}

double ShareOf(const ReplicaShare& share, double most) {
  return share.percent ? share.amount / 100 * most : share.amount;
}

// The last tier that begins at or below the value; below the first there is nothing to do.
double TierDemand(const std::vector<Tier>& tiers, double value, double most) {
  double demand = 0;
  for (const Tier& tier : tiers) {
    if (value < tier.from) break;
    demand = ShareOf(tier.replicas, most);
  }
  return demand;
}

bool IsOpen(const Signal& signal, double value) {
  return (!signal.above || value > *signal.above) && (!signal.below || value < *signal.below);
}

double DependencyDemand(const DependsOn& depends_on, double other) {
  if (depends_on.relation == DependsOn::Relation::kProportional) return *depends_on.ratio * other;
  return other > 0 ? *depends_on.replicas : 0;
}

bool ActivatesBy(const Signal& signal, double value, double arrivals) {
  if (signal.backlog && !signal.activate_above) return value > 0 || arrivals > 0;
  return value > signal.activate_above.value_or(0);
}

}  // namespace

const Reading* Facts::ReadingOf(int query, std::size_t ticks_ago) const {
  if (query < 0) return nullptr;
  const auto& ticks = seen_.windows[static_cast<std::size_t>(query)].ticks;
  return ticks_ago < ticks.size() ? &ticks[ticks.size() - 1 - ticks_ago] : nullptr;
}

std::optional<double> Facts::Read(const Signal& signal, int query, std::size_t ticks_ago) const {
  const Reading* reading = ReadingOf(query, ticks_ago);
  return reading == nullptr ? std::nullopt : NumberOf(*reading, OnEmptyOf(policy_, signal));
}

// An instant query hides the age of its sample for five minutes: `freshness` tells it.
bool Facts::IsFresh(const Signal& signal, int query, std::size_t ticks_ago) const {
  if (!signal.max_age) return true;
  const Reading* newest = ReadingOf(query, ticks_ago);
  if (newest == nullptr || newest->state != ReadingState::kValue) return false;
  return ToSeconds(TimeAt(ticks_ago)) - newest->value <= ToSeconds(*signal.max_age);
}

std::optional<double> Facts::Trusted(std::size_t index, int query, std::size_t ticks_ago) const {
  const Signal& signal = policy_.signals[index];
  const std::optional<double> value = Read(signal, query, ticks_ago);
  if (!value || !IsFresh(signal, plan_.signals[index].freshness, ticks_ago)) return std::nullopt;
  if (!signal.distrust_zero || *value != 0) return value;
  // A fall to nothing may be an exporter that restarted: zero counts when it has been zero for so long.
  for (std::size_t back = 1; back <= Ticks(*signal.distrust_zero); ++back) {
    const auto before = Read(signal, query, ticks_ago + back);
    if (before && *before > 0) return std::nullopt;
  }
  return value;
}

std::optional<double> Facts::Aggregated(std::size_t index, int query, std::size_t ticks_ago) const {
  const Signal& signal = policy_.signals[index];
  const std::optional<double> latest = Trusted(index, query, ticks_ago);
  if (!latest || !signal.window) return latest;
  const std::vector<Sample> samples = WindowOf(index, query, ticks_ago);
  // A sum without some of its parts is no sum: it would be lower for what is missing.
  if (signal.window->take == Aggregation::kSum && samples.size() < WindowTicks(signal)) return std::nullopt;
  return Aggregate(signal.window->take, samples);
}

// (t - over, t] holds over/interval ticks, and always the latest.
std::size_t Facts::WindowTicks(const Signal& signal) const {
  return signal.window ? std::max<std::size_t>(1, Ticks(signal.window->over)) : 1;
}

std::vector<Sample> Facts::WindowOf(std::size_t index, int query, std::size_t ticks_ago) const {
  const std::size_t ticks = WindowTicks(policy_.signals[index]);
  std::vector<Sample> samples;
  samples.reserve(ticks);
  for (std::size_t back = ticks; back-- > 0;) {
    if (const auto value = Trusted(index, query, ticks_ago + back))
      samples.push_back({TimeAt(ticks_ago + back), *value});
  }
  return samples;
}

std::size_t Facts::Gaps(std::size_t index) const {
  const Signal& signal = policy_.signals[index];
  const int query = plan_.signals[index].value;
  return signal.window && query >= 0 ? WindowTicks(signal) - WindowOf(index, query, 0).size() : 0;
}

std::optional<double> Facts::Smoothed(std::size_t index, int query, std::size_t ticks_ago) const {
  const Signal& signal = policy_.signals[index];
  const std::optional<double> latest = Aggregated(index, query, ticks_ago);
  if (!latest || !signal.smooth) return latest;
  const double fade = std::exp2(-ToSeconds(seen_.interval) / ToSeconds(*signal.smooth));
  double sum = 0;
  double weights = 0;
  double weight = 1;
  for (std::size_t back = 0; back <= Ticks(kHalfLives * *signal.smooth); ++back, weight *= fade) {
    const auto value = Aggregated(index, query, ticks_ago + back);
    if (!value) continue;
    sum += weight * *value;
    weights += weight;
  }
  return sum / weights;
}

std::optional<double> Facts::Input(std::size_t index, int query, std::size_t ticks_ago) const {
  return query < 0 ? std::nullopt : Smoothed(index, query, ticks_ago);
}

std::optional<double> Facts::Value(std::size_t index, std::size_t ticks_ago) const {
  const Signal& signal = policy_.signals[index];
  if (signal.replicas) {
    if (const double* number = std::get_if<double>(&*signal.replicas)) return *number;
  }
  if (signal.depends_on) ticks_ago += Ticks(signal.depends_on->lag);
  return Input(index, plan_.signals[index].value, ticks_ago);
}

std::optional<SignalOutcome> Facts::LawAt(std::size_t index, std::size_t ticks_ago) const {
  const Signal& signal = policy_.signals[index];
  if (signal.schedule || signal.pattern || signal.forecast || (signal.depends_on && !signal.depends_on->enabled))
    return ByClock(index, ticks_ago);
  const QueryPlan::Inputs& inputs = plan_.signals[index];
  return Apply(
      index,
      {Value(index, ticks_ago), Input(index, inputs.arrivals, ticks_ago), Input(index, inputs.throughput, ticks_ago)},
      ticks_ago);
}

std::optional<SignalOutcome> Facts::LawOnPartialData(std::size_t index) const {
  const QueryPlan::Inputs& inputs = plan_.signals[index];
  return Apply(index,
               {Partial(index, inputs.value), Partial(index, inputs.arrivals), Partial(index, inputs.throughput)}, 0);
}

// A reading that lacks data, or an aggregate that lacks readings: at least so much.
std::optional<double> Facts::Partial(std::size_t index, int query) const {
  const Signal& signal = policy_.signals[index];
  const Reading* reading = ReadingOf(query, 0);
  if (reading == nullptr) return std::nullopt;
  if (reading->state == ReadingState::kPartial) return reading->value;
  if (signal.window) return Aggregate(signal.window->take, WindowOf(index, query, 0));
  return Read(signal, query, 0);
}

SignalOutcome Facts::ByClock(std::size_t index, std::size_t ticks_ago) const {
  const Signal& signal = policy_.signals[index];
  SignalOutcome outcome;
  outcome.reason = Reason::kNotScheduled;
  if (signal.forecast) outcome.reason = Reason::kNoForecast;
  if (signal.depends_on) outcome.reason = Reason::kSwitchedOff;
  if (signal.pattern) {
    if (const auto share = signal.pattern->ShareAt(TimeAt(ticks_ago))) {
      outcome.value = share;
      outcome.demand = *share * signal.pattern->peak;
    }
  }
  if (signal.schedule) {
    static const CalendarLookup kNone = [](const std::string&) -> const Calendar* { return nullptr; };
    const CalendarLookup& calendars = seen_.calendars != nullptr ? *seen_.calendars : kNone;
    outcome.schedule = std::make_shared<const ScheduleState>(At(*signal.schedule, calendars, TimeAt(ticks_ago)));
    const ScheduleSays& says = outcome.schedule->says;
    if (says.replicas) outcome.demand = says.replicas->value;
  }
  if (outcome.demand) outcome.demand = WithinOwnBounds(signal, *outcome.demand);
  if (outcome.demand || outcome.floor() || outcome.ceiling() || outcome.factor()) outcome.reason = Reason::kMeasured;
  outcome.active = outcome.demand.value_or(0) > 0 && signal.role == Role::kDemand;
  return outcome;
}

std::optional<double> Facts::DemandOf(const Signal& signal, const Inputs& inputs, std::size_t ticks_ago) const {
  const double value = *inputs.value;
  switch (LawOf(signal)) {
    case Law::kPerReplica: return value / *signal.per_replica;
    case Law::kTarget: {
      const auto observed = Observed(ticks_ago);
      return observed ? std::optional(*observed * value / *signal.target) : std::nullopt;
    }
    case Law::kBacklog: {
      const double drain = std::max(0.0, value) / ToSeconds(signal.backlog->drain_within);
      return (std::max(0.0, *inputs.arrivals) + drain) / *inputs.throughput;
    }
    case Law::kTiers: return TierDemand(signal.tiers, value, policy_.Most().value_or(0));
    case Law::kReplicas: return value;
    case Law::kDependsOn: return DependencyDemand(*signal.depends_on, value);
    default: return std::nullopt;
  }
}

std::optional<SignalOutcome> Facts::Apply(std::size_t index, const Inputs& inputs, std::size_t ticks_ago) const {
  const Signal& signal = policy_.signals[index];
  if (!inputs.value) return std::nullopt;
  SignalOutcome outcome;
  outcome.reason = Reason::kMeasured;
  outcome.value = inputs.value;
  Inputs complete = inputs;
  if (signal.backlog) {
    if (const double* number = std::get_if<double>(&signal.backlog->throughput_per_replica))
      complete.throughput = *number;
    // A replica that works nothing off is no answer to how many are needed: not known, rather than infinitely many.
    if (!complete.arrivals || !complete.throughput || *complete.throughput <= 0) return std::nullopt;
    outcome.arrivals = complete.arrivals;
    outcome.throughput = complete.throughput;
  }
  const Law law = LawOf(signal);
  if (law == Law::kValue) {
    outcome.reason = Reason::kNoLaw;
    return outcome;
  }
  if (law == Law::kGate) {
    outcome.open = IsOpen(signal, *inputs.value);
    return outcome;
  }
  if (law == Law::kScore) {
    outcome.score = std::clamp(*inputs.value / *signal.score_at, 0.0, 1.0) * kFullScore;
    outcome.active = signal.activate_above && *inputs.value > *signal.activate_above;
    return outcome;
  }
  const std::optional<double> demand = DemandOf(signal, complete, ticks_ago);
  if (!demand || !std::isfinite(*demand)) return std::nullopt;
  // A negative lag or rate asks for nothing, not for less than nothing.
  outcome.demand = WithinOwnBounds(signal, std::max(0.0, *demand));
  outcome.active = signal.role == Role::kDemand && ActivatesBy(signal, *inputs.value, complete.arrivals.value_or(0));
  return outcome;
}

// The first of the signal's inputs that has a problem.
std::string Facts::Problem(std::size_t index) const {
  const QueryPlan::Inputs& inputs = plan_.signals[index];
  const Signal& signal = policy_.signals[index];
  for (const int query : {inputs.value, inputs.arrivals, inputs.throughput, inputs.freshness}) {
    if (query < 0) continue;
    const ReadingWindow& window = seen_.windows[static_cast<std::size_t>(query)];
    if (window.ticks.back().state != ReadingState::kValue && !window.problem.empty())
      return std::string(window.problem);
  }
  if (signal.max_age && !IsFresh(signal, inputs.freshness, 0)) {
    const double age = ToSeconds(seen_.now) - ReadingOf(inputs.freshness, 0)->value;
    return fmt::format("its newest sample is {} old", FormatDuration(Duration(static_cast<Duration::rep>(age) * 1000)));
  }
  if (signal.distrust_zero && Read(signal, inputs.value, 0) == 0.0) {
    return fmt::format("it fell to 0 less than {} ago, which is not trusted yet",
                       FormatDuration(*signal.distrust_zero));
  }
  if (signal.target && !Observed(0)) return "how many replicas there are is not known";
  return inputs.throughput >= 0 ? "the throughput of a replica is not above 0" : "no data";
}

std::optional<double> Facts::Observed(std::size_t ticks_ago) const {
  const Reading* reading = ReadingOf(plan_.observed, ticks_ago);
  if (reading == nullptr || reading->state != ReadingState::kValue) return std::nullopt;
  return reading->value;
}

std::optional<std::size_t> Facts::LastObserved() const {
  for (std::size_t ticks_ago = 0; ticks_ago <= Ticks(policy_.on_missing.hold); ++ticks_ago) {
    if (Observed(ticks_ago)) return ticks_ago;
  }
  return std::nullopt;
}

std::optional<double> Facts::LatestObserved() const {
  const auto ticks_ago = LastObserved();
  return ticks_ago ? Observed(*ticks_ago) : std::nullopt;
}

std::optional<std::size_t> Facts::LastEmpty(std::size_t index, Duration hold) const {
  const QueryPlan::Inputs& inputs = plan_.signals[index];
  for (std::size_t ticks_ago = 0; ticks_ago <= Ticks(hold); ++ticks_ago) {
    bool answered = true;
    bool empty = false;
    for (const int query : {inputs.value, inputs.arrivals, inputs.throughput}) {
      if (query < 0) continue;
      const Reading* reading = ReadingOf(query, ticks_ago);
      const bool has_value = reading != nullptr && reading->state == ReadingState::kValue;
      const bool is_empty = reading != nullptr && reading->state == ReadingState::kEmpty;
      answered = answered && (has_value || is_empty);
      empty = empty || is_empty;
    }
    if (answered) return empty ? std::optional(ticks_ago) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<double> Facts::WhenIdle() const {
  for (std::size_t ticks_ago = 0; ticks_ago <= Ticks(policy_.on_missing.hold); ++ticks_ago) {
    const Reading* reading = ReadingOf(plan_.when_idle, ticks_ago);
    if (reading == nullptr) break;
    if (const auto value = NumberOf(*reading, policy_.on_empty)) return value;
    // Of partial data only a number above zero says something.
    if (reading->state == ReadingState::kPartial && reading->value > 0) return reading->value;
  }
  return std::nullopt;
}

std::string Facts::WhenIdleProblem() const {
  return std::string(seen_.windows[static_cast<std::size_t>(plan_.when_idle)].problem);
}

// A change counts from the tick at which it was seen. What there was before may lie behind a gap, as far back as the
// count is held.
std::optional<Duration> Facts::SinceChange(int direction, Duration within) const {
  std::optional<double> later;
  std::size_t seen_ago = 0;
  const std::size_t ticks = Ticks(within) + Ticks(policy_.on_missing.hold);
  for (std::size_t ticks_ago = 0; ticks_ago <= ticks && seen_ago <= Ticks(within); ++ticks_ago) {
    const auto observed = Observed(ticks_ago);
    if (!observed) continue;
    const double change = later ? *later - *observed : 0;
    if (change != 0 && (direction == 0 || (change > 0) == (direction > 0)))
      return seen_.interval * static_cast<Duration::rep>(seen_ago);
    later = observed;
    seen_ago = ticks_ago;
  }
  return std::nullopt;
}

std::optional<double> Facts::Score(std::size_t ticks_ago) const {
  double sum = 0;
  double weights = 0;
  for (std::size_t i = 0; i < policy_.signals.size(); ++i) {
    const Signal& signal = policy_.signals[i];
    if (!signal.score_at) continue;
    const auto outcome = LawAt(i, ticks_ago);
    if (!outcome) return std::nullopt;
    sum += signal.weight * *outcome->score;
    weights += signal.weight;
  }
  if (weights <= 0) return std::nullopt;
  return sum / weights;
}

}  // namespace loadline
