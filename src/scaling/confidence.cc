#include "scaling/confidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace loadline {
namespace {

// Half as much again as is observed is clearly past it; of nothing, one replica's half.
constexpr double kClearly = 0.5;

double VoteOf(double demand, double wanted, double observed) {
  const double past = (demand - observed) / (kClearly * std::max(1.0, observed));
  if (wanted == observed) return 1 - std::min(1.0, std::abs(past));
  return (1 + std::clamp(wanted > observed ? past : -past, -1.0, 1.0)) / 2;
}

// Hands each demand's place and vote to `take`.
template <class Take>
void EachVote(const Policy& policy, const Decision& decision, const Take& take) {
  for (std::size_t i = 0; i < decision.signals.size(); ++i) {
    const OptionalNumber demand = decision.signals[i].demand;
    if (policy.signals[i].role == Role::kDemand && demand)
      take(i, VoteOf(*demand, decision.wanted, *decision.observed));
  }
}

double Agreement(const Policy& policy, const Decision& decision) {
  if (!decision.observed) return 1;
  double sum = 0;
  double weights = 0;
  EachVote(policy, decision, [&](std::size_t signal, double vote) {
    sum += policy.signals[signal].weight * vote;
    weights += policy.signals[signal].weight;
  });
  return weights > 0 ? sum / weights : 1;
}

bool IsRead(const Signal& signal) {
  const Law law = LawOf(signal);
  return law != Law::kSchedule && law != Law::kPattern && law != Law::kForecast;
}

// None of a signal that is not known from readings, or rightly says nothing.
std::optional<double> KnownOf(const Policy& policy, const Signal& signal, const SignalOutcome& outcome,
                              Duration interval) {
  if (!IsRead(signal)) return std::nullopt;
  switch (outcome.reason) {
    case Reason::kMeasured: {
      const double ticks =
          signal.window ? std::max(1.0, std::floor(ToSeconds(signal.window->over) / ToSeconds(interval))) : 1;
      return 1 - static_cast<double>(outcome.gaps) / ticks;
    }
    case Reason::kHeld: {
      const double hold = ToSeconds(OnMissingOf(policy, signal).hold);
      return 0.75 - 0.5 * (hold > 0 ? std::min(1.0, ToSeconds(outcome.age) / hold) : 1);
    }
    case Reason::kObjective:
    case Reason::kNoLaw: return 1;
    case Reason::kObjectiveUnfitted:
    case Reason::kPartialData: return 0.5;
    case Reason::kMissing:
    case Reason::kIgnored:
    case Reason::kAssumedHigh:
    case Reason::kFallback: return 0;
    default: return std::nullopt;
  }
}

double Completeness(const Policy& policy, const Decision& decision, Duration interval) {
  double sum = 0;
  double count = 0;
  for (std::size_t i = 0; i < decision.signals.size(); ++i) {
    if (const auto known = KnownOf(policy, policy.signals[i], decision.signals[i], interval)) {
      sum += *known;
      ++count;
    }
  }
  const double known = count > 0 ? sum / count : 1;
  return decision.observed_age > Duration::zero() ? known / 2 : known;
}

double Steadiness(const QueryPlan& plan, const Observation& seen) {
  if (plan.observed < 0) return 1;
  // Readings may reach further back than this binding needs: another's needs are none of its confidence.
  std::span<const Reading> ticks = seen.windows[static_cast<std::size_t>(plan.observed)].ticks;
  ticks = ticks.last(std::min(ticks.size(), static_cast<std::size_t>(plan.observed_window / seen.interval) + 1));
  int reversals = 0;
  double last_change = 0;
  std::optional<double> before;
  for (const Reading& reading : ticks) {
    if (reading.state != ReadingState::kValue) continue;
    const double change = before ? reading.value - *before : 0;
    if (change * last_change < 0) ++reversals;
    if (change != 0) last_change = change;
    before = reading.value;
  }
  return 1.0 / (1 + reversals);
}

// Of the demand that says least to the direction, or that the direction itself is hardly one.
std::string Disagreement(const Policy& policy, const Decision& decision) {
  const double wanted = decision.wanted;
  const double observed = *decision.observed;
  std::size_t least = 0;
  double least_vote = 2;
  EachVote(policy, decision, [&](std::size_t signal, double vote) {
    if (vote >= least_vote) return;
    least = signal;
    least_vote = vote;
  });
  if (wanted != observed && VoteOf(wanted, wanted, observed) <= least_vote)
    return fmt::format("{} is not far from the {} observed", FormatNumber(wanted), FormatNumber(observed));
  return fmt::format("{} asks for {} where {} is wanted", policy.signals[least].name,
                     FormatNumber(*decision.signals[least].demand), FormatNumber(wanted));
}

// What makes KnownOf less than 1.
std::string_view LackOf(const SignalOutcome& outcome) {
  switch (outcome.reason) {
    case Reason::kMeasured: return outcome.gaps > 0 ? "has gaps in its window" : "";
    case Reason::kHeld: return "is held";
    case Reason::kObjectiveUnfitted: return "has no model yet";
    case Reason::kPartialData: return "has a part of its data";
    case Reason::kMissing:
    case Reason::kIgnored:
    case Reason::kAssumedHigh:
    case Reason::kFallback: return "has no reading";
    default: return "";
  }
}

std::string Incompleteness(const Policy& policy, const Decision& decision) {
  std::vector<std::string> lacks;
  for (std::size_t i = 0; i < decision.signals.size(); ++i) {
    const std::string_view lack = IsRead(policy.signals[i]) ? LackOf(decision.signals[i]) : "";
    if (!lack.empty()) lacks.push_back(fmt::format("{} {}", policy.signals[i].name, lack));
  }
  if (decision.observed_age > Duration::zero())
    lacks.push_back(fmt::format("the count observed is {} old", FormatDuration(decision.observed_age)));
  return JoinWords(lacks, "and");
}

}  // namespace

Confidence ConfidenceIn(const Policy& policy, const QueryPlan& plan, const Observation& seen,
                        const Decision& decision) {
  if (decision.error) return {};
  return {Agreement(policy, decision), Completeness(policy, decision, seen.interval), Steadiness(plan, seen)};
}

std::string Doubt(const Policy& policy, const Decision& decision) {
  const auto [agreement, completeness, steadiness] = decision.confidence;
  const double least = std::min({agreement, completeness, steadiness});
  if (decision.error || least >= 1) return "";
  if (completeness == least) return Incompleteness(policy, decision);
  if (agreement == least) return Disagreement(policy, decision);
  const double reversals = std::round(1 / steadiness - 1);
  return fmt::format("the count observed turned back {} of late",
                     reversals == 1 ? "once" : fmt::format("{} times", reversals));
}

}  // namespace loadline
