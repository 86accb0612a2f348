#include "migrate/rule_engine.h"

#include "document/yaml_text.h"
#include "migrate/draft.h"
#include "migrate/fields.h"
#include "migrate/new_object.h"
#include "migrate/reading.h"
#include "migrate/replica_bounds.h"
#include "migrate/rule_engine_read.h"
#include "migrate/rule_engine_stories.h"

namespace loadline {
namespace {

StepEngine EngineOf(const EnginePolicy& policy) {
  StepEngine engine;
  for (const EngineSignal& each : policy.rules.signals) engine.signals.push_back(each.name);
  engine.rules = policy.rules.rules;
  engine.bounds = policy.bounds;
  engine.holds = policy.holds;
  if (!policy.schedules.empty()) {
    engine.floor = [schedules = policy.schedules](Timestamp time) { return FiredLast(schedules, time).value_or(0); };
  }
  return engine;
}

Node PolicySpec(const EnginePolicy& policy, const StepEngine& engine, Migration& migration) {
  std::vector<Node> signals;
  for (const EngineSignal& each : policy.rules.signals)
    signals.push_back(MapNode({{"name", TextNode(each.name)}, {"query", TextNode(each.query)}}));
  std::vector<std::string> taken = engine.signals;
  for (Node& each : ScheduleSignals(policy.schedules, engine.rules.empty() ? "" : "floor", taken, migration))
    signals.push_back(std::move(each));
  Node spec = MapNode({{"replicas", ReplicasNode(policy.bounds)}, {"signals", ListNode(std::move(signals))}});
  if (!engine.rules.empty()) SetEntry(spec, "rules", StepRulesNode(engine));
  if (policy.holds) SetEntry(spec, "mode", TextNode("hold"));
  return spec;
}

}  // namespace

bool IsRuleEngine(const Node& policy) {
  return HasField(policy, {"scale_up_rules", "scale_down_rules", "max_hourly_cost", "target_type"}) ||
         (HasField(policy, {"rules", "schedules"}) && HasField(policy, {"min_replicas", "min"}));
}

Migration MigrateRuleEngine(const Node& policy, const std::string& path, const MigrateOptions& options) {
  Migration migration = BeginMigration(TextAt(policy, "name"), "scaling policy");
  const auto read = ReadEnginePolicy(policy, path, migration);
  if (!read || !TellOfOldScaler("their engine", options, migration)) return migration;
  TellOfTolerance(migration);
  const StepEngine engine = EngineOf(*read);
  migration.documents.push_back(PolicyDocument(migration, PolicySpec(*read, engine, migration)));
  if (EndsAreExact(read->schedules)) {
    migration.stories = EngineStories(engine, read->schedules);
  } else {
    migration.Tell(Fate::kToDo, read->schedules_field, "no scenario is made for schedules like these: write one");
  }
  migration.scaled_object =
      ScaledObjectFor(migration, options, DeploymentTarget(migration.name), read->bounds, nullptr);
  return migration;
}

}  // namespace loadline
