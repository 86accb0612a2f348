#include "migrate/new_object.h"

#include <fmt/format.h>

#include <cmath>

#include "document/yaml_text.h"
#include "migrate/draft.h"
#include "migrate/reading.h"

namespace loadline {
namespace {

Node FollowAtOnce() {
  const Node all =
      MapNode({{"type", TextNode("Percent")}, {"value", NumberNode(100)}, {"periodSeconds", NumberNode(15)}});
  return MapNode(
      {{"scaleDown", MapNode({{"stabilizationWindowSeconds", NumberNode(0)}, {"policies", ListNode({all})}})}});
}

}  // namespace

Node ScaledObjectFor(const Migration& migration, const MigrateOptions& options, const Node& target,
                     const CountBounds& bounds, const Node* behavior) {
  Node scaled = NewScaledObject(migration, options, target);
  for (Entry& entry : scaled.entries) {
    if (entry.key != "spec") continue;
    SetEntry(entry.value, "minReplicaCount", NumberNode(bounds.min));
    if (bounds.max) SetEntry(entry.value, "maxReplicaCount", NumberNode(*bounds.max));
    SetEntry(entry.value, "advanced",
             MapNode({{"horizontalPodAutoscalerConfig",
                       MapNode({{"behavior", behavior != nullptr ? *behavior : FollowAtOnce()}})}}));
  }
  return scaled;
}

std::string WorkloadOf(const Node& target, Migration& migration) {
  std::string name = TextAt(target, "name");
  if (name.empty())
    migration.Tell(Fate::kNotCarried, "spec.scaleTargetRef", "names nothing: there is nothing to scale");
  return name;
}

Node DeploymentTarget(const std::string& name) { return MapNode({{"name", TextNode(name)}}); }

void TellOfTarget(const std::string& what, Migration& migration) {
  migration.Tell(
      Fate::kToDo, "ScaledObject.spec.scaleTargetRef",
      fmt::format("is the Deployment {}: say another where the {} is called otherwise", migration.name, what));
}

bool TellOfOldScaler(const std::string& what, const MigrateOptions& options, Migration& migration) {
  if (options.beside) {
    migration.Tell(Fate::kNotCarried, "--beside",
                   fmt::format("{} and KEDA's HPA would both write the count: migrate without --beside, and try the "
                               "policy with replay first",
                               what));
    return false;
  }
  migration.Tell(Fate::kToDo, "ScaledObject",
                 fmt::format("stop {} for this target before you apply it: both would write the count", what));
  return true;
}

bool HpaFollows(double observed, double wanted, double tolerance) {
  return wanted == observed || std::abs(wanted - observed) > tolerance * observed + 1e-6;
}

void TellOfTolerance(Migration& migration) {
  migration.Tell(
      Fate::kChanged, "ScaledObject",
      "an HPA follows the policy: it does not move within its tolerance of 10 %, so that from ten replicas on "
      "Loadline asks for the least count that it does move to (hpa.deadband)");
}

}  // namespace loadline
