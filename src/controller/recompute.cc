#include "controller/recompute.h"

#include <algorithm>
#include <map>

namespace loadline {
namespace {

// Only what stands in the policy: what it does not have cannot be missed.
std::vector<std::string> NotesOn(const Policy& policy, const QueryPlan& plan) {
  std::vector<std::string> notes = {"by the policy that is in force now, and by what the sources say of then now"};
  const bool forecasts =
      std::any_of(policy.signals.begin(), policy.signals.end(), [](const Signal& each) { return each.forecast; });
  if (forecasts) notes.emplace_back("without forecasts");
  if (policy.objective) notes.emplace_back("without its objective: no law was fitted for that time");
  if (plan.depends) notes.emplace_back("without what others wanted");
  if (policy.budget) notes.emplace_back("without its budget");
  return notes;
}

}  // namespace

Result<Recomputed> Recompute(const BindingKey& key, Timestamp at, Duration interval, Duration budget,
                             const PolicyBoard& policies, const ReadingBoard& readings) {
  Result<std::shared_ptr<const Policy>> policy = policies.Find(key.object_namespace, std::string(key.policy()));
  if (!policy) return Fail(policy.error());
  const auto parameters = BindParameters(**policy, key.object_namespace, key.object_name, key.metadata);
  if (!parameters) return Fail(parameters.error());
  Result<QueryPlan> plan = PlanQueries(**policy, *parameters);
  if (!plan) return Fail(plan.error());

  Recomputed made{*policy, *std::move(plan), {}, {}, {}};
  made.notes = NotesOn(**policy, made.plan);
  made.seen.now = AlignDown(at, interval);
  made.seen.interval = interval;
  made.seen.windows.assign(made.plan.queries.size(), {{Reading()}, "what another one wanted then is not known"});
  std::map<std::string, std::vector<std::size_t>> by_source;
  for (std::size_t i = 0; i < made.plan.queries.size(); ++i) {
    if (!made.plan.queries[i].desired_of) by_source[made.plan.queries[i].source].push_back(i);
  }
  for (const auto& [source, queries] : by_source) {
    if (const Status allowed = readings.MayUse(source, key.object_namespace); !allowed) return Fail(allowed.error());
    std::vector<Question> questions;
    for (const std::size_t i : queries) {
      const Timestamp begin = AlignDown(made.seen.now - made.plan.queries[i].window, interval);
      questions.push_back({made.plan.queries[i].text, begin, made.seen.now, interval});
    }
    const std::vector<Answer> answers = readings.Ask(source, questions, budget);
    for (std::size_t i = 0; i < queries.size(); ++i)
      made.seen.windows[queries[i]] = {answers[i].readings, answers[i].problem};
  }
  const auto documents = policies.documents();
  made.seen.overrides = documents->OverridesFor({key.object_namespace, key.object_name, std::string(key.policy())});
  const CalendarLookup calendars = documents->Lookup();
  const Observation seen = made.seen.Seen(calendars, {});  // refers to made.seen
  made.decision = Decide(**policy, made.plan, seen);
  made.seen = Record(**policy, seen);
  return made;
}

}  // namespace loadline
