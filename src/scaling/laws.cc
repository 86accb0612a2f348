#include "scaling/laws.h"

#include <algorithm>
#include <cmath>

namespace loadline {
namespace {

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

std::optional<double> DemandOf(const Policy& policy, const Signal& signal, const LawInputs& inputs) {
  const double value = *inputs.value;
  switch (signal.forecast ? ReadingLawOf(signal) : LawOf(signal)) {
    case Law::kPerReplica: return value / *signal.per_replica;
    case Law::kTarget: return inputs.observed ? std::optional(*inputs.observed * value / *signal.target) : std::nullopt;
    case Law::kBacklog: {
      const double drain = std::max(0.0, value) / ToSeconds(signal.backlog->drain_within);
      return (std::max(0.0, *inputs.arrivals) + drain) / *inputs.throughput;
    }
    case Law::kTiers: return TierDemand(signal.tiers, value, policy.Most().value_or(0));
    case Law::kReplicas: return value;
    case Law::kDependsOn: return DependencyDemand(*signal.depends_on, value);
    default: return std::nullopt;
  }
}

}  // namespace

std::optional<SignalOutcome> ApplyLaw(const Policy& policy, const Signal& signal, const LawInputs& inputs) {
  if (!inputs.value) return std::nullopt;
  SignalOutcome outcome;
  outcome.reason = Reason::kMeasured;
  outcome.value = inputs.value;
  LawInputs complete = inputs;
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
  const std::optional<double> demand = DemandOf(policy, signal, complete);
  if (!demand || !std::isfinite(*demand)) return std::nullopt;
  // A negative lag or rate asks for nothing, not for less than nothing.
  outcome.demand = WithinOwnBounds(signal, std::max(0.0, *demand));
  outcome.active = signal.role == Role::kDemand && ActivatesBy(signal, *inputs.value, complete.arrivals.value_or(0));
  return outcome;
}

bool IsByClock(const Signal& signal) {
  return signal.schedule || signal.pattern || (signal.depends_on && !signal.depends_on->enabled);
}

SignalOutcome ApplyClock(const Signal& signal, const CalendarLookup* calendars, Timestamp time) {
  SignalOutcome outcome;
  outcome.reason = Reason::kNotScheduled;
  if (signal.depends_on) outcome.reason = Reason::kSwitchedOff;
  if (signal.pattern) {
    if (const auto share = signal.pattern->ShareAt(time)) {
      outcome.value = share;
      outcome.demand = *share * signal.pattern->peak;
    }
  }
  if (signal.schedule) {
    static const CalendarLookup kNone = [](const std::string&) -> const Calendar* { return nullptr; };
    outcome.schedule =
        std::make_shared<const ScheduleState>(At(*signal.schedule, calendars != nullptr ? *calendars : kNone, time));
    const ScheduleSays& says = outcome.schedule->says;
    if (says.replicas) outcome.demand = says.replicas->value;
  }
  if (outcome.demand) outcome.demand = WithinOwnBounds(signal, *outcome.demand);
  if (outcome.demand || outcome.floor() || outcome.ceiling() || outcome.factor()) outcome.reason = Reason::kMeasured;
  outcome.active = outcome.demand.value_or(0) > 0 && signal.role == Role::kDemand;
  return outcome;
}

}  // namespace loadline
