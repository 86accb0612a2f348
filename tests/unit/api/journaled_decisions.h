// Journals of decisions of any policy, for the pages that decide them again.
#ifndef LOADLINE_TESTS_UNIT_API_JOURNALED_DECISIONS_H_
#define LOADLINE_TESTS_UNIT_API_JOURNALED_DECISIONS_H_

#include <memory>
#include <utility>
#include <vector>

#include "unit/api/page_fixtures.h"

namespace loadline::testing {

// A decision of SomeBinding(1) at a tick, of a policy with that spec: by what each query of it said, in the plan's
// order, oldest first. `overrides` are those that are for it.
inline MadeDecision MadeOf(std::string_view spec, int tick, std::vector<RecordedWindow> windows,
                           std::vector<Override> overrides = {}) {
  MadeDecision made = SomeMade(1, tick);
  made.policy = std::make_shared<const Policy>(MakePolicy(spec));
  made.plan = std::make_shared<const QueryPlan>(*PlanQueries(*made.policy, {}));
  REQUIRE(made.plan->queries.size() == windows.size());
  made.seen.windows = std::move(windows);
  made.seen.overrides = std::move(overrides);
  const CalendarLookup lookup = made.seen.Lookup();
  made.decision = std::make_shared<const Decision>(Decide(*made.policy, *made.plan, made.seen.Seen(lookup, {})));
  made.error = made.decision->error;
  return made;
}

inline RecordedWindow Numbers(const std::vector<double>& values) {
  RecordedWindow window;
  for (const double value : values) window.ticks.push_back({value, ReadingState::kValue});
  return window;
}

// A journal of these, and of the policies that they were made by.
inline std::unique_ptr<DecisionJournal> JournalOf(const std::vector<MadeDecision>& all) {
  JournalBatch batch;
  for (const MadeDecision& made : all) {
    RecordedDecision recorded = RecordOf(made);
    batch.bindings.push_back(recorded.binding);
    batch.policies.push_back({made.policy->hash, "data", "test", *made.policy->text, TickTime(0)});
    batch.decisions.push_back(std::move(recorded.record));
  }
  auto journal = MemoryJournal();
  REQUIRE(journal->Append(batch));
  return journal;
}

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_UNIT_API_JOURNALED_DECISIONS_H_
