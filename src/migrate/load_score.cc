#include "migrate/load_score.h"

#include "document/yaml_text.h"
#include "migrate/draft.h"
#include "migrate/fields.h"
#include "migrate/load_score_engine.h"
#include "migrate/load_score_read.h"
#include "migrate/new_object.h"
#include "migrate/reading.h"
#include "migrate/replica_bounds.h"
#include "migrate/step_stories.h"
#include "migrate/usual_query.h"

namespace loadline {
namespace {

std::string QueryOf(const ScorePart& part, const std::string& workload) {
  const std::string name = part.signal;
  if (name == "cpu") return UsualQuery("cpu_usage", workload);
  if (name == "memory") return UsualQuery("memory_usage", workload);
  return name == "requests" ? RequestsOfOnePod(workload) : UsualQuery("error_rate", workload);
}

Node PolicySpec(const LoadScore& score, const StepEngine& engine, const std::string& workload) {
  std::vector<Node> signals;
  for (const ScorePart& part : score.Weighed()) {
    signals.push_back(MapNode({{"name", TextNode(part.signal)},
                               {"query", TextNode(QueryOf(part, workload))},
                               {"scoreAt", PlainNode(SeriesValue(part.full))},
                               {"weight", PlainNode(SeriesValue(part.weight))}}));
  }
  Node spec = MapNode({{"replicas", ReplicasNode(score.bounds)},
                       {"signals", ListNode(std::move(signals))},
                       {"rules", StepRulesNode(engine)}});
  if (score.holds) SetEntry(spec, "mode", TextNode("hold"));
  return spec;
}

}  // namespace

bool IsLoadScore(const Node& policy) {
  return HasField(policy, {"scale_up_threshold", "scale_down_threshold", "target_request_rate"});
}

Migration MigrateLoadScore(const Node& policy, const std::string& path, const MigrateOptions& options) {
  std::string name;
  for (const char* field : {"name", "proxy", "service", "proxy_id", "proxyId", "id"}) {
    if (name.empty()) name = TextAt(policy, field);
  }
  Migration migration = BeginMigration(name, "load score of");
  const auto score = ReadLoadScore(policy, path, migration);
  if (!score || !TellOfOldScaler("their scaler", options, migration)) return migration;
  TellOfTolerance(migration);
  const StepEngine engine = LoadScoreEngine(*score);
  migration.documents.push_back(PolicyDocument(migration, PolicySpec(*score, engine, migration.name)));
  migration.stories = StepStories(engine, "the scaler");
  migration.scaled_object =
      ScaledObjectFor(migration, options, DeploymentTarget(migration.name), score->bounds, nullptr);
  TellOfTarget("proxy", migration);
  return migration;
}

}  // namespace loadline
