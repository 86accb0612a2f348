// ScaledJobs, which reckon by rules of their own.

#include <catch2/catch.hpp>

#include "unit/migrate/keda_manifest.h"
#include "unit/migrate/migrated.h"

namespace loadline {
namespace {

using testing::CheckHolds;
using testing::FileOf;
using testing::MigrateText;
using testing::Prometheus;
using testing::Says;

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
  // KEDA refuses a ScaledJob whose trigger has one: controllers/keda/scaledjob_controller.go, reconcileScaledJob.
  CHECK(FileOf(migration, "scaledjob.yaml").find("metricType") == std::string::npos);
}

}  // namespace
}  // namespace loadline
