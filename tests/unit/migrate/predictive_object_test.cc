#include "migrate/predictive_object.h"

#include "document/yaml_text.h"
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
      "apiVersion: jamiethompson.me/v1alpha1\nkind: PredictiveHorizontalPodAutoscaler\n"
      "metadata: { name: web, namespace: shop }\nspec:\n  scaleTargetRef: { kind: Deployment, name: web }\n" +
      spec);
  return MigratePredictive(object, {});
}

TEST_CASE("A predictive autoscaler becomes signals and forecasts that only raise them; nothing is dropped") {
  const Migration migration = CheckMigrates(DocumentIn("predictive.yaml"), 10).front();
  const Node& signals = *migration.documents.front().Find("spec")->Find("signals");
  REQUIRE(signals.items.size() == 6);
  const Node& soon = *signals.items[2].Find("forecast");
  CHECK(soon.Find("of")->text == "requests-per-second");
  CHECK(soon.Find("ahead")->text == "2m");
  CHECK(soon.Find("mode")->text == "active");
  CHECK(signals.items[2].Find("onMissing")->Find("then")->text == "ignore");
  CHECK(Says(migration, Fate::kNotCarried, "spec.models[1].holtWinters", "alpha, beta, gamma"));
}

TEST_CASE("Without metrics a predictive autoscaler goes by 80 % cpu, as by default") {
  const Migration migration = Migrated(
      "  maxReplicas: 5\n  models: [ { type: Linear, name: l, linear: { lookAhead: 60000, historySize: 9 } } ]");
  CheckHolds(migration, 7);
  const std::string policy = DocumentsText(migration);
  CHECK(policy.find("target: 80") != std::string::npos);
  CHECK(Says(migration, Fate::kChanged, "spec.metrics", "80 %"));
}

TEST_CASE("A forecast that could only lower is recorded, not used") {
  const Migration migration = Migrated(
      "  maxReplicas: 5\n  decisionType: minimum\n"
      "  models: [ { type: Linear, name: l, linear: { lookAhead: 60000, historySize: 9 } } ]");
  CheckHolds(migration, 5);
  CHECK(DocumentsText(migration).find("mode: shadow") != std::string::npos);
  CHECK(Says(migration, Fate::kNotCarried, "spec.decisionType", "never lowers"));
}

TEST_CASE("What a predictive autoscaler says badly is told, and nothing is made of what cannot be") {
  struct Row {
    std::string spec;
    std::string field;
    std::string part;
    bool migrated;
  };
  const Row row = GENERATE(values<Row>({
      {"  minReplicas: 9\n  maxReplicas: 5", "spec.maxReplicas", "found 9 and 5", false},
      {"  minReplicas: -1", "spec.maxReplicas", "found -1 and 10", false},
      {"  minReplicas: [1]", "spec.minReplicas", "is a number; found a list", true},
      {"  decisionType: best", "spec.decisionType", "found best", true},
      {"  tolerance: 7", "spec.tolerance", "from 0 to below 1", true},
      {"  models: 3", "spec.models", "is a list", true},
      {"  models: [ { type: Oracle } ]", "spec.models[0]", "type Oracle is not known", true},
      {"  wishes: many", "spec.wishes", "is not known here", true},
      {"  metrics: [ { type: Resource, resource: { name: gpu } } ]", "spec.metrics[0]", "no cpu or memory", false},
      {"  metrics: [ { type: Resource, resource: 1 }, 7 ]", "spec.metrics[0]", "no cpu or memory", false},
  }));
  CAPTURE(row.spec);
  const Migration migration = Migrated(row.spec);
  CHECK(Says(migration, Fate::kNotCarried, row.field, row.part));
  CHECK(migration.documents.empty() != row.migrated);
  CHECK(Prove(migration).holds());
}

TEST_CASE("A predictive autoscaler cannot stay beside: two would write one count") {
  MigrateOptions options;
  options.beside = true;
  const Migration migration = MigratePredictive(DocumentIn("predictive.yaml"), options);
  CHECK(migration.documents.empty());
  CHECK(Says(migration, Fate::kNotCarried, "--beside", "would both write the count"));
}

}  // namespace
}  // namespace loadline
