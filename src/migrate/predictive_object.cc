#include "migrate/predictive_object.h"

#include "document/yaml_text.h"
#include "migrate/draft.h"
#include "migrate/new_object.h"
#include "migrate/observed_query.h"
#include "migrate/predictive_read.h"
#include "migrate/predictive_stories.h"
#include "migrate/reading.h"
#include "migrate/replica_bounds.h"

namespace loadline {
namespace {

Node ForecastNode(const PredictiveForecast& forecast, bool counts) {
  return MapNode({{"name", TextNode(forecast.name)},
                  {"forecast", MapNode({{"of", TextNode(forecast.of)},
                                        {"ahead", PlainNode(FormatDuration(forecast.ahead))},
                                        {"history", PlainNode(FormatDuration(forecast.history))},
                                        {"mode", TextNode(counts ? "active" : "shadow")}})},
                  {"onMissing", MapNode({{"then", TextNode("ignore")}})}});
}

Node PolicySpec(const PredictiveScaler& scaler) {
  std::vector<Node> signals;
  for (const MeasuredSignal& each : scaler.measured) signals.push_back(SignalNode(each));
  for (const PredictiveForecast& each : scaler.forecasts) signals.push_back(ForecastNode(each, scaler.forecasts_count));
  Node spec = MapNode({{"replicas", ReplicasNode(scaler.bounds)}, {"signals", ListNode(std::move(signals))}});
  if (scaler.tolerance) SetEntry(spec, "hpa", MapNode({{"tolerance", PlainNode(SeriesValue(*scaler.tolerance))}}));
  return spec;
}

}  // namespace

Migration MigratePredictive(const Node& object, const MigrateOptions& options) {
  Migration migration = BeginMigration(object, "PredictiveHorizontalPodAutoscaler");
  const Node& spec = NodeAt(object, "spec");
  const Node& target = NodeAt(spec, "scaleTargetRef");
  const std::string workload = WorkloadOf(target, migration);
  if (workload.empty()) return migration;
  const auto scaler = ReadPredictive(spec, workload, migration);
  if (!scaler || !TellOfOldScaler("the PredictiveHorizontalPodAutoscaler", options, migration)) return migration;
  Node policy = PolicySpec(*scaler);
  SayObserved(target, NeedsObserved(scaler->measured), policy, migration);
  migration.documents.push_back(PolicyDocument(migration, std::move(policy)));
  migration.stories = PredictiveStories(*scaler);
  migration.scaled_object = ScaledObjectFor(migration, options, target, scaler->bounds, &scaler->behavior);
  return migration;
}

}  // namespace loadline
