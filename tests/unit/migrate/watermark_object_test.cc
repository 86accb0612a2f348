#include "migrate/watermark_object.h"

#include <random>

#include "document/yaml_text.h"
#include "migrate/watermark.h"
#include "scaling/expression.h"
#include "unit/migrate/told.h"

namespace loadline {
namespace {

using testing::CheckHolds;
using testing::CheckMigrates;
using testing::DocumentIn;
using testing::DocumentOf;
using testing::Says;

Migration Migrated(const std::string& spec) {
  const Node object = DocumentOf(
      "apiVersion: datadoghq.com/v1alpha1\nkind: WatermarkPodAutoscaler\nmetadata: { name: web, namespace: shop }\n"
      "spec:\n  scaleTargetRef: { kind: Deployment, name: web }\n" +
      spec);
  return MigrateWatermark(object, {});
}

const std::string kMetrics =
    "  metrics: [ { type: External, external: { metricName: hits, metricSelector: {}, highWatermark: 400, "
    "lowWatermark: "
    "150 } } ]\n";

TEST_CASE("A watermark autoscaler becomes an expression with its band, limits and windows; nothing is dropped") {
  const Migration migration = CheckMigrates(DocumentIn("watermark.yaml"), 20).front();
  const std::string policy = DocumentsText(migration);
  CHECK(policy.find("cooldown: 10m") != std::string::npos);
  CHECK(policy.find("stabilize: 2m") != std::string::npos);
  CHECK(Says(migration, Fate::kToDo, "spec.metrics[0]", "put a PromQL query"));
}

TEST_CASE("A watermark autoscaler answers as before in each of its ways") {
  const std::string how = GENERATE(
      as<std::string>{}, "", "  algorithm: absolute\n", "  algorithm: average\n",
      "  convergeTowardsWatermark: highwatermark\n", "  convergeTowardsWatermark: lowwatermark\n  algorithm: average\n",
      "  scaleUpLimitFactor: 0\n", "  scaleDownLimitFactor: 0\n", "  tolerateZero: true\n", "  dryRun: true\n",
      "  replicaScalingAbsoluteModulo: 3\n", "  tolerance: 300m\n",
      "  scaleUpLimitFactor: 300\n  scaleDownLimitFactor: 90\n", "  upscaleDelayAboveWatermarkSeconds: 150\n");
  CAPTURE(how);
  const Migration migration = Migrated("  minReplicas: 2\n  maxReplicas: 20\n" + how + kMetrics);
  CheckHolds(migration, 11);
}

TEST_CASE("Where an HPA would not move for what is wanted, a watermark story leaves it out") {
  const Migration migration = Migrated("  minReplicas: 20\n  maxReplicas: 40\n  scaleUpLimitFactor: 5\n" + kMetrics);
  CheckHolds(migration, 3);
  CHECK(Says(migration, Fate::kChanged, "ScaledObject", "within its tolerance"));
}

TEST_CASE("What combine says of the watermarks is what their code says, whatever the numbers") {
  const unsigned seed = GENERATE(take(20, random(1u, 1'000'000'000u)));
  CAPTURE(seed);
  std::mt19937 random(seed);
  const auto draw = [&](int from, int to) { return std::uniform_int_distribution(from, to)(random); };
  WatermarkLaw law;
  law.average = draw(0, 1) == 1;
  law.tolerates_zero = draw(0, 1) == 1;
  law.tolerance = draw(0, 50) / 100.0;
  law.modulo = draw(1, 4);
  law.converge = static_cast<WatermarkLaw::Converge>(draw(0, 2));
  law.up_limit = draw(0, 4) * 37.5;
  law.down_limit = draw(0, 4) * 12.5;
  law.bounds = {draw(1, 5), draw(6, 40)};
  for (const char* name : {"a-b", "2nd"}) {
    const int low = draw(1, 50);
    law.metrics.push_back({name, "x", low + draw(0, 100), low});
  }
  const auto expression =
      Expression::Parse(WatermarkExpression(law), std::vector<std::string>{"a_b_value", "_2nd_value", "replicas"});
  REQUIRE(expression);
  for (int i = 0; i < 200; ++i) {
    const double replicas = draw(law.bounds.min, *law.bounds.max);
    const std::vector<double> values = {draw(0, 200) * (law.average ? replicas : 1.0),
                                        draw(0, 200) * (law.average ? replicas : 1.0)};
    const double said = *expression->Evaluate(std::vector<double>{values[0], values[1], replicas});
    CAPTURE(replicas, values[0], values[1]);
    CHECK(std::clamp<double>(said, law.bounds.min, *law.bounds.max) == WatermarkCount(law, replicas, values));
  }
}

TEST_CASE("What a watermark autoscaler says badly is told, and nothing is made of what cannot be") {
  struct Row {
    std::string spec;
    std::string field;
    std::string part;
    bool migrated;
  };
  const std::string bounds = "  maxReplicas: 9\n";
  const Row row = GENERATE_COPY(values<Row>({
      {kMetrics, "spec.maxReplicas", "found 1 and 0", false},
      {"  minReplicas: 9\n  maxReplicas: 5\n" + kMetrics, "spec.maxReplicas", "found 9 and 5", false},
      {bounds, "spec.metrics", "none of them has a watermark", false},
      {bounds + "  metrics: [ { type: External, external: { metricName: a, highWatermark: 1, lowWatermark: 2 } } ]",
       "spec.metrics[0]", "the low one not above", false},
      {bounds + "  metrics: [ { type: External, external: { metricName: a, highWatermark: -1 } } ]", "spec.metrics[0]",
       "watermarks above 0", false},
      {bounds + "  metrics: [ { type: Pods }, 3 ]", "spec.metrics[1]", "no External or Resource", false},
      {bounds + "  tolerance: 9\n" + kMetrics, "spec.tolerance", "is from 0 to 1; found 9", true},
      {bounds + "  scaleDownLimitFactor: -4\n" + kMetrics, "spec.scaleDownLimitFactor", "found -4", true},
      {bounds + "  dryRun: perhaps\n" + kMetrics, "spec.dryRun", "true or false", true},
      {bounds + "  upscaleForbiddenWindowSeconds: soon\n" + kMetrics, "spec.upscaleForbiddenWindowSeconds",
       "a number of seconds", true},
      {bounds + "  recommender: { url: here }\n" + kMetrics, "spec.recommender", "says how many", true},
      {bounds + "  algorithm: best\n" + kMetrics, "spec.algorithm", "absolute", true},
  }));
  CAPTURE(row.spec);
  const Migration migration = Migrated(row.spec);
  CHECK(Says(migration, Fate::kNotCarried, row.field, row.part));
  CHECK(migration.documents.empty() != row.migrated);
  CHECK(Prove(migration).holds());
}

}  // namespace
}  // namespace loadline
