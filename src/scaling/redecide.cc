#include "scaling/redecide.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "scaling/explain.h"
#include "scaling/observation_json.h"
#include "scaling/policy_yaml.h"

namespace loadline {
namespace {

// A damaged record must not lead outside of its own windows, nor to fewer replicas than none.
Status CheckPlan(const Policy& policy, const RecordedPlan& recorded, const RecordedObservation& seen) {
  const QueryPlan& plan = recorded.plan;
  const int queries = static_cast<int>(plan.queries.size());
  const auto there = [queries](int index) { return index >= -1 && index < queries; };
  bool good = plan.signals.size() == policy.signals.size() && seen.windows.size() == plan.queries.size() &&
              there(plan.observed) && there(plan.when_idle);
  for (const QueryPlan::Inputs& each : plan.signals)
    good = good && there(each.value) && there(each.arrivals) && there(each.throughput) && there(each.freshness);
  for (const PlannedQuery& query : plan.queries) good = good && query.window >= Duration::zero();
  good = good && recorded.terms.granted.value_or(0) >= 0;
  if (!good) return Fail(Code::kInvalidArgument, "plan: does not go with the policy and the readings");
  return {};
}

std::string AnswerText(const std::optional<Error>& error, std::optional<double> replicas, std::optional<bool> active) {
  if (error) return fmt::format("{} {}", CodeName(error->code), error->message);
  return fmt::format("{}, {}", replicas.value_or(0), active.value_or(false) ? "active" : "inactive");
}

}  // namespace

Result<std::shared_ptr<const Policy>> PolicyOf(const PolicyRevision& revision) {
  PolicyDocument document = ParsePolicy({revision.text, 1});
  if (document.content) return std::make_shared<const Policy>(std::move(*document.content));
  return Fail(Code::kInvalidArgument, document.problems.empty() ? "the policy has no text"
                                                                : FormatProblem(revision.name, document.problems[0]));
}

Result<Decision> Redecide(const Policy& policy, const DecisionRecord& record) {
  const Result<RecordedPlan> recorded = ParsePlan(record.plan);
  if (!recorded) return Fail(recorded.error());
  const Result<RecordedObservation> seen = ParseObservation(record.seen);
  if (!seen) return Fail(seen.error());
  if (const Status good = CheckPlan(policy, *recorded, *seen); !good) return Fail(good.error());
  const CalendarLookup lookup = seen->Lookup();
  const auto forecasts = seen->Forecasts();
  const Observation observation = seen->Seen(lookup, forecasts);
  // As DecideFleet does for each member; one without a fleet has no terms.
  Decision proposed = Propose(policy, recorded->plan, observation);
  if (recorded->terms.error) proposed.error = recorded->terms.error;
  Decision decision = Settle(policy, recorded->plan, observation, std::move(proposed), recorded->terms.granted);
  if (recorded->terms.granted) NameBudget(recorded->terms, decision);
  return decision;
}

std::string DifferenceOf(const Policy& policy, const DecisionRecord& record, const Decision& again) {
  const bool error_differs =
      record.error.has_value() != again.error.has_value() || (record.error && record.error->code != again.error->code);
  const bool answer_differs = !record.error && (record.replicas != again.replicas || record.active != again.active ||
                                                record.wanted != again.wanted);
  if (error_differs || (!again.error && answer_differs)) {
    std::string before = AnswerText(record.error, record.replicas, record.active);
    std::string after = AnswerText(again.error, again.replicas, again.active);
    if (before == after) {  // the answer to KEDA is the same, what was wanted is not
      before = fmt::format("wanted {}", record.wanted.value_or(0));
      after = fmt::format("wanted {}", again.wanted);
    }
    return fmt::format("{}; was {}", after, before);
  }
  const std::string summary = Mended(Summary(policy, again));
  if (summary != record.summary) return fmt::format("reason \"{}\"; was \"{}\"", summary, record.summary);
  return "";
}

}  // namespace loadline
