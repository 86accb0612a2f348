#include "scaling/facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "scaling/forecast_law.h"
#include "scaling/laws.h"
#include "scaling/learned_law.h"

namespace loadline {
namespace {

constexpr std::string_view kNotFitted = "it is not fitted yet";

// Null where it is stated, or asked for.
const LearnedThroughput* LearnedThroughputOf(const Signal& signal) {
  return signal.backlog ? std::get_if<LearnedThroughput>(&signal.backlog->throughput_per_replica) : nullptr;
}

}  // namespace

std::optional<SignalOutcome> Facts::LawAt(std::size_t index, std::size_t ticks_ago) const {
  const Signal& signal = policy_.signals[index];
  if (signal.forecast) return ForecastAt(index, ticks_ago);
  if (IsByClock(signal)) return ApplyClock(signal, seen_.calendars, TimeAt(ticks_ago));
  const QueryPlan::Inputs& inputs = plan_.signals[index];
  auto outcome = ApplyLaw(policy_, signal,
                          {readings_.Value(index, ticks_ago), readings_.Input(index, inputs.arrivals, ticks_ago),
                           Throughput(index, ticks_ago), Observed(ticks_ago)});
  if (outcome && LearnedThroughputOf(signal) != nullptr) outcome->learned = LearnedOf(index);
  const bool by_objective = policy_.objective && outcome && ObjectiveSignal(policy_) == index;
  return by_objective ? ObjectiveAt(*std::move(outcome), ticks_ago) : outcome;
}

const std::shared_ptr<const LearnedNumber>& Facts::LearnedOf(std::size_t index) const {
  static const std::shared_ptr<const LearnedNumber> kNone;
  return index < seen_.learned.size() ? seen_.learned[index] : kNone;
}

std::optional<double> Facts::Throughput(std::size_t index, std::size_t ticks_ago) const {
  const Signal& signal = policy_.signals[index];
  if (const auto* learned = LearnedThroughputOf(signal)) return ThroughputBy(*learned, LearnedOf(index).get());
  return readings_.Input(index, plan_.signals[index].throughput, ticks_ago);
}

// Where the count is not known, the level down to which nothing would change: what is there may be as many.
std::optional<SignalOutcome> Facts::ObjectiveAt(SignalOutcome outcome, std::size_t ticks_ago) const {
  const ObjectiveView& objective = seen_.objective;
  if (objective.report == nullptr || ticks_ago >= objective.levels.size()) return std::nullopt;
  const Levels& levels = objective.levels[objective.levels.size() - 1 - ticks_ago];
  if (!levels.known()) return std::nullopt;
  const std::optional<double> observed = Observed(ticks_ago);
  double wanted = std::clamp<double>(observed.value_or(levels.down), levels.up, levels.down);
  if (observed && *observed < 1) wanted = levels.up;
  outcome.demand = WithinOwnBounds(policy_.signals[*ObjectiveSignal(policy_)], wanted);
  outcome.reason = objective.report->has_model ? Reason::kObjective : Reason::kObjectiveUnfitted;
  return outcome;
}

std::optional<SignalOutcome> Facts::LawOnPartialData(std::size_t index) const {
  const QueryPlan::Inputs& inputs = plan_.signals[index];
  const bool is_read = inputs.throughput >= 0;
  auto outcome = ApplyLaw(policy_, policy_.signals[index],
                          {readings_.Partial(index, inputs.value), readings_.Partial(index, inputs.arrivals),
                           is_read ? readings_.Partial(index, inputs.throughput) : Throughput(index, 0), Observed(0)});
  if (outcome && LearnedThroughputOf(policy_.signals[index]) != nullptr) outcome->learned = LearnedOf(index);
  return outcome;
}

std::optional<SignalOutcome> Facts::DemandOfExpected(std::size_t index, std::size_t ticks_ago, double value) const {
  const Signal& signal = policy_.signals[index];
  const auto of = IndexOfForecast(policy_, *signal.forecast);
  if (!of) return std::nullopt;
  const bool own = ReadingLawOf(signal) != Law::kValue;
  const Signal& law = own ? signal : policy_.signals[*of];
  for (std::size_t back = ticks_ago; back <= ticks_ago + Ticks(OnMissingOf(policy_, policy_.signals[*of]).hold);
       ++back) {
    LawInputs expected{value, std::nullopt, std::nullopt, Observed(back)};
    if (law.backlog) {
      expected.value = readings_.Value(*of, back);
      expected.arrivals = value;
      expected.throughput = Throughput(*of, back);
    }
    if (auto outcome = ApplyLaw(policy_, law, expected)) return outcome;
  }
  return std::nullopt;
}

std::optional<SignalOutcome> Facts::ForecastAt(std::size_t index, std::size_t ticks_ago) const {
  const Signal& signal = policy_.signals[index];
  const ForecastSpec& spec = *signal.forecast;
  SignalOutcome outcome;
  outcome.reason = spec.mode == ForecastSpec::Mode::kOff ? Reason::kSwitchedOff : Reason::kNoForecast;
  if (spec.mode == ForecastSpec::Mode::kOff) return outcome;
  const SignalForecast* forecast = index < seen_.forecasts.size() ? seen_.forecasts[index] : nullptr;
  const std::shared_ptr<const LearnedNumber>& learned = LearnedOf(index);
  const bool is_learned = std::holds_alternative<LearnedAhead>(spec.ahead);
  if (forecast == nullptr || (is_learned && learned == nullptr)) {
    if (spec.mode == ForecastSpec::Mode::kActive) return std::nullopt;
    outcome.problem = NotYet(index);
    return outcome;
  }
  outcome.trust = std::make_shared<const Trust>(forecast->trust);
  if (is_learned) outcome.learned = learned;
  const auto ahead = AheadBy(spec.ahead, learned.get());
  if (!ahead) {
    outcome.problem = fmt::format("how far ahead to look: {}", WhyNotLearned(learned.get()));
    return outcome;
  }
  ExpectedValue expected = ExpectedAt(*forecast, TimeAt(ticks_ago), *ahead);
  outcome.problem = std::move(expected.problem);
  if (!expected.value) return outcome;
  auto by_law = DemandOfExpected(index, ticks_ago, *expected.value);
  if (!by_law || !by_law->demand) {
    outcome.problem = fmt::format("what else the law of {} needs is missing", spec.of);
    return outcome;
  }
  by_law->trust = std::move(outcome.trust);
  by_law->learned = std::move(outcome.learned);
  by_law->expected = WithinOwnBounds(signal, *by_law->demand);
  by_law->demand = std::nullopt;
  by_law->active = false;
  if (spec.mode == ForecastSpec::Mode::kShadow) {
    by_law->reason = Reason::kShadowForecast;
  } else if (!forecast->trust.on) {
    by_law->reason = Reason::kDistrustedForecast;
  } else {
    by_law->reason = Reason::kForecast;
    by_law->demand = by_law->expected;
    // What may come keeps nothing running by itself, unless the policy says from which value on.
    by_law->active = signal.role == Role::kDemand && signal.activate_above && *expected.value > *signal.activate_above;
  }
  return by_law;
}

std::string Facts::NotYet(std::size_t index) const {
  const bool fitted = index < seen_.forecasts.size() && seen_.forecasts[index] != nullptr;
  return fitted ? fmt::format("how far ahead to look: {}", WhyNotLearned(nullptr)) : std::string(kNotFitted);
}

// The first of the signal's inputs that has a problem.
std::string Facts::Problem(std::size_t index) const {
  const QueryPlan::Inputs& inputs = plan_.signals[index];
  const Signal& signal = policy_.signals[index];
  if (signal.forecast) return NotYet(index);
  if (seen_.objective.report == nullptr && ObjectiveSignal(policy_) == index && readings_.Value(index, 0))
    return "the law of its objective is not fitted yet";
  for (const int query : {inputs.value, inputs.arrivals, inputs.throughput, inputs.freshness}) {
    if (query < 0) continue;
    const ReadingWindow& window = seen_.windows[static_cast<std::size_t>(query)];
    if (window.ticks.back().state != ReadingState::kValue && !window.problem.empty())
      return std::string(window.problem);
  }
  if (signal.max_age && !readings_.IsFresh(index, 0)) {
    // A query for it may say anything: what cannot be a time is told as thirty years.
    constexpr double kOldest = 30.0 * 365 * 24 * 3600;
    const double told = ToSeconds(seen_.now) - readings_.ReadingOf(inputs.freshness, 0)->value;
    const double age = told < kOldest ? told : kOldest;
    return fmt::format("its newest sample is {} old", FormatDuration(Duration(static_cast<Duration::rep>(age) * 1000)));
  }
  if (signal.distrust_zero && readings_.Read(index, inputs.value, 0) == 0.0) {
    return fmt::format("it fell to 0 less than {} ago, which is not trusted yet",
                       FormatDuration(*signal.distrust_zero));
  }
  if (signal.target && !Observed(0)) return "how many replicas there are is not known";
  if (LearnedThroughputOf(signal) != nullptr && !Throughput(index, 0))
    return fmt::format("what a replica works off: {}", WhyNotLearned(LearnedOf(index).get()));
  return inputs.throughput >= 0 ? "the throughput of a replica is not above 0" : "no data";
}

std::optional<double> Facts::Observed(std::size_t ticks_ago) const {
  const Reading* reading = readings_.ReadingOf(plan_.observed, ticks_ago);
  if (reading == nullptr || reading->state != ReadingState::kValue || !std::isfinite(reading->value))
    return std::nullopt;
  return std::clamp(reading->value, 0.0, kMostReplicas);
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
  // Where emptiness means zero it is a value like others.
  if (OnEmptyOf(policy_, policy_.signals[index]) == OnEmpty::kZero) return std::nullopt;
  const QueryPlan::Inputs& inputs = plan_.signals[index];
  for (std::size_t ticks_ago = 0; ticks_ago <= Ticks(hold); ++ticks_ago) {
    bool answered = true;
    bool empty = false;
    for (const int query : {inputs.value, inputs.arrivals, inputs.throughput}) {
      if (query < 0) continue;
      const Reading* reading = readings_.ReadingOf(query, ticks_ago);
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
    const Reading* reading = readings_.ReadingOf(plan_.when_idle, ticks_ago);
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
