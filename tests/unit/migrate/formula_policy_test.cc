#include "migrate/formula_policy.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "unit/migrate/keda_manifest.h"
#include "unit/migrate/migrated.h"

namespace loadline {
namespace {

using testing::CheckHolds;
using testing::FileOf;
using testing::kHead;
using testing::MigrateText;
using testing::Says;

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

}  // namespace
}  // namespace loadline
