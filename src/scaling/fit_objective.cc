#include "scaling/fit_objective.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "scaling/objective_ticks.h"

namespace loadline {
namespace {

// The level at this time of the last three days is looked at, and the quarter of an hour around it.
constexpr Duration kLookedBack = std::chrono::hours(3 * 24) + std::chrono::minutes(15);

// The same law without a model.
FittedObjective Unfitted(const ObjectiveQuestion& question, Timestamp time) {
  return {time, MakeObjectiveLaw(question.objective, question.terms)->Model(), {time, question.terms.tick}};
}

const Reading& TicksAgo(std::span<const Reading> ticks, std::size_t ticks_ago) {
  static constexpr Reading kUnknown;
  return ticks_ago < ticks.size() ? ticks[ticks.size() - 1 - ticks_ago] : kUnknown;
}

}  // namespace

ObjectiveTerms TermsOf(const Policy& policy, Duration tick) {
  ObjectiveTerms terms;
  terms.tick = tick;
  terms.capacity = *CapacityOf(policy);
  terms.start_delay = *policy.objective->start_delay;
  terms.min = policy.replicas.min;
  terms.max = *policy.replicas.max;
  if (policy.hpa) {
    terms.tolerance = policy.hpa->tolerance;
    terms.deadband = policy.hpa->deadband;
  }
  return terms;
}

Result<std::optional<PlannedForecast>> PlanObjective(const Policy& policy, const QueryPlan& plan, Duration tick) {
  if (!policy.objective) return std::optional<PlannedForecast>();
  if (tick <= Duration::zero() || std::chrono::minutes(1) % tick != Duration::zero()) {
    return Fail(Code::kFailedPrecondition,
                fmt::format("policy {}: an objective needs a tick.interval of which a minute is a multiple; found {}",
                            PolicyId(policy.policy_namespace, policy.name), FormatDuration(tick)));
  }
  const std::size_t index = *ObjectiveSignal(policy);
  const QueryPlan::Inputs& inputs = plan.signals[index];
  const PlannedQuery& query =
      plan.queries[static_cast<std::size_t>(policy.objective->violations ? inputs.value : inputs.arrivals)];
  ObjectiveQuestion question{*policy.objective, TermsOf(policy, tick)};
  PlannedForecast planned;
  planned.source = query.source;
  planned.text = query.text;
  planned.empty_is_zero = OnEmptyOf(policy, policy.signals[index]) == OnEmpty::kZero;
  planned.history = kObjectiveHistory;
  planned.objective = std::move(question);
  return std::optional(std::move(planned));
}

std::shared_ptr<const FittedObjective> FitObjective(std::span<const double> history, Timestamp fitted,
                                                    const ObjectiveQuestion& question) {
  const auto known = [](double value) { return std::isfinite(value); };
  // What lies before all that is known is no outage.
  history = history.subspan(static_cast<std::size_t>(std::ranges::find_if(history, known) - history.begin()));
  if (history.empty()) return std::make_shared<const FittedObjective>(Unfitted(question, fitted));
  const auto law = MakeObjectiveLaw(question.objective, question.terms);
  Timestamp time = fitted - question.terms.tick * static_cast<Duration::rep>(history.size() - 1);
  for (const double value : history) {
    law->Decide({time, known(value) ? std::optional(value) : std::nullopt, 0, 0});
    time += question.terms.tick;
  }
  return SnapshotOf(*law, fitted);
}

std::shared_ptr<const FittedObjective> SnapshotOf(const ObjectiveLaw& law, Timestamp fitted) {
  const LoadReadings& readings = law.Readings();
  const int first = std::max(
      readings.size() - static_cast<int>(kLookedBack / std::chrono::minutes(1)) * readings.ticks_per_minute(), 0);
  return std::make_shared<const FittedObjective>(FittedObjective{fitted, law.Model(), readings.From(first)});
}

Duration LoadWindow(Duration lead) { return 2 * kRefitEvery + lead; }

ObjectiveLevels LevelsOf(const FittedObjective* fit, const std::string& problem, const ObjectiveQuestion& question,
                         const Policy& policy, const QueryPlan& plan, const Observation& seen,
                         std::span<const Reading> load) {
  const ObjectiveTerms& terms = question.terms;
  FittedObjective unfitted = Unfitted(question, seen.now - terms.tick * static_cast<Duration::rep>(load.size()));
  ObjectiveLevels result;
  if (fit == nullptr) {
    ObjectiveReport report = *unfitted.model->report();
    report.problem = problem + ": 80 % of the capacity is used";
    result.report = std::make_shared<const ObjectiveReport>(std::move(report));
    fit = &unfitted;
  } else {
    result.report = fit->model->report();
  }

  const std::size_t index = *ObjectiveSignal(policy);
  const std::span<const Reading> value = seen.windows[static_cast<std::size_t>(plan.signals[index].value)].ticks;
  const std::span<const Reading> observed = seen.windows[static_cast<std::size_t>(plan.observed)].ticks;
  const std::size_t looked_at = std::min(load.size(), value.size());
  ObjectiveTicks ticks(fit->model, fit->readings, question, OnEmptyOf(policy, policy.signals[index]));
  // What the load does not reach back to is not known.
  const auto since = static_cast<std::size_t>(std::max<Duration::rep>((seen.now - fit->fitted) / terms.tick, 0));
  for (std::size_t ago = since; ago-- > 0;) {
    ticks.Push(TicksAgo(load, ago));
    if (ago < looked_at) result.levels.push_back(ticks.Wanted(ago, value, observed));
  }
  return result;
}

}  // namespace loadline
