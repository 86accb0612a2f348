#include "migrate/weighted_metrics.h"

#include <algorithm>

#include "base/text.h"
#include "document/yaml_text.h"
#include "migrate/draft.h"
#include "migrate/fields.h"
#include "migrate/new_object.h"
#include "migrate/reading.h"
#include "migrate/replica_bounds.h"
#include "migrate/weighted_metrics_read.h"
#include "migrate/weighted_metrics_stories.h"

namespace loadline {
namespace {

StepEngine EngineOf(const WeightedMetrics& policy) {
  StepEngine engine;
  for (const WeightedSignal& each : policy.rules.signals) {
    engine.signals.push_back(each.name);
    engine.window = std::max(engine.window, each.window);
  }
  engine.rules = policy.rules.rules;
  engine.bounds = policy.bounds;
  engine.every = policy.every;
  engine.holds = policy.holds;
  return engine;
}

Node SignalOf(const WeightedSignal& signal) {
  Node node = MapNode({{"name", TextNode(signal.name)}, {"query", TextNode(signal.query)}});
  if (signal.window > Duration::zero())
    SetEntry(node, "window",
             MapNode({{"over", PlainNode(FormatDuration(signal.window))}, {"take", TextNode(signal.take)}}));
  if (signal.weight > 0 && signal.score_at > 0) {
    SetEntry(node, "scoreAt", PlainNode(SeriesValue(signal.score_at)));
    SetEntry(node, "weight", PlainNode(SeriesValue(signal.weight)));
  }
  return node;
}

Node PolicySpec(const WeightedMetrics& policy, const StepEngine& engine) {
  std::vector<Node> signals;
  for (const WeightedSignal& each : policy.rules.signals) signals.push_back(SignalOf(each));
  if (policy.least_memory > 0) {
    signals.push_back(MapNode({{"name", TextNode("free-memory")},
                               {"role", TextNode("gate")},
                               {"query", TextNode("max(node_memory_MemAvailable_bytes)")},
                               {"above", PlainNode(SeriesValue(policy.least_memory))},
                               {"whenClosed", TextNode("hold")}}));
  }
  Node spec = MapNode({{"replicas", ReplicasNode(policy.bounds)},
                       {"every", PlainNode(FormatDuration(policy.every))},
                       {"signals", ListNode(std::move(signals))},
                       {"rules", StepRulesNode(engine)}});
  if (policy.holds) SetEntry(spec, "mode", TextNode("hold"));
  return spec;
}

}  // namespace

bool IsWeightedMetrics(const Node& policy) { return HasField(policy, {"thresholds"}); }

Migration MigrateWeightedMetrics(const Node& policy, const Node& document, const std::string& path,
                                 const MigrateOptions& options) {
  const std::string service = TextAt(policy, "service");
  Migration migration = BeginMigration(service.empty() ? TextAt(policy, "name") : service, "thresholds of");
  const auto read = ReadWeightedMetrics(policy, document, path, migration);
  if (!read || !TellOfOldScaler("their autoscaler", options, migration)) return migration;
  TellOfTolerance(migration);
  const StepEngine engine = EngineOf(*read);
  migration.documents.push_back(PolicyDocument(migration, PolicySpec(*read, engine)));
  migration.stories = WeightedStories(engine, read->least_memory);
  migration.scaled_object =
      ScaledObjectFor(migration, options, DeploymentTarget(migration.name), read->bounds, nullptr);
  return migration;
}

}  // namespace loadline
