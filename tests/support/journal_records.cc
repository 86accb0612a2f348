#include "support/journal_records.h"

#include <fmt/format.h>

#include "support/policy_builder.h"
#include "support/random_language.h"

namespace loadline::testing {

Timestamp TickTime(int tick) { return Timestamp(std::chrono::hours(480'000)) + std::chrono::seconds(15) * tick; }

BindingRecord SomeBinding(int number) {
  return MakeBindingRecord(number % 2 == 0 ? "data" : "web", fmt::format("app-{}", number), "cdc-worker",
                           {{"policy", "cdc-worker"}, {"pipeline", fmt::format("orders \"{}\" ü", number)}});
}

DecisionRecord SomeDecision(int binding, int tick, double replicas) {
  DecisionRecord record;
  record.binding = SomeBinding(binding).id;
  record.tick = TickTime(tick);
  record.kind = tick % 20 == 0 ? RecordKind::kHeartbeat : RecordKind::kChange;
  record.policy_hash = 0xfedcba9876543210u;
  record.replicas = replicas;
  record.wanted = replicas - 0.125;
  record.active = true;
  record.observed = 3;
  record.confidence = 0.75;
  record.winner = "lag";
  record.summary = fmt::format("lag wants {}", replicas);
  record.steps = R"([{"stage":"combine","reason":"HighestDemand","signal":"lag","before":0,"after":2}])";
  record.plan = R"({"signals":[[0,-1,-1,-1]],"queries":[60000],"observed":-1,"whenIdle":-1,"observedWindow":0})";
  record.seen = fmt::format(R"({{"now":"{}","interval":"15s","windows":[{{"ticks":[{}]}}]}})",
                            FormatTimestamp(record.tick), replicas * 10);
  Fingerprint print;
  print.Add(record.seen);
  record.inputs = print.Value();
  record.version = "0.1.0";
  return record;
}

MadeDecision SomeMade(int binding, int tick, double reading) {
  static const auto policy = std::make_shared<const Policy>(
      MakePolicy("signals: [ { name: lag, query: lag, perReplica: 10 } ]\nonMissing: { hold: 1m, then: error }"));
  static const auto plan = std::make_shared<const QueryPlan>(*PlanQueries(*policy, {}));
  MadeDecision made;
  made.tick = TickTime(tick);
  made.binding = [binding] { return SomeBinding(binding); };
  made.policy = policy;
  made.plan = plan;
  made.seen.now = made.tick;
  made.seen.windows = {{std::vector<Reading>(5, {reading, ReadingState::kValue}), ""}};
  const CalendarLookup lookup = made.seen.Lookup();
  made.decision = std::make_shared<const Decision>(Decide(*policy, *plan, made.seen.Seen(lookup, {})));
  return made;
}

MadeDecision RandomMade(Chance& chance) {
  const World world = MakeAnyWorld(chance, MakeAnySpec(chance).Yaml());
  MadeDecision made;
  made.kind = chance.In(50) ? RecordKind::kChange : RecordKind::kHeartbeat;
  made.tick = world.now;
  made.binding = [] { return SomeBinding(1); };
  made.policy = std::make_shared<const Policy>(world.policy);
  made.plan = std::make_shared<const QueryPlan>(world.plan);
  made.decision = std::make_shared<const Decision>(world.Decide());
  if (made.decision->error) {
    made.error = made.decision->error;
    made.error->message = "policy data/test: " + made.error->message;
  }
  made.seen = Record(world.policy, world.Seen());
  return made;
}

}  // namespace loadline::testing
