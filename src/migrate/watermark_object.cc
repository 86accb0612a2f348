#include "migrate/watermark_object.h"

#include "document/yaml_text.h"
#include "migrate/draft.h"
#include "migrate/new_object.h"
#include "migrate/observed_query.h"
#include "migrate/reading.h"
#include "migrate/replica_bounds.h"
#include "migrate/watermark_read.h"
#include "migrate/watermark_stories.h"

namespace loadline {
namespace {

Node Shaping(const WatermarkScaler::Waits& waits) {
  Node node = MapNode({{"cooldown", PlainNode(FormatDuration(waits.window))}});
  if (waits.delay > Duration::zero()) SetEntry(node, "stabilize", PlainNode(FormatDuration(waits.delay)));
  return node;
}

Node PolicySpec(const WatermarkScaler& scaler) {
  std::vector<Node> signals;
  for (const WatermarkMetric& each : scaler.law.metrics)
    signals.push_back(MapNode({{"name", TextNode(each.signal)}, {"query", TextNode(each.query)}}));
  Node spec = MapNode({{"replicas", ReplicasNode(scaler.law.bounds)},
                       {"signals", ListNode(std::move(signals))},
                       {"combine", TextNode(WatermarkExpression(scaler.law))},
                       {"scaleUp", Shaping(scaler.up)},
                       {"scaleDown", Shaping(scaler.down)}});
  if (scaler.dry_run) SetEntry(spec, "mode", TextNode("hold"));
  return spec;
}

}  // namespace

Migration MigrateWatermark(const Node& object, const MigrateOptions& options) {
  Migration migration = BeginMigration(object, "WatermarkPodAutoscaler");
  const Node& spec = NodeAt(object, "spec");
  const Node& target = NodeAt(spec, "scaleTargetRef");
  const std::string workload = WorkloadOf(target, migration);
  if (workload.empty()) return migration;
  const auto scaler = ReadWatermark(spec, workload, migration);
  if (!scaler || !TellOfOldScaler("the WatermarkPodAutoscaler", options, migration)) return migration;
  TellOfTolerance(migration);
  Node policy = PolicySpec(*scaler);
  SayObserved(target, true, policy, migration);
  migration.documents.push_back(PolicyDocument(migration, std::move(policy)));
  migration.stories = WatermarkStories(*scaler);
  migration.scaled_object = ScaledObjectFor(migration, options, target, scaler->law.bounds, nullptr);
  return migration;
}

}  // namespace loadline
