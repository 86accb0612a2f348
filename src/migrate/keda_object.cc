#include "migrate/keda_object.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "document/yaml_text.h"
#include "migrate/draft.h"
#include "migrate/formula_policy.h"
#include "migrate/keda_stories.h"
#include "migrate/keda_triggers.h"
#include "migrate/reading.h"

namespace loadline {
namespace {

constexpr int kDefaultMax = 100;  // rule 23

// With an idleReplicaCount the policy may say zero: min then is what KEDA and the HPA do above it.
CountBounds BoundsOf(const Node& spec) {
  const bool idle = spec.Find("idleReplicaCount") != nullptr;
  const auto min = static_cast<int>(NumberAt(spec, "minReplicaCount").value_or(0));
  return {idle ? 0 : min, static_cast<int>(NumberAt(spec, "maxReplicaCount").value_or(kDefaultMax))};
}

Node PolicySpec(const ReadTriggers& triggers, const CountBounds& bounds) {
  std::vector<Node> signals;
  for (const MeasuredSignal& each : triggers.measured) signals.push_back(SignalNode(each));
  for (const CronSignal& each : triggers.crons) signals.push_back(CronSignalNode(each));
  return MapNode({{"replicas", MapNode({{"min", NumberNode(bounds.min)}, {"max", NumberNode(*bounds.max)}})},
                  {"signals", ListNode(std::move(signals))}});
}

// The object with our trigger in the place of those that the policy says; beside them all where that is wanted.
Node NewObject(const Node& object, const std::vector<Node>& kept, const Migration& migration,
               const MigrateOptions& options, bool without_formula) {
  Node changed = WithoutServersFields(object);
  for (Entry& entry : changed.entries) {
    if (entry.key != "spec") continue;
    std::vector<Node> triggers = {ExternalTrigger(migration, options)};
    const std::vector<Node>& others = options.beside ? ListAt(entry.value, "triggers") : kept;
    triggers.insert(triggers.end(), others.begin(), others.end());
    SetEntry(entry.value, "triggers", ListNode(std::move(triggers)));
    if (!without_formula) continue;
    for (Entry& inner : entry.value.entries) {
      if (inner.key == "advanced") RemoveEntry(inner.value, "scalingModifiers");
    }
    if (const Node* advanced = entry.value.Find("advanced"); advanced != nullptr && advanced->entries.empty())
      RemoveEntry(entry.value, "advanced");
  }
  return changed;
}

void TellOfSpec(const Node& spec, Migration& migration) {
  std::vector<std::string> stay;
  for (const Entry& entry : spec.entries) {
    const std::string field = "spec." + entry.key;
    if (entry.key == "triggers" || entry.key == "advanced") continue;
    if (entry.key == "minReplicaCount" || entry.key == "maxReplicaCount") {
      migration.Tell(Fate::kKept, field, "bounds the policy, too");
    } else if (entry.key == "idleReplicaCount") {
      migration.Tell(Fate::kKept, field, "the policy's min is 0, so that Loadline may say that there is nothing to do");
    } else if (entry.key == "fallback") {
      migration.Tell(Fate::kKept, field, "counts while Loadline answers with an error, or not at all");
      if (TextAt(entry.value, "behavior") == "scalingModifiers")
        migration.Tell(Fate::kToDo, field + ".behavior",
                       "scalingModifiers is for a formula: choose static or currentReplicasIfHigher");
    } else {
      stay.push_back(entry.key);
    }
  }
  if (const Node* advanced = spec.Find("advanced")) {
    for (const Entry& entry : advanced->entries) {
      if (entry.key != "scalingModifiers") stay.push_back("advanced." + entry.key);
    }
  }
  if (!stay.empty()) migration.Tell(Fate::kKept, "spec", JoinWords(stay));
}

void TellOfValues(const ReadTriggers& triggers, const CountBounds& bounds, Migration& migration) {
  for (const MeasuredSignal& each : triggers.measured) {
    if (each.kind != TargetKind::kValue) continue;
    migration.Tell(
        Fate::kChanged, "metricType: Value",
        fmt::format("signal {} asks for observed replicas * value / target, as the HPA does, of the count "
                    "that kube-state-metrics has of the Deployment {}: set replicas.observed for other kinds",
                    each.name, migration.name));
  }
  if (bounds.min > 0) return;
  for (const std::string& name : ActivationsAboveTargets(triggers.measured)) {
    migration.Tell(
        Fate::kChanged, "activationThreshold",
        fmt::format("of signal {} is above its threshold: between the two KEDA goes to zero although several "
                    "replicas are wanted; Loadline keeps them running",
                    name));
  }
}

}  // namespace

Migration MigrateKedaObject(const Node& object, const MigrateOptions& options) {
  const std::string kind = TextAt(object, "kind");
  Migration migration = BeginMigration(object, kind);
  static const Node kNothing;
  const Node* found = object.Find("spec");
  const Node& spec = found != nullptr ? *found : kNothing;
  const Node* modifiers = FindPath(spec, {"advanced", "scalingModifiers"});
  const bool has_formula = modifiers != nullptr && !TextAt(*modifiers, "formula").empty();
  const ReadTriggers triggers = ReadKedaTriggers(ListAt(spec, "triggers"), has_formula, migration);
  const CountBounds bounds = BoundsOf(spec);

  Node policy = PolicySpec(triggers, bounds);
  if (has_formula) {
    if (options.beside) {
      migration.Tell(
          Fate::kNotCarried, "spec.advanced.scalingModifiers",
          "KEDA lets nothing stand beside a formula: migrate without --beside, and try the policy with replay first");
      return migration;
    }
    auto said = SayFormula(*modifiers, triggers, bounds, migration);
    if (!said) {
      migration.Tell(Fate::kNotCarried, "spec.advanced.scalingModifiers.formula",
                     said.error().message + ": the object stays as it is");
      return migration;
    }
    policy = std::move(said->spec);
    migration.stories = std::move(said->stories);
  } else if (triggers.measured.empty() && triggers.crons.empty()) {
    migration.Tell(Fate::kNotCarried, "spec.triggers",
                   "no trigger is one that a policy can say: the object stays as it is");
    return migration;
  } else {
    migration.stories = KedaStories(triggers, bounds);
    TellOfValues(triggers, bounds, migration);
  }
  SayEmptyOnce(policy);
  TellOfSpec(spec, migration);
  if (options.beside) {
    migration.beside = true;
    migration.Tell(
        Fate::kToDo, "spec.triggers",
        "the old triggers stay and scale, Loadline decides and answers 0 and inactive: compare with explain and "
        "replay, then migrate without --beside");
  }
  migration.documents.push_back(PolicyDocument(migration, std::move(policy)));
  migration.scaled_object = NewObject(object, triggers.kept, migration, options, has_formula);
  return migration;
}

}  // namespace loadline
