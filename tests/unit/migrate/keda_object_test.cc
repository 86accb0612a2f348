#include "migrate/keda_object.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <random>

#include "unit/migrate/keda_manifest.h"
#include "unit/migrate/migrated.h"

namespace loadline {
namespace {

using testing::CheckHolds;
using testing::FileOf;
using testing::kHead;
using testing::MigrateText;
using testing::Prometheus;
using testing::Says;

TEST_CASE("Two Prometheus triggers and a schedule are one policy and one trigger") {
  const Migration migration = MigrateText(
      kHead +
      "spec:\n  scaleTargetRef: { name: web }\n  minReplicaCount: 2\n  maxReplicaCount: 12\n  pollingInterval: 10\n"
      "  fallback: { failureThreshold: 3, replicas: 6 }\n"
      "  advanced: { horizontalPodAutoscalerConfig: { behavior: { scaleDown: { stabilizationWindowSeconds: 60 } } } }\n"
      "  triggers:\n" +
      Prometheus("sum(rate(http_requests_total[1m]))", "100") +
      Prometheus("max(queue_depth)", "7.5", ", activationThreshold: \"3\", ignoreNullValues: \"false\"") +
      "    - { type: cron, metadata: { timezone: Europe/Berlin, start: \"0 8 * * 1-5\", end: \"0 18 * * 1-5\", "
      "desiredReplicas: \"5\" } }\n"
      "    - { type: cpu, metricType: Utilization, metadata: { value: \"80\" } }\nstatus: { x: 1 }\n");
  CheckHolds(migration);
  CHECK(migration.stories.size() == 2);
  CHECK(migration.sources == std::map<std::string, std::string>{{"default", "http://prom:9090"}});
  CHECK(FileOf(migration, "policy.yaml") ==
        "apiVersion: loadline.dev/v1\nkind: ScalingPolicy\nmetadata:\n  name: web\n  namespace: shop\nspec:\n"
        "  replicas:\n    min: 2\n    max: 12\n  signals:\n"
        "    - name: http-requests-total\n      query: sum(rate(http_requests_total[1m]))\n      perReplica: 100\n"
        "      onEmpty: zero\n"
        "    - name: queue-depth\n      query: max(queue_depth)\n      perReplica: 7.5\n      activateAbove: 3\n"
        "    - name: schedule\n      schedule:\n        timezone: Europe/Berlin\n        windows:\n"
        "          - start: \"0 8 * * 1-5\"\n            end: \"0 18 * * 1-5\"\n            replicas: 5\n"
        "  onMissing:\n    hold: 40s\n    then:\n      replicas: 6\n      behavior: static\n");
  CHECK(FileOf(migration, "scaledobject.yaml") ==
        kHead.substr(0, kHead.find("metadata")) +
            "metadata:\n  name: web\n  namespace: shop\nspec:\n  scaleTargetRef:\n    name: web\n  minReplicaCount: 2\n"
            "  maxReplicaCount: 12\n  pollingInterval: 10\n  fallback:\n    failureThreshold: 3\n    replicas: 6\n"
            "  advanced:\n    horizontalPodAutoscalerConfig:\n      behavior:\n        scaleDown:\n"
            "          stabilizationWindowSeconds: 60\n  triggers:\n    - type: external\n      metricType: "
            "AverageValue\n"
            "      metadata:\n        scalerAddress: loadline.loadline.svc:50051\n        policy: web\n"
            "    - type: cpu\n      metricType: Utilization\n      metadata:\n        value: \"80\"\n");
  CHECK(Says(migration, Fate::kKept, "spec.triggers[3]", "cpu stays beside"));
  CHECK(Says(migration, Fate::kKept, "spec", "advanced.horizontalPodAutoscalerConfig"));
}

TEST_CASE("Where of all triggers an empty answer was 0 the policy says so once") {
  const Migration migration =
      MigrateText(kHead + "spec:\n  triggers:\n" + Prometheus("max(q)", "5") + Prometheus("max(r)", "5"));
  CheckHolds(migration);
  const std::string policy = FileOf(migration, "policy.yaml");
  CHECK(policy.ends_with("\n      perReplica: 5\n  onEmpty: zero\n"));
  CHECK(policy.find("onEmpty") == policy.rfind("onEmpty"));
  CHECK(Prove(migration).problems.empty());
}

TEST_CASE("To zero and back: the activation is the policy's") {
  const Migration migration = MigrateText(kHead +
                                          "spec:\n  scaleTargetRef: { name: web }\n  idleReplicaCount: 0\n"
                                          "  minReplicaCount: 1\n  triggers:\n" +
                                          Prometheus("max(queue_depth)", "10", ", activationThreshold: \"4\""));
  CheckHolds(migration);
  // At the activation KEDA is not active yet, above it it is.
  const std::string scenario = FileOf(migration, "as-before.scenario");
  CHECK(scenario.find("load 1m  queue-depth  0 4 5 5 10 25 1020 0\n") != std::string::npos);
  CHECK(scenario.find("at 0m    want 0 inactive  # KEDA: 0 / 10\n") != std::string::npos);
  CHECK(scenario.find("at 1m    want 0.4 inactive  # KEDA: 4 / 10\n") != std::string::npos);
  CHECK(scenario.find("at 2m    want 0.5  # KEDA: 5 / 10\n") != std::string::npos);
  CHECK(scenario.find("at 6m    want 100  # KEDA: 1020 / 10, at most 100\n") != std::string::npos);
}

TEST_CASE("An activation above the threshold is not quite the same, and is said") {
  const Migration migration =
      MigrateText(kHead + "spec:\n  triggers:\n" + Prometheus("max(q)", "10", ", activationThreshold: \"50\""));
  CheckHolds(migration);
  CHECK(Says(migration, Fate::kChanged, "activationThreshold", "KEDA goes to zero although several"));
}

TEST_CASE("metricType: Value goes by the replicas there are") {
  const Migration migration =
      MigrateText(kHead +
                  "spec:\n  minReplicaCount: 1\n  triggers:\n    - type: prometheus\n      metricType: Value\n"
                  "      metadata: { serverAddress: http://prom, query: avg(latency), threshold: 0.2 }\n");
  CheckHolds(migration);
  CHECK(FileOf(migration, "policy.yaml").find("target: 0.2") != std::string::npos);
  CHECK(FileOf(migration, "as-before.scenario").find("# KEDA: 4 * 0.125 / 0.2\n") != std::string::npos);
}

TEST_CASE("Beside what there is: all triggers stay, and the policy answers nothing") {
  MigrateOptions options;
  options.beside = true;
  options.authentication = "ClusterTriggerAuthentication/loadline";
  options.address = "scaler:50051";
  const Migration migration =
      MigrateText(kHead + "spec:\n  minReplicaCount: 1\n  triggers:\n" + Prometheus("max(q)", "5"), options);
  CheckHolds(migration);
  CHECK(FileOf(migration, "policy.yaml").find("\n  mode: yield\n") != std::string::npos);
  CHECK(FileOf(migration, "as-before.scenario").empty());
  const Node* triggers = migration.scaled_object->Find("spec")->Find("triggers");
  REQUIRE(triggers->items.size() == 2);
  CHECK(triggers->items[1].Find("type")->text == "prometheus");
  CHECK(WriteYaml(triggers->items[0]) ==
        "type: external\nmetricType: AverageValue\nmetadata:\n  scalerAddress: scaler:50051\n  policy: web\n"
        "authenticationRef:\n  name: loadline\n  kind: ClusterTriggerAuthentication\n");
}

TEST_CASE("A query that fails is answered by the fallback of its trigger, and the others go on") {
  const Migration migration = MigrateText(
      kHead +
      "spec:\n  minReplicaCount: 1\n  pollingInterval: 10\n  fallback: { failureThreshold: 5, replicas: 2 }\n"
      "  triggers:\n" +
      Prometheus("max(q)", "10") + Prometheus("max(r)", "4"));
  CheckHolds(migration);
  CHECK(FileOf(migration, "policy.yaml").find("onMissing:\n    hold: 1m\n    then:\n      replicas: 2\n") !=
        std::string::npos);
  CHECK(FileOf(migration, "lost-data.scenario").find("load 1m  q  10 failedx3 10\n") != std::string::npos);
  const Migration without =
      MigrateText(kHead + "spec:\n  triggers:\n" + Prometheus("max(q)", "10") + Prometheus("max(r)", "4"));
  CHECK(Says(without, Fate::kChanged, "spec.triggers", "while one query fails"));
}

TEST_CASE("Whatever thresholds, activations and hours there are, the answers stay the same") {
  const unsigned seed = GENERATE(take(40, random(0u, ~0u)));
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const auto number = [&](int from, int to) { return std::uniform_int_distribution(from, to)(random); };
  const int min = number(0, 3);
  std::string text = kHead + fmt::format("spec:\n  minReplicaCount: {}\n  maxReplicaCount: {}\n  triggers:\n", min,
                                         min + number(1, 30));
  const int triggers = number(1, 4);
  for (int i = 0; i < triggers; ++i) {
    const double threshold = number(1, 100000) / 100.0;
    text += Prometheus(
        fmt::format("max(metric_{})", number(0, 2)), fmt::format("{}", threshold),
        number(0, 1) == 0 ? "" : fmt::format(", activationThreshold: \"{}\"", threshold * number(0, 12) / 10));
  }
  for (int i = number(0, 2); i > 0; --i) {
    text += fmt::format(
        "    - {{ type: cron, metadata: {{ timezone: {}, start: \"{} {} * * *\", end: \"{} {} * * *\", "
        "desiredReplicas: "
        "\"{}\" }} }}\n",
        number(0, 1) == 0 ? "UTC" : "Asia/Kolkata", number(0, 59), number(0, 23), number(0, 59), number(0, 23),
        number(0, 40));
  }
  INFO(text);
  CheckHolds(MigrateText(text));
}

}  // namespace
}  // namespace loadline
