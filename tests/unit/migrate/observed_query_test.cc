#include "migrate/observed_query.h"

#include "migrate/reading.h"
#include "unit/migrate/migrated.h"

namespace loadline {
namespace {

using testing::CheckHolds;
using testing::MigrateText;
using testing::Says;

// Objects called "scaler" whose policies go by the replicas there are, of the workload TARGET.
const std::string kTargets[] = {
    "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: { name: scaler, namespace: shop }\nspec:\n"
    "  scaleTargetRef: TARGET\n  minReplicaCount: 1\n  triggers: [ { type: prometheus, metricType: Value, "
    "metadata: { serverAddress: http://p, query: q, threshold: \"1\" } } ]\n",
    "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: scaler, namespace: shop }\nspec:\n"
    "  scaleTargetRef: TARGET\n  minReplicas: 2\n  maxReplicas: 20\n  metrics: [ { type: External, external: "
    "{ metric: { name: q }, target: { type: Value, value: 4 } } } ]\n",
    "apiVersion: jamiethompson.me/v1alpha1\nkind: PredictiveHorizontalPodAutoscaler\n"
    "metadata: { name: scaler, namespace: shop }\nspec:\n  scaleTargetRef: TARGET\n  minReplicas: 2\n  maxReplicas: "
    "20\n"
    "  metrics: [ { type: External, external: { metric: { name: q }, target: { type: Value, value: 4 } } } ]\n"
    "  models: [ { type: Linear, name: soon, linear: { lookAhead: 60000, historySize: 6 } } ]\n",
    "apiVersion: datadoghq.com/v1alpha1\nkind: WatermarkPodAutoscaler\nmetadata: { name: scaler, namespace: shop }\n"
    "spec:\n  scaleTargetRef: TARGET\n  minReplicas: 2\n  maxReplicas: 20\n  metrics: [ { type: External, external: "
    "{ metricName: hits, metricSelector: {}, highWatermark: 400, lowWatermark: 150 } } ]\n"};

Migration Of(std::string object, const std::string& target) {
  return MigrateText(object.replace(object.find("TARGET"), 6, target));
}

std::string ObservedOf(const Migration& migration) {
  const Node* found = FindPath(migration.documents.at(0), {"spec", "replicas", "observed"});
  return found != nullptr ? found->text : "";
}

TEST_CASE("The replicas there are, are those of what is scaled, whatever the scaler is called") {
  for (const std::string& object : kTargets) {
    INFO(object);
    const Migration deployment = Of(object, "{ kind: Deployment, name: web }");
    CheckHolds(deployment);
    CHECK(ObservedOf(deployment) ==
          "kube_deployment_status_replicas_ready{namespace=\"${namespace}\",deployment=\"web\"}");
    CHECK(ObservedOf(Of(object, "{ kind: StatefulSet, name: web }")) ==
          "kube_statefulset_status_replicas_ready{namespace=\"${namespace}\",statefulset=\"web\"}");
    const Migration rollout = Of(object, "{ apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: web }");
    CHECK(ObservedOf(rollout).empty());
    CHECK(Says(rollout, Fate::kToDo, "spec.scaleTargetRef", "write the query for their number to replicas.observed"));
  }
}

TEST_CASE("A policy that does not go by them says only where the Deployment is called otherwise") {
  Migration migration;
  migration.object_name = "web";
  Node usual = MapNode({{"replicas", MapNode({})}});
  SayObserved(MapNode({{"name", TextNode("web")}}), false, usual, migration);
  CHECK(usual.Find("replicas")->Find("observed") == nullptr);
  SayObserved(MapNode({{"name", TextNode("other")}}), false, usual, migration);
  CHECK(usual.Find("replicas")->Find("observed")->text ==
        "kube_deployment_status_replicas_ready{namespace=\"${namespace}\",deployment=\"other\"}");
  CHECK(migration.notes.empty());
}

}  // namespace
}  // namespace loadline
