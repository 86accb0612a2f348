#include "migrate/keda_object.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <random>

#include "migrate/reading.h"
#include "unit/migrate/migrated.h"

namespace loadline {
namespace {

using testing::CheckHolds;
using testing::FileOf;
using testing::MigrateText;
using testing::Says;

const std::string kHead =
    "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: { name: web, namespace: shop }\n";

std::string Prometheus(const std::string& query, const std::string& threshold, const std::string& more = "") {
  return fmt::format(
      "    - type: prometheus\n      metadata: {{ serverAddress: \"http://prom:9090\", query: \"{}\", threshold: "
      "\"{}\"{} }}\n",
      query, threshold, more);
}

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

TEST_CASE("What a source needs is said, field by field") {
  const Migration migration = MigrateText(
      kHead +
      "spec:\n  triggers:\n    - type: prometheus\n      useCachedMetrics: true\n      authenticationRef: { name: "
      "creds }\n"
      "      metadata: { serverAddress: \"https://a/\", query: max(q), threshold: \"1\", authModes: bearer, "
      "customHeaders: \"X-Scope-OrgID=1\", unsafeSsl: \"true\", timeout: \"5\", namespace: n, "
      "queryParameters: \"a=b\", awsRegion: eu, metricName: old, oddity: 1 }\n" +
      "    - type: prometheus\n      metadata: { serverAddress: \"https://b/api/v1\", query: max(r), threshold: \"1\" "
      "}\n");
  CheckHolds(migration);
  CHECK(migration.sources == std::map<std::string, std::string>{{"default", "https://a"}, {"source-2", "https://b"}});
  const std::string trigger = "spec.triggers[0]";
  CHECK(Says(migration, Fate::kToDo, trigger + ".authenticationRef", "the credentials that creds holds"));
  CHECK(Says(migration, Fate::kToDo, trigger + ".metadata.authModes", "bearerTokenFile"));
  CHECK(Says(migration, Fate::kToDo, trigger + ".metadata.customHeaders", "sources.default.headers"));
  CHECK(Says(migration, Fate::kToDo, trigger + ".metadata.unsafeSsl", "caFile"));
  CHECK(Says(migration, Fate::kToDo, trigger + ".metadata.timeout", "sources.default.timeout"));
  CHECK(Says(migration, Fate::kToDo, trigger + ".metadata.namespace", "put it into the query"));
  CHECK(Says(migration, Fate::kToDo, trigger + ".metadata.queryParameters", "put them into the query"));
  CHECK(Says(migration, Fate::kToDo, trigger + ".metadata.awsRegion", "signing proxy"));
  CHECK(Says(migration, Fate::kNotCarried, trigger + ".metadata.oddity", "no counterpart"));
  CHECK(Says(migration, Fate::kCarried, trigger + ".useCachedMetrics", "ticks"));
}

TEST_CASE("A formula is how the signals combine") {
  const Migration migration = MigrateText(
      kHead +
      "spec:\n  minReplicaCount: 1\n  maxReplicaCount: 40\n  advanced:\n    restoreToOriginalReplicaCount: true\n"
      "    scalingModifiers: { formula: \"(Trig_A + trig_b) / 2 > 10 ? max(Trig_A, trig_b) : 3.0\", target: \"2.5\" }\n"
      "  triggers:\n    - { type: prometheus, name: Trig_A, metadata: { serverAddress: http://p, query: max(q), "
      "threshold: \"1\" } }\n"
      "    - { type: prometheus, name: trig_b, metadata: { serverAddress: http://p, query: max(r), threshold: \"1\" } "
      "}\n");
  CheckHolds(migration);
  CHECK(FileOf(migration, "policy.yaml")
            .find("combine: \"((((trig_a_value + trig_b_value) / 2) > 10) ? max(trig_a_value, trig_b_value) : 3.0) / "
                  "2.5\"") != std::string::npos);
  const std::string object = FileOf(migration, "scaledobject.yaml");
  CHECK(object.find("scalingModifiers") == std::string::npos);
  CHECK(object.find("restoreToOriginalReplicaCount: true") != std::string::npos);
}

TEST_CASE("A formula at zero replicas is active by other rules, and that is said") {
  const Migration migration = MigrateText(
      kHead +
      "spec:\n  advanced: { scalingModifiers: { formula: a * b, target: \"2\", activationTarget: \"3\", metricType: "
      "Value } }\n"
      "  triggers:\n    - { type: prometheus, name: a, metadata: { serverAddress: http://p, query: max(q), threshold: "
      "\"1\" } }\n"
      "    - { type: prometheus, name: b, metadata: { serverAddress: http://p, query: max(r), threshold: \"1\" } }\n");
  CheckHolds(migration);
  CHECK(Says(migration, Fate::kChanged, "spec.advanced.scalingModifiers.activationTarget", "above 3"));
  CHECK(FileOf(migration, "policy.yaml").find("combine: replicas * (a_value * b_value) / 2") != std::string::npos);
}

TEST_CASE("What cannot be said leaves the object as it is, with the reason") {
  const std::string formula =
      kHead +
      "spec:\n  advanced: { scalingModifiers: { formula: \"FORMULA\", target: \"2\" } }\n  triggers:\n"
      "    - { type: kafka, name: k, metadata: { topic: t } }\n"
      "    - { type: prometheus, name: a, metadata: { serverAddress: http://p, query: max(q), threshold: \"1\" } }\n";
  const auto with = [&](const std::string& text) {
    std::string document = formula;
    return MigrateText(document.replace(document.find("FORMULA"), 7, text));
  };
  const std::string field = "spec.advanced.scalingModifiers.formula";
  CHECK(Says(with("a + k"), Fate::kNotCarried, field, "it names k, which only KEDA reads: the object stays as it is"));
  CHECK(Says(with("a + 1"), Fate::kNotCarried, field, "beside it there is a trigger of type kafka"));
  CHECK(Says(with("a ?? 1"), Fate::kNotCarried, field, "formula: character 3: ?? is not known here"));
  CHECK(with("a + k").documents.empty());
  CHECK(FileOf(with("a + k"), "policy.yaml").empty());

  CHECK(Says(
      MigrateText(kHead + "spec:\n  advanced: { scalingModifiers: { formula: a + z, target: \"2\" } }\n  triggers:\n" +
                  "    - { type: prometheus, name: a, metadata: { serverAddress: http://p, query: max(q), threshold: "
                  "\"1\" } }\n"),
      Fate::kNotCarried, field, "no trigger is called z"));
  for (const auto& [counts, why] : std::vector<std::pair<std::string, std::string>>{
           {"minReplicaCount: 5, maxReplicaCount: 3", "minReplicaCount is above maxReplicaCount"},
           {"maxReplicaCount: 99999999999", "no number from 0 to 100000"},
           {"minReplicaCount: many", "no number from 0 to 100000"},
           {"maxReplicaCount: 0", "maxReplicaCount is below 1"}}) {
    const Migration refused = MigrateText(
        kHead + "spec: { " + counts +
        ", triggers: [ { type: prometheus, metadata: { serverAddress: http://p, query: q, threshold: \"1\" } } ] }\n");
    CHECK(Says(refused, Fate::kNotCarried, "spec", why));
    CHECK(refused.documents.empty());
  }
  CHECK(Says(MigrateText(kHead +
                         "base: &b { type: prometheus }\nspec: { triggers: [ { <<: *b, metadata: { query: q } } ] }\n"),
             Fate::kNotCarried, "spec.triggers[].<<", "merge key"));

  const Migration none = MigrateText(kHead + "spec: { triggers: [ { type: kafka, metadata: { topic: t } } ] }\n");
  CHECK(none.documents.empty());
  CHECK(Says(none, Fate::kNotCarried, "spec.triggers", "no trigger is one that a policy can say"));
}

TEST_CASE("A trigger that is broken stays as it is, and the others are carried over") {
  const Migration migration = MigrateText(
      kHead + "spec:\n  triggers:\n" + Prometheus("", "1") + Prometheus("max(q)", "0") + Prometheus("max(q)", "many") +
      Prometheus("label_replace(up, 'a', '${1}', 'b', '(.*)')", "1") + Prometheus("max(good)", "5") +
      "    - { type: cron, metadata: { timezone: Mars/Olympus, start: 0 8 * * *, end: 0 9 * * *, desiredReplicas: "
      "\"1\" } }\n"
      "    - { type: cron, metadata: { timezone: UTC, start: 0 25 * * *, end: 0 9 * * *, desiredReplicas: \"1\" } }\n"
      "    - { type: cron, metadata: { timezone: UTC, start: 0 8 * * *, end: 0 9 * * *, desiredReplicas: lots } }\n"
      "    - not-a-map\n");
  CheckHolds(migration);
  CHECK(Says(migration, Fate::kNotCarried, "spec.triggers[0]", "stays as it is: it has no query"));
  CHECK(Says(migration, Fate::kNotCarried, "spec.triggers[1]", "its threshold is not above 0"));
  CHECK(Says(migration, Fate::kNotCarried, "spec.triggers[2]", "its threshold is no number"));
  CHECK(Says(migration, Fate::kNotCarried, "spec.triggers[3]", "write $1 for ${1}"));
  CHECK(Says(migration, Fate::kNotCarried, "spec.triggers[5]", "Mars/Olympus"));
  CHECK(Says(migration, Fate::kNotCarried, "spec.triggers[6]", "start: "));
  CHECK(Says(migration, Fate::kNotCarried, "spec.triggers[7]", "desiredReplicas is no number"));
  const Node* triggers = migration.scaled_object->Find("spec")->Find("triggers");
  CHECK(triggers->items.size() == 9);  // ours, and eight that stay
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

TEST_CASE("Hours that do not alternate are not those of a schedule, and stay KEDA's") {
  for (const auto& [start, end] : std::vector<std::pair<std::string, std::string>>{
           {"0 20 * * *", "0 8 * * 1-5"}, {"0 8,12 * * *", "0 18 * * *"}, {"0 8 * * *", "0 18,20 * * *"}}) {
    const Migration migration =
        MigrateText(kHead + "spec:\n  minReplicaCount: 1\n  triggers:\n" + Prometheus("max(q)", "10") +
                    fmt::format("    - {{ type: cron, metadata: {{ timezone: UTC, start: \"{}\", end: \"{}\", "
                                "desiredReplicas: \"4\" }} }}\n",
                                start, end));
    CheckHolds(migration);
    CHECK(migration.scaled_object->Find("spec")->Find("triggers")->items.size() == 2);
    CHECK(Says(migration, Fate::kNotCarried, "spec.triggers[1]", "do not alternate"));
  }
}

TEST_CASE("A query stays as it was written, comments and all") {
  const Migration migration = MigrateText(kHead +
                                          "spec:\n  minReplicaCount: 1\n  triggers:\n    - type: prometheus\n      "
                                          "metadata:\n        serverAddress: http://p\n"
                                          "        threshold: \"1\"\n        query: |\n          sum(  # of all "
                                          "paths\n            rate(hits{path=\"a  b\"}[5m])\n          )\n");
  CheckHolds(migration);
  CHECK(FindPath(migration.documents[0], {"spec", "signals"})->items[0].Find("query")->text ==
        "sum(  # of all paths\n  rate(hits{path=\"a  b\"}[5m])\n)");
  CHECK(FindPath(migration.documents[0], {"spec", "signals"})->items[0].Find("name")->text == "hits");
}

TEST_CASE("What others wrote ends no comment of the report") {
  const Migration migration =
      MigrateText(kHead + "spec:\n  triggers:\n" + Prometheus("max(q)", "5", ", \"x\\r---\\N---\": y"));
  const std::string report = ReportText(migration, Prove(migration));
  CHECK(report.find('\r') == std::string::npos);
  CHECK(report.find("\xC2\x85") == std::string::npos);
}

TEST_CASE("A ScaledJob of several triggers, or of a Value, reckons in its own way, and stays as it is") {
  const std::string head =
      "apiVersion: keda.sh/v1alpha1\nkind: ScaledJob\nmetadata: { name: batch, namespace: b }\nspec:\n  triggers:\n";
  CHECK(Says(MigrateText(head + Prometheus("max(q)", "1") + Prometheus("max(r)", "1")), Fate::kNotCarried,
             "spec.triggers", "multipleScalersCalculation"));
  CHECK(Says(MigrateText(head + "    - { type: prometheus, metricType: Value, metadata: { serverAddress: http://p, "
                                "query: q, threshold: \"1\" } }\n"),
             Fate::kNotCarried, "spec.triggers", "makes no job"));
  const Migration with_minimum = MigrateText(head.substr(0, head.find("  triggers")) +
                                             "  minReplicaCount: 2\n  triggers:\n" + Prometheus("max(q)", "1"));
  CheckHolds(with_minimum);
  CHECK(FileOf(with_minimum, "policy.yaml").find("min: 0") != std::string::npos);
}

TEST_CASE("A ScaledJob stays one") {
  const Migration migration = MigrateText(
      "apiVersion: keda.sh/v1alpha1\nkind: ScaledJob\nmetadata: { name: batch }\nspec:\n  jobTargetRef: { template: {} "
      "}\n"
      "  maxReplicaCount: 5\n  scalingStrategy: { strategy: accurate }\n  triggers:\n" +
      Prometheus("sum(pending)", "2"));
  CheckHolds(migration);
  CHECK(migration.object_namespace == "default");
  CHECK(Says(migration, Fate::kToDo, "metadata.namespace", "is not said"));
  CHECK(FileOf(migration, "scaledjob.yaml").find("strategy: accurate") != std::string::npos);
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
