// One number out of what the signals ask for, and of what stands in for them at zero replicas. What a missing signal
// does to each combination stands in docs/policy-reference.md.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "scaling/asked.h"
#include "scaling/stages/stages.h"
#include "schedule/local_time.h"

namespace loadline {
namespace {

// Those that take part. A step so far is the idle stage's answer: it takes part like a signal.
std::vector<Asked> AskedBy(const StageContext& context, const Proposal& proposal) {
  const bool idle = !proposal.decision.steps.empty();
  std::vector<Asked> asked = AskedBySignals(context.policy, proposal.decision.signals, idle);
  if (idle) asked.insert(asked.begin(), Asked{proposal.decision.replicas});
  return asked;
}

bool Less(const Asked& a, const Asked& b) { return a.replicas < b.replicas; }

void TakeOne(const StageContext& context, Proposal& proposal, Reason reason, const Asked& winner) {
  if (winner.signal < 0) return;  // the idle stage has said so
  proposal.Take(context, reason, winner.replicas, winner.signal);
}

double Sum(const std::vector<Asked>& asked) {
  return std::accumulate(asked.begin(), asked.end(), 0.0, [](double sum, const Asked& a) { return sum + a.replicas; });
}

double WeightedMean(const std::vector<Asked>& asked) {
  double sum = 0;
  double weights = 0;
  for (const Asked& each : asked) {
    sum += each.weight * each.replicas;
    weights += each.weight;
  }
  return weights > 0 ? sum / weights : 0;
}

double Median(std::vector<Asked> asked) {
  std::sort(asked.begin(), asked.end(), Less);
  const std::size_t middle = asked.size() / 2;
  return asked.size() % 2 == 1 ? asked[middle].replicas : (asked[middle - 1].replicas + asked[middle].replicas) / 2;
}

const Asked& First(const StageContext& context, const std::vector<Asked>& asked) {
  for (const std::string& name : context.policy.combine.order) {
    for (const Asked& each : asked) {
      if (each.of >= 0 && context.policy.signals[static_cast<std::size_t>(each.of)].name == name) return each;
    }
  }
  return asked.front();
}

void ByScore(const StageContext& context, Proposal& proposal) {
  if (!proposal.decision.score) {
    return proposal.Fail(context, Reason::kNothingKnown, "there is no score: none of its signals has data");
  }
  const auto observed = NeedObserved(context, proposal);
  if (!observed) return;
  proposal.Take(context, Reason::kByScore, *observed * *proposal.decision.score / context.policy.combine.score_target);
}

void ByExpression(const StageContext& context, Proposal& proposal) {
  const Expression& expression = *context.policy.combine.expression;
  const std::vector<SignalOutcome>& signals = proposal.decision.signals;
  const std::vector<bool>& uses = context.policy.combine.uses;
  std::vector<double> values;
  values.reserve(signals.size() * kVariablesPerSignal + 6);
  for (std::size_t i = 0; i < signals.size(); ++i) {
    const SignalOutcome& outcome = signals[i];
    const std::size_t first = values.size();
    const OptionalNumber demand = DemandInExpression(context.policy, signals, i);
    const bool is_unused = context.policy.signals[i].forecast && !outcome.demand;
    const bool present = !is_unused && (outcome.demand.has_value() || outcome.value.has_value());
    const bool guarded = uses[first + 3];
    // An expression that asks whether it is present has said what holds where it is not.
    if (!guarded &&
        ((uses[first] && !demand) || (uses[first + 1] && !outcome.value) || (uses[first + 2] && !present))) {
      return proposal.Fail(
          context, Reason::kNothingKnown,
          fmt::format("the expression names signal {}, which has no answer{}{}", context.policy.signals[i].name,
                      outcome.problem.empty() ? "" : ": ", outcome.problem.text()));
    }
    values.push_back(demand.value_or(0));
    values.push_back(outcome.value.value_or(0));
    values.push_back(ToSeconds(outcome.age));
    values.push_back(present ? 1 : 0);
  }
  const std::size_t base = values.size();
  double observed = 0;
  if (uses[base + static_cast<std::size_t>(PolicyVariable::kReplicas)]) {
    const auto known = NeedObserved(context, proposal);
    if (!known) return;
    observed = *known;
  }
  if (uses[base + static_cast<std::size_t>(PolicyVariable::kScore)] && !proposal.decision.score)
    return proposal.Fail(context, Reason::kNothingKnown, "the expression names the score, which has no answer");
  values.push_back(observed);
  values.push_back(proposal.decision.score.value_or(0));
  values.push_back(HourOfDay(context.seen.now, context.policy.zone));
  values.push_back(DayOfWeek(context.seen.now, context.policy.zone));
  values.push_back(context.policy.replicas.min);
  values.push_back(context.policy.Most().value_or(0));
  const Result<double> result = expression.Evaluate(values);
  if (!result) return proposal.Fail(context, Reason::kNothingKnown, "combine: " + result.error().message);
  proposal.Take(context, Reason::kByExpression, std::max(0.0, *result));
}

// The score of the outcomes as they are answered by now, held and assumed ones among them; what is ignored is left out.
std::optional<double> ScoreOf(const Policy& policy, const std::vector<SignalOutcome>& signals) {
  double sum = 0;
  double weights = 0;
  for (std::size_t i = 0; i < signals.size(); ++i) {
    if (!signals[i].score) continue;
    sum += policy.signals[i].weight * *signals[i].score;
    weights += policy.signals[i].weight;
  }
  return weights > 0 ? std::optional(sum / weights) : std::nullopt;
}

void AnswerNothing(const StageContext& context, Proposal& proposal) {
  const auto& signals = context.policy.signals;
  for (std::size_t i = 0; i < signals.size(); ++i) {
    if (signals[i].role == Role::kDemand && proposal.decision.signals[i].reason == Reason::kIgnored) {
      return proposal.Fail(context, Reason::kNothingKnown,
                           "no signal has data, and all of them are to be ignored: what is unknown is not zero");
    }
  }
  if (!context.policy.rules.empty() && !context.policy.AsksForReplicas()) {
    if (const auto observed = NeedObserved(context, proposal))
      proposal.Take(context, Reason::kStaysAtObserved, *observed);
    return;
  }
  // Floors, gates and ceilings alone: with none of them known, a zero would be made of silence.
  const auto is_ignored = [](const SignalOutcome& each) { return each.reason == Reason::kIgnored; };
  if (!signals.empty() && std::ranges::all_of(proposal.decision.signals, is_ignored)) {
    return proposal.Fail(context, Reason::kNothingKnown,
                         "no signal has data, and all of them are to be ignored: what is unknown is not zero");
  }
  proposal.Take(context, Reason::kNothingAsked, 0);
}

}  // namespace

void CombineDemands(const StageContext& context, Proposal& proposal) {
  proposal.decision.score = ScoreOf(context.policy, proposal.decision.signals);
  const Combine& combine = context.policy.combine;
  // At zero replicas, and just woken, the idle stage has the answer: zero times any score is zero.
  const bool idle =
      proposal.Has(Reason::kIdleInactive) || proposal.Has(Reason::kIdleWake) || proposal.Has(Reason::kWaking);
  if (combine.kind == Combine::Kind::kExpression && !idle) return ByExpression(context, proposal);
  if (combine.kind == Combine::Kind::kScore && !idle) return ByScore(context, proposal);
  const std::vector<Asked> asked = AskedBy(context, proposal);
  if (asked.empty()) return AnswerNothing(context, proposal);
  switch (combine.kind) {
    case Combine::Kind::kMin:
      return TakeOne(context, proposal, Reason::kLowestDemand, *std::min_element(asked.begin(), asked.end(), Less));
    case Combine::Kind::kSum: proposal.Take(context, Reason::kSumOfDemands, Sum(asked)); return;
    case Combine::Kind::kMean:
      proposal.Take(context, Reason::kMeanOfDemands, Sum(asked) / static_cast<double>(asked.size()));
      return;
    case Combine::Kind::kMedian: proposal.Take(context, Reason::kMedianOfDemands, Median(asked)); return;
    case Combine::Kind::kWeighted: proposal.Take(context, Reason::kWeightedDemands, WeightedMean(asked)); return;
    case Combine::Kind::kPriority: return TakeOne(context, proposal, Reason::kFirstAnswer, First(context, asked));
    default:
      return TakeOne(context, proposal, Reason::kHighestDemand, *std::max_element(asked.begin(), asked.end(), Less));
  }
}

}  // namespace loadline
