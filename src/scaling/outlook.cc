#include "scaling/outlook.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "scaling/explain.h"
#include "scaling/forecast_law.h"
#include "scaling/laws.h"
#include "scaling/learned_law.h"
#include "schedule/schedule_text.h"

namespace loadline {
namespace {

using Kind = ComingChange::Kind;

constexpr std::size_t kMostTransitions = 200;

// What the window says of replicas, whichever way.
std::optional<double> NamedBy(const ScheduleSays& says) {
  for (const auto& value : {says.replicas, says.min, says.max}) {
    if (value) return value->value;
  }
  return std::nullopt;
}

// The signal whose demand is what is wanted, the highest, and nothing else has a say; none where there is no such one.
std::optional<std::size_t> OnlyWinner(const Policy& policy, const Decision& decision) {
  std::optional<std::size_t> winner;
  if (decision.error || policy.combine.kind != Combine::Kind::kMax) return winner;
  for (const Step& step : decision.steps) {
    if (step.stage == "combine" && step.item >= 0 && step.after == decision.wanted) {
      winner = static_cast<std::size_t>(step.item);
    } else if (step.stage != "tolerance" && step.before != step.after) {
      return std::nullopt;
    }
  }
  return winner;
}

bool LeavesAsItIs(const ScheduleSays& says, double wanted) {
  const auto at_most = [&](const std::optional<ScheduleValue>& value) { return !value || value->value <= wanted; };
  return !says.factor && at_most(says.replicas) && at_most(says.min) && (!says.max || says.max->value >= wanted);
}

void AddSchedules(const Policy& policy, const Decision& decision, const CalendarLookup& calendars, Timestamp until,
                  std::vector<ComingChange>& changes) {
  const std::optional<std::size_t> winner = OnlyWinner(policy, decision);
  for (std::size_t index = 0; index < policy.signals.size(); ++index) {
    const Signal& signal = policy.signals[index];
    if (!signal.schedule) continue;
    ScheduleState state = At(*signal.schedule, calendars, decision.time);
    for (std::size_t i = 0; i < kMostTransitions && state.next && state.next->at <= until; ++i) {
      const Timestamp at = state.next->at;
      changes.push_back({at, Kind::kSchedule, signal.name, NamedBy(state.next->then), true,
                         fmt::format("schedule {}: {}", signal.name, DescribeNext(*signal.schedule, state)),
                         winner && *winner != index && LeavesAsItIs(state.next->then, decision.wanted)});
      state = At(*signal.schedule, calendars, at);
    }
  }
}

std::string Effect(const Override& each) {
  switch (each.kind) {
    case Override::Kind::kPin: return fmt::format("exactly {}", FormatNumber(each.replicas));
    case Override::Kind::kFloor: return fmt::format("at least {}", FormatNumber(each.replicas));
    case Override::Kind::kCeiling: return fmt::format("at most {}", FormatNumber(each.replicas));
    case Override::Kind::kHold: return "hold";
  }
  return "";
}

void AddOverrides(std::span<const Override> overrides, Timestamp from, std::vector<ComingChange>& changes) {
  for (const Override& each : overrides) {
    const auto replicas =
        each.kind == Override::Kind::kHold ? std::optional<double>() : std::optional<double>(each.replicas);
    if (each.from && *each.from > from)
      changes.push_back({*each.from, Kind::kOverride, each.name, replicas, true,
                         fmt::format("override {} begins: {} ({})", each.name, Effect(each), each.reason)});
    if (each.until > from)
      changes.push_back({each.until, Kind::kOverride, each.name, std::nullopt, true,
                         fmt::format("override {} ends: {} ({})", each.name, Effect(each), each.reason)});
  }
}

void AddSteps(const Policy& policy, const Decision& decision, std::vector<ComingChange>& changes) {
  for (const Step& step : decision.steps) {
    const auto end = [&](Duration span) { return decision.time - step.ago + span; };
    const std::string limit = FormatNumber(step.limit);
    switch (step.reason) {
      case Reason::kStabilizedDown:
        changes.push_back({end(policy.scale_down.stabilize), Kind::kStabilization, "", std::nullopt, true,
                           fmt::format("scaleDown.stabilize lets go of the {} that was asked for {} ago", limit,
                                       FormatDuration(step.ago))});
        break;
      case Reason::kStabilizedUp:
        changes.push_back({end(policy.scale_up.stabilize), Kind::kStabilization, "", std::nullopt, true,
                           fmt::format("scaleUp.stabilize lets go of the {} that was asked for {} ago", limit,
                                       FormatDuration(step.ago))});
        break;
      case Reason::kCoolingDownUp:
        changes.push_back({end(policy.scale_up.cooldown), Kind::kCooldown, "", std::nullopt, true,
                           "scaleUp.cooldown is over: it may go up again"});
        break;
      case Reason::kCoolingDownDown:
        changes.push_back({end(policy.scale_down.cooldown), Kind::kCooldown, "", std::nullopt, true,
                           "scaleDown.cooldown is over: it may go down again"});
        break;
      case Reason::kRuleCoolingDown: {
        const Rule& rule = policy.rules[static_cast<std::size_t>(step.item)];
        changes.push_back({end(rule.cooldown), Kind::kCooldown, rule.name, std::nullopt, true,
                           fmt::format("the cooldown of rule {} is over: it may fire again", rule.name)});
        break;
      }
      default: break;
    }
  }
}

std::string ThenWords(const Signal& signal, const OnMissing& on_missing) {
  if (LawOf(signal) == Law::kValue) return "whoever names its value says what holds";
  if (const auto* fallback = std::get_if<FallbackReplicas>(&on_missing.then))
    return fallback->behavior == FallbackBehavior::kStatic ? fmt::format("the fallback is {}", fallback->replicas)
                                                           : "its fallback answers";
  switch (std::get<MissingAnswer>(on_missing.then)) {
    case MissingAnswer::kError: return "the answer is an error";
    case MissingAnswer::kIgnore: return "it is ignored";
    case MissingAnswer::kAssumeHigh: return "the maximum is assumed";
  }
  return "";
}

void AddHolds(const Policy& policy, const Decision& decision, std::vector<ComingChange>& changes) {
  for (std::size_t i = 0; i < decision.signals.size(); ++i) {
    const SignalOutcome& outcome = decision.signals[i];
    if (outcome.reason != Reason::kHeld) continue;
    const OnMissing& on_missing = OnMissingOf(policy, policy.signals[i]);
    changes.push_back({decision.time - outcome.age + on_missing.hold, Kind::kHold, policy.signals[i].name, std::nullopt,
                       true,
                       fmt::format("{} is not held any longer if it still has no reading: {}", policy.signals[i].name,
                                   ThenWords(policy.signals[i], on_missing))});
  }
}

// What decisions make of the forecast that is told of.
std::string UseWords(const Policy& policy, const Decision& decision, std::size_t index, Duration ahead) {
  const Reason reason = decision.signals[index].reason;
  if (reason == Reason::kForecast) return fmt::format("it is met {} before", FormatDuration(ahead));
  if (policy.signals[index].forecast->mode == ForecastSpec::Mode::kShadow) return "it is only watched (mode: shadow)";
  if (reason == Reason::kDistrustedForecast) return "it is not trusted yet";
  return "it is not used: " + SignalSentence(policy, decision, index);
}

// The first time at which more is expected than is answered now, and how much at most.
void AddForecasts(const Policy& policy, const Decision& decision, std::span<const ExpectedDemand> expected,
                  Timestamp until, std::vector<ComingChange>& changes) {
  for (const ExpectedDemand& each : expected) {
    const Signal& signal = policy.signals[each.signal];
    std::optional<Timestamp> first;
    double highest = 0;
    Timestamp peak;
    for (std::size_t i = 0; i < each.upper.size(); ++i) {
      const Timestamp at = each.first + each.step * static_cast<Duration::rep>(i);
      if (at <= decision.time || at > until || !std::isfinite(each.upper[i])) continue;
      if (std::ceil(each.upper[i]) > std::ceil(decision.wanted) && !first) first = at;
      if (each.upper[i] <= highest) continue;
      highest = each.upper[i];
      peak = at;
    }
    if (!first) continue;
    const SignalOutcome& outcome = decision.signals[each.signal];
    const bool counts = outcome.reason == Reason::kForecast;
    const Duration ahead = AheadBy(signal.forecast->ahead, outcome.learned.get()).value_or(Duration(0));
    const Timestamp begins = counts ? std::max(decision.time, *first - ahead) : *first;
    changes.push_back({begins, Kind::kForecast, signal.name, highest, counts,
                       fmt::format("forecast {}: more than now is expected from {} on, {} at {} at most; {}",
                                   signal.name, FormatTimestamp(*first), FormatNumber(std::round(highest * 100) / 100),
                                   FormatTimestamp(peak), UseWords(policy, decision, each.signal, ahead))});
  }
}

}  // namespace

std::string_view ComingKindName(Kind kind) {
  switch (kind) {
    case Kind::kSchedule: return "schedule";
    case Kind::kOverride: return "override";
    case Kind::kStabilization: return "stabilization";
    case Kind::kCooldown: return "cooldown";
    case Kind::kHold: return "hold";
    case Kind::kForecast: return "forecast";
  }
  return "";
}

std::optional<ExpectedDemand> DemandAhead(const Policy& policy, const Decision& decision, std::size_t index,
                                          const SignalForecast& forecast) {
  const Signal& signal = policy.signals[index];
  if (!signal.forecast || forecast.middle.empty() || !WhyUnusable(forecast, decision.time).empty()) return std::nullopt;
  const auto of = IndexOfForecast(policy, *signal.forecast);
  if (!of || *of >= decision.signals.size()) return std::nullopt;
  const Signal& law = ReadingLawOf(signal) != Law::kValue ? signal : policy.signals[*of];
  const SignalOutcome& now = decision.signals[*of];
  const auto demand = [&](double value) -> std::optional<double> {
    LawInputs inputs{value, std::nullopt, std::nullopt, decision.observed};
    if (law.backlog) {
      if (now.value)
        inputs.value = *now.value;
      else
        inputs.value = std::nullopt;
      inputs.arrivals = value;
      if (now.throughput) inputs.throughput = *now.throughput;
    }
    const auto outcome = ApplyLaw(policy, law, inputs);
    if (!outcome || !outcome->demand) return std::nullopt;
    return WithinOwnBounds(signal, *outcome->demand);
  };
  ExpectedDemand expected{index, forecast.fitted + forecast.step, forecast.step, {}, {}};
  for (std::size_t i = 0; i < std::min(forecast.middle.size(), forecast.upper.size()); ++i) {
    const auto middle = demand(forecast.middle[i]);
    const auto upper = demand(forecast.upper[i]);
    if (!middle || !upper) return std::nullopt;
    expected.middle.push_back(*middle);
    expected.upper.push_back(*upper);
  }
  return expected;
}

std::vector<ComingChange> ComingChanges(const Policy& policy, const Decision& decision,
                                        std::span<const Override> overrides, std::span<const ExpectedDemand> expected,
                                        const CalendarLookup& calendars, Timestamp until) {
  std::vector<ComingChange> changes;
  AddSchedules(policy, decision, calendars, until, changes);
  AddOverrides(overrides, decision.time, changes);
  if (!decision.error) AddSteps(policy, decision, changes);
  AddHolds(policy, decision, changes);
  if (!decision.error) AddForecasts(policy, decision, expected, until, changes);
  std::erase_if(changes, [&](const ComingChange& each) { return each.at > until; });
  std::ranges::stable_sort(changes, {}, &ComingChange::at);
  return changes;
}

}  // namespace loadline
