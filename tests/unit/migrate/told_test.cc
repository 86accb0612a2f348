// That nothing of KEDA's objects and of HPAs is dropped in silence.
#include "unit/migrate/told.h"

namespace loadline {
namespace {

using testing::CheckMigrates;
using testing::DocumentIn;
using testing::DocumentOf;
using testing::Dropped;

TEST_CASE("Each field of a ScaledObject stands in a note, or in what was written") {
  CheckMigrates(DocumentIn("../../examples/migrate/orders.yaml"), 10);
}

TEST_CASE("Each field of an HPA stands in a note, or in what was written") {
  CheckMigrates(
      DocumentOf("apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: api, namespace: shop }\n"
                 "spec:\n  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: api-server }\n"
                 "  minReplicas: 2\n  maxReplicas: 20\n"
                 "  behavior: { scaleUp: { stabilizationWindowSeconds: 30, policies: [ { type: Pods, value: 3, "
                 "periodSeconds: 60 } ] } }\n"
                 "  metrics:\n"
                 "    - type: External\n      external:\n"
                 "        metric: { name: queue_ready, selector: { matchLabels: { queue: tasks } } }\n"
                 "        target: { type: AverageValue, averageValue: 500m }\n"
                 "    - type: Resource\n      resource: { name: cpu, target: { type: Utilization, averageUtilization: "
                 "70 } }\n"),
      5);
}

TEST_CASE("A field that nobody told of is found") {
  const Node document = DocumentOf("{ a: { b: 1, c: [2] }, d: 3 }");
  Migration migration;
  migration.Tell(Fate::kCarried, "a.b", "");
  CHECK(Dropped(document, {migration}) == std::vector<std::string>{"a.c[0]", "d"});
  migration.Tell(Fate::kCarried, "a", "b and c");
  CHECK(Dropped(document, {migration}) == std::vector<std::string>{"d"});
  migration.Tell(Fate::kCarried, "document", "d is told");
  CHECK(Dropped(document, {migration}).empty());
}

}  // namespace
}  // namespace loadline
