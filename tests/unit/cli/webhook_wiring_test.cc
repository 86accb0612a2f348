#include "cli/webhook_wiring.h"

#include <catch2/catch.hpp>

namespace loadline {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const Timestamp kNow{hours(12) + minutes(17)};

const Situation* Find(const Sight& sight, const std::string& key) {
  for (const Situation& each : sight.situations) {
    if (each.key == key) return &each;
  }
  return nullptr;
}

PolicyProblem ProblemOf(const std::string& rule, Severity severity, bool last_good) {
  return {"worker.yaml", {{3, 9}, "spec.x", rule, "", "", severity}, "data", "worker", last_good};
}

TEST_CASE("Before policies were read nothing is said to be wrong, or well") { CHECK(!SightOf({}, {}, kNow)); }

TEST_CASE("Sources, documents and the journal are seen as they are") {
  ControllerState state;
  state.policies_read = true;
  state.sources = {{"default", "http://prom:9090", true, "", Timestamp(hours(12))},
                   {"other", "http://other:9090", false, "other:9090: connection refused", Timestamp(hours(11))}};
  state.problems = {ProblemOf("no such field", Severity::kError, true), ProblemOf("is late", Severity::kError, true),
                    ProblemOf("is odd", Severity::kWarning, false)};
  JournalState journal;
  journal.where = "postgresql db:5432/loadline";
  journal.ok = false;
  journal.problem = "disk full";
  const Sight sight = SightOf(state, journal, kNow).value();
  CHECK(sight.situations.size() == 4);

  CHECK(Find(sight, "source default")->well());
  const Situation& failing = *Find(sight, "source other");
  CHECK(failing.value == "failing");
  CHECK(failing.reason == "other:9090: connection refused");
  CHECK(failing.since == Timestamp(hours(11)));  // the same on every pod

  const Situation& document = *Find(sight, "policy ScalingPolicy data/worker (worker.yaml)");
  CHECK(document.value == "lastGood");
  CHECK(document.object_namespace == "data");
  CHECK(document.policy == "worker");
  CHECK(document.reason == "worker.yaml:3:9: spec.x: no such field (and 1 more)");
  CHECK(document.since == Timestamp(hours(12) + minutes(10)));

  const Situation& writing = *Find(sight, "journal postgresql db:5432/loadline");
  CHECK(writing.value == "failing");
  CHECK(writing.urgency == Urgency::kWarning);
  CHECK(writing.reason == "disk full");

  // A file's failure is this pod's own: its message must not count as a copy of another pod's.
  journal.where = "sqlite /data/journal.db";
  const Sight own = SightOf(state, journal, kNow).value();
  CHECK(own.situations.back().key.starts_with("journal sqlite /data/journal.db of "));
}

TEST_CASE("Outages of a source that never answered are told apart") {
  ControllerState state;
  state.policies_read = true;
  state.sources = {{"default", "http://prom:9090", false, "prom:9090: connection refused", {}}};
  const auto since = [&state](Timestamp now) {
    const Sight sight = SightOf(state, {}, now).value();
    return Find(sight, "source default")->since;
  };
  CHECK(since(kNow) == Timestamp(hours(12) + minutes(10)));
  CHECK(since(kNow + minutes(1)) == since(kNow));
  CHECK(since(kNow + hours(1)) == Timestamp(hours(13) + minutes(10)));
}

}  // namespace
}  // namespace loadline
