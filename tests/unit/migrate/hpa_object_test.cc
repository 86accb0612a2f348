#include "migrate/hpa_object.h"

#include <catch2/catch.hpp>

#include "migrate/reading.h"
#include "unit/migrate/migrated.h"

namespace loadline {
namespace {

using testing::CheckHolds;
using testing::FileOf;
using testing::MigrateText;
using testing::Says;

const std::string kHead =
    "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: api, namespace: shop }\nspec:\n"
    "  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: api-server }\n  minReplicas: 2\n  maxReplicas: "
    "20\n";

TEST_CASE("An HPA with external metrics becomes a policy, and KEDA takes the HPA over") {
  const Migration migration = MigrateText(
      kHead +
      "  behavior: { scaleUp: { stabilizationWindowSeconds: 30 } }\n  metrics:\n"
      "    - type: External\n      external:\n        metric: { name: queue_ready, selector: { matchLabels: { queue: "
      "tasks }, "
      "matchExpressions: [ { key: env, operator: In, values: [a, b] }, { key: old, operator: DoesNotExist } ] } }\n"
      "        target: { type: AverageValue, averageValue: 500m }\n"
      "    - type: Pods\n      pods: { metric: { name: packets-per-second }, target: { type: AverageValue, "
      "averageValue: 1k } }\n"
      "    - type: Object\n      object: { describedObject: { kind: Ingress, name: main }, metric: { name: hits }, "
      "target: { type: Value, value: \"10\" } }\n"
      "    - type: Resource\n      resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } }\n"
      "    - type: ContainerResource\n      containerResource: { name: memory, container: app, "
      "target: { type: AverageValue, averageValue: 100Mi } }\n");
  CheckHolds(migration);
  const std::string policy = FileOf(migration, "policy.yaml");
  CHECK(policy.find("query: sum(queue_ready{queue=\"tasks\",env=~\"a|b\",old=\"\"})\n      perReplica: 0.5\n") !=
        std::string::npos);
  CHECK(policy.find("name: packets-per-second\n      query: "
                    "sum(packets_per_second{namespace=\"${namespace}\",pod=~\"api-server-[a-z0-9]+-[a-z0-9]+\"})\n"
                    "      perReplica: 1000\n") != std::string::npos);
  CHECK(policy.find("ingress=\"main\"})\n      target: 10\n") != std::string::npos);
  const Node& object = *migration.scaled_object;
  CHECK(object.Find("metadata")->Find("annotations")->Find("scaledobject.keda.sh/transfer-hpa-ownership")->text ==
        "true");
  const Node* spec = object.Find("spec");
  CHECK(spec->Find("scaleTargetRef")->Find("name")->text == "api-server");
  CHECK(spec->Find("minReplicaCount")->text == "2");
  CHECK(spec->Find("maxReplicaCount")->text == "20");
  const Node* config = spec->Find("advanced")->Find("horizontalPodAutoscalerConfig");
  CHECK(config->Find("name")->text == "api");
  CHECK(config->Find("behavior")->Find("scaleUp") != nullptr);
  REQUIRE(spec->Find("triggers")->items.size() == 3);
  CHECK(WriteYaml(spec->Find("triggers")->items[2]) ==
        "type: memory\nmetricType: AverageValue\nmetadata:\n  value: \"100Mi\"\n  containerName: app\n");
  CHECK(Says(migration, Fate::kToDo, "spec.metrics[0].metric.name", "metrics adapter"));
}

TEST_CASE("An HPA of cpu alone stays as it is, and so does one of KEDA's own") {
  const Migration cpu = MigrateText(kHead);
  CHECK(cpu.documents.empty());
  CHECK(Says(cpu, Fate::kNotCarried, "spec.metrics", "need no policy"));
  const Migration old = MigrateText(
      "apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nmetadata: { name: a, namespace: b }\n"
      "spec: { maxReplicas: 3, targetCPUUtilizationPercentage: 55 }\n");
  CHECK(old.documents.empty());
  CHECK(Says(old, Fate::kKept, "spec.metrics[0]", "cpu trigger"));
  const Migration owned = MigrateText(
      "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: keda-hpa-web, namespace: b, "
      "ownerReferences: "
      "[ { kind: ScaledObject, name: web } ] }\nspec: { maxReplicas: 3 }\n");
  CHECK(owned.of_another);
}

TEST_CASE("An HPA of which a metric cannot be carried over stays as it is, with the reason") {
  const std::string good =
      "    - type: External\n      external: { metric: { name: good }, target: { type: AverageValue, averageValue: 4 } "
      "}\n";
  const auto with = [&](const std::string& metric) {
    return MigrateText(kHead + "  metrics:\n" + good + "    - " + metric + "\n");
  };
  for (const auto& [metric, why] : std::vector<std::pair<std::string, std::string>>{
           {"{ type: External, external: { metric: { name: q }, target: { type: AverageValue } } }",
            "no target above 0"},
           {"{ type: External, external: { metric: { name: q }, target: { type: Value, value: \"-1\" } } }",
            "no target above 0"},
           {"{ type: Resource, resource: { name: nvidia.com/gpu, target: { type: AverageValue, averageValue: 1 } } }",
            "no trigger for the resource nvidia.com/gpu"},
           {"{ type: Weather }", "type Weather is not known"},
           {"7", "is not known"}}) {
    const Migration migration = with(metric);
    CHECK(Says(migration, Fate::kNotCarried, "spec.metrics[1]", why));
    CHECK(migration.documents.empty());
  }
  Migration old = MigrateText(
      "apiVersion: autoscaling/v2beta1\nkind: HorizontalPodAutoscaler\nmetadata: { name: a, namespace: b }\n"
      "spec: { maxReplicas: 3, metrics: [ { type: External, external: { metricName: q, targetAverageValue: 1 } } ] "
      "}\n");
  CHECK(Says(old, Fate::kNotCarried, "apiVersion", "hpa.v2.autoscaling"));
  CHECK(Says(MigrateText(kHead.substr(0, kHead.find("  minReplicas")) +
                         "  minReplicas: 5\n  maxReplicas: 3\n  metrics:\n" + good),
             Fate::kNotCarried, "spec.maxReplicas", "below the minimum"));
}

TEST_CASE("Selectors become matchers of Prometheus, whatever stands in them; names stay what they are") {
  const Migration migration = MigrateText(
      "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: web.hpa, namespace: shop, labels: "
      "{ team: a } }\n"
      "spec:\n  scaleTargetRef: { kind: StatefulSet, name: web }\n  minReplicas: 2\n  maxReplicas: 20\n  metrics:\n"
      "    - type: External\n      external: { metric: { name: q, selector: { matchLabels: { app.kubernetes.io/name: "
      "'a\"b\\c' }, "
      "matchExpressions: [ { key: z, operator: NotIn, values: [a.b, 'c|d'] } ] } }, target: { type: Value, value: 4 } "
      "}\n");
  CheckHolds(migration);
  const Node* signal = &FindPath(migration.documents[0], {"spec", "signals"})->items[0];
  CHECK(TextAt(*signal, "query") == R"(sum(q{app_kubernetes_io_name="a\"b\\c",z!~"a\\.b|c\\|d"}))");
  CHECK(FindPath(migration.documents[0], {"spec", "replicas", "observed"})->text ==
        "kube_statefulset_status_replicas_ready{namespace=\"${namespace}\",statefulset=\"web\"}");
  CHECK(FindPath(migration.documents[0], {"metadata", "name"})->text == "web-hpa");
  CHECK(FindPath(*migration.scaled_object, {"metadata", "name"})->text == "web.hpa");
  CHECK(FindPath(*migration.scaled_object, {"metadata", "labels", "team"})->text == "a");
  CHECK(FindPath(*migration.scaled_object, {"spec", "advanced", "horizontalPodAutoscalerConfig", "name"})->text ==
        "web.hpa");
}

}  // namespace
}  // namespace loadline
