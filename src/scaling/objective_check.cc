// What an objective needs of its policy.
#include <fmt/format.h>

#include <string>

#include "scaling/checking.h"

namespace loadline {
namespace {

void CheckShare(const Checking& checking, const std::optional<Percent>& share, const Node& node, std::string field) {
  if (!share || (share->value > 0 && share->value <= 50)) return;
  if (!node.text.ends_with('%')) return;  // reported where it was read
  checking.Error(node, std::move(field), "want above 0% and at most 50%", DescribeNode(node));
}

// What the law replaces: its own two levels keep it steady, and it reads the plain load.
void CheckSignalOfIt(const Checking& checking, const Node& node, const Node& spec) {
  const Policy& policy = checking.policy;
  const auto index = ObjectiveSignal(policy);
  if (!index) {
    checking.Error(node, "spec.objective",
                   policy.objective->violations ? "want a demand with a query and perReplica: its load is looked at"
                                                : "want a demand with a backlog: its queue is looked at",
                   "none");
    return;
  }
  const Node& list = Child(spec, "signals");
  if (*index >= list.items.size()) return;
  for (const char* key : {"window", "smooth", "maxAge", "distrustZero"}) {
    if (const Node* found = list.items[*index].Find(key)) {
      checking.Error(*found, fmt::format("spec.signals[{}].{}", *index, key),
                     "the law of an objective looks at each reading as it is", DescribeNode(*found),
                     "leave it out, or leave out the objective");
    }
  }
  if (!CapacityOf(policy))
    checking.Error(node, "spec.objective.capacity", "want what one replica serves in a second", "none");
}

}  // namespace

void CheckObjective(const Checking& checking, const Node& node, const Node& spec) {
  const Policy& policy = checking.policy;
  if (!policy.objective || node.kind != Node::Kind::kMap) return;  // reported where it was read
  const Objective& objective = *policy.objective;
  const bool queue = node.Find("deadline") != nullptr || node.Find("late") != nullptr;
  const bool service = node.Find("violations") != nullptr;
  CheckShare(checking, objective.violations, Child(node, "violations"), "spec.objective.violations");
  CheckShare(checking, objective.late, Child(node, "late"), "spec.objective.late");
  if (service == queue) {
    checking.Error(node, "spec.objective", "want violations (a service), or deadline and late (a queue)",
                   service ? "both" : "neither");
    return;
  }
  if (queue && (node.Find("deadline") == nullptr || node.Find("late") == nullptr)) {
    checking.Error(node, "spec.objective", "a queue has both deadline and late");
    return;
  }
  if (node.Find("startDelay") == nullptr)
    checking.Error(node, "spec.objective.startDelay", "want how long a new replica takes until it serves", "none");
  if (!policy.replicas.max)
    checking.Error(Child(spec, "replicas"), "spec.replicas.max", "an objective needs the most replicas there may be",
                   "none");
  if (policy.every)
    checking.Error(Child(spec, "every"), "spec.every", "an objective is decided at each tick", "",
                   "leave out every: between its two levels it changes nothing");
  for (const char* key : {"scaleUp", "scaleDown"}) {
    const Node* stabilize = Child(spec, key).Find("stabilize");
    if (spec.Find(key) == nullptr || stabilize == nullptr) continue;
    checking.Error(*stabilize, fmt::format("spec.{}.stabilize", key), "an objective keeps two levels of its own", "",
                   "leave out stabilize: between its two levels it changes nothing");
  }
  CheckSignalOfIt(checking, node, spec);
}

}  // namespace loadline
