// What each signal asks for: its law on its latest reading, or, where there is none, what it last asked for, for as
// long as its `hold` lasts. A signal that has neither is left as kMissing for the stages that follow.
#include <algorithm>
#include <cmath>

#include "scaling/stages/stages.h"

namespace loadline {
namespace {

// The readings of one query, seen from the latest tick: 0 ticks ago, 1 tick ago, ...
class History {
 public:
  History(const ReadingWindow& window, OnEmpty on_empty) : window_(window), on_empty_(on_empty) {}

  std::size_t size() const { return window_.ticks.size(); }

  std::optional<double> At(std::size_t ticks_ago) const {
    if (ticks_ago >= size()) return std::nullopt;
    const Reading& reading = window_.ticks[size() - 1 - ticks_ago];
    if (reading.state == ReadingState::kValue) return reading.value;
    if (reading.state == ReadingState::kEmpty && on_empty_ == OnEmpty::kZero) return 0.0;
    return std::nullopt;
  }

  // The reading of now although the source says that data is missing from it.
  std::optional<double> Partial() const {
    const Reading& now = window_.ticks.back();
    if (now.state == ReadingState::kPartial) return now.value;
    return At(0);
  }

 private:
  const ReadingWindow& window_;
  OnEmpty on_empty_;
};

class Law {
 public:
  Law(const Signal& signal, const QueryPlan::Inputs& inputs, const Policy& policy, const Observation& seen)
      : signal_(signal), inputs_(inputs), on_empty_(OnEmptyOf(policy, signal)), seen_(seen) {
    if (signal.window) {
      // (t - over, t] holds over/interval ticks, and always the latest.
      window_ticks_ = std::max<std::size_t>(1, static_cast<std::size_t>(signal.window->over / seen.interval));
    }
  }

  // What the law makes of the readings `ticks_ago`; nothing where one that it needs is missing there.
  std::optional<SignalOutcome> At(std::size_t ticks_ago) const {
    return Apply(Value(inputs_.value, ticks_ago), Value(inputs_.arrivals, ticks_ago),
                 Value(inputs_.throughput, ticks_ago));
  }

  // What it makes of the latest readings where some are partial. A window looks back over them all the same.
  std::optional<SignalOutcome> Partial() const {
    auto partial = [&](int query) { return query < 0 ? std::nullopt : Window(query).Partial(); };
    return Apply(partial(inputs_.value), partial(inputs_.arrivals), partial(inputs_.throughput));
  }

 private:
  History Window(int query) const { return {seen_.windows[static_cast<std::size_t>(query)], on_empty_}; }

  std::optional<double> Value(int query, std::size_t ticks_ago) const {
    if (query < 0) return std::nullopt;
    const History history = Window(query);
    const std::optional<double> latest = history.At(ticks_ago);
    if (!latest || !signal_.window) return latest;
    std::vector<double> values;
    for (std::size_t back = window_ticks_; back-- > 0;) {
      if (const auto value = history.At(ticks_ago + back)) values.push_back(*value);
    }
    return Aggregate(signal_.window->take, values);
  }

  std::optional<SignalOutcome> Apply(std::optional<double> value, std::optional<double> arrivals,
                                     std::optional<double> throughput) const {
    SignalOutcome outcome;
    outcome.reason = Reason::kMeasured;
    outcome.value = value;
    if (!value) return std::nullopt;
    if (!signal_.backlog) {
      // A negative lag or rate asks for nothing, not for less than nothing.
      outcome.demand = std::max(0.0, *value / *signal_.per_replica);
      outcome.active = *value > signal_.activate_above.value_or(0);
      return outcome;
    }
    const Backlog& backlog = *signal_.backlog;
    if (const double* number = std::get_if<double>(&backlog.throughput_per_replica)) throughput = *number;
    // A replica that works nothing off is no answer to how many are needed: not known, rather than infinitely many.
    if (!arrivals || !throughput || *throughput <= 0) return std::nullopt;
    const double drain = std::max(0.0, *value) / ToSeconds(backlog.drain_within);
    outcome.arrivals = arrivals;
    outcome.throughput = throughput;
    outcome.demand = (std::max(0.0, *arrivals) + drain) / *throughput;
    outcome.active = signal_.activate_above ? *value > *signal_.activate_above : *value > 0 || *arrivals > 0;
    return outcome;
  }

  const Signal& signal_;
  const QueryPlan::Inputs& inputs_;
  OnEmpty on_empty_;
  const Observation& seen_;
  std::size_t window_ticks_ = 1;
};

// Why there is no reading now: the first of the signal's inputs that has a problem.
std::string ProblemOf(const QueryPlan::Inputs& inputs, const Observation& seen) {
  for (const int query : {inputs.value, inputs.arrivals, inputs.throughput}) {
    if (query < 0) continue;
    const ReadingWindow& window = seen.windows[static_cast<std::size_t>(query)];
    if (window.ticks.back().state != ReadingState::kValue && !window.problem.empty())
      return std::string(window.problem);
  }
  return inputs.throughput >= 0 ? "the throughput of a replica is not above 0" : "no data";
}

std::optional<SignalOutcome> Held(const Law& law, const Observation& seen, Duration hold) {
  const auto most = static_cast<std::size_t>(hold / seen.interval);
  for (std::size_t ticks_ago = 1; ticks_ago <= most; ++ticks_ago) {
    if (auto outcome = law.At(ticks_ago)) {
      outcome->reason = Reason::kHeld;
      outcome->age = seen.interval * static_cast<Duration::rep>(ticks_ago);
      return outcome;
    }
  }
  return std::nullopt;
}

SignalOutcome Measure(const StageContext& context, std::size_t index) {
  const Signal& signal = context.policy.signals[index];
  const QueryPlan::Inputs& inputs = context.plan.signals[index];
  const Law law(signal, inputs, context.policy, context.seen);
  if (auto outcome = law.At(0)) return *outcome;

  SignalOutcome outcome;
  if (auto held = Held(law, context.seen, OnMissingOf(context.policy, signal).hold)) outcome = *held;
  outcome.problem = ProblemOf(inputs, context.seen);
  // Part of the data is at least that much: it may raise what is held.
  if (const auto partial = law.Partial();
      partial && outcome.reason == Reason::kHeld && *partial->demand > *outcome.demand) {
    const std::string problem = std::move(outcome.problem);
    outcome = *partial;
    outcome.reason = Reason::kPartialData;
    outcome.problem = problem;
  }
  return outcome;
}

}  // namespace

void MeasureSignals(const StageContext& context, Proposal& proposal) {
  Decision& decision = proposal.decision;
  if (context.plan.observed >= 0) {
    const Reading& observed = context.seen.windows[static_cast<std::size_t>(context.plan.observed)].ticks.back();
    if (observed.state == ReadingState::kValue) decision.observed = observed.value;
  }
  decision.signals.reserve(context.policy.signals.size());
  for (std::size_t i = 0; i < context.policy.signals.size(); ++i) decision.signals.push_back(Measure(context, i));
}

}  // namespace loadline
