#include "migrate/keda_object.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/time.h"
#include "document/yaml_text.h"
#include "migrate/draft.h"
#include "migrate/formula_policy.h"
#include "migrate/keda_stories.h"
#include "migrate/keda_triggers.h"
#include "migrate/observed_query.h"
#include "migrate/reading.h"

namespace loadline {
namespace {

constexpr int kDefaultMax = 100;  // rule 23

// With an idleReplicaCount the policy may say zero: min then is what KEDA and the HPA do above it. Of jobs the minimum
// comes on top of what the metric asks for. Source: keda pkg/scaling/executor/scale_jobs.go, getScalingDecision
CountBounds BoundsOf(const Node& spec, bool is_job) {
  const bool zero = is_job || spec.Find("idleReplicaCount") != nullptr;
  return {zero ? 0 : CountAt(spec, "minReplicaCount").value_or(0),
          CountAt(spec, "maxReplicaCount").value_or(kDefaultMax)};
}

// What KEDA refuses of the counts, or cannot be; empty: nothing.
std::string ProblemOfCounts(const Node& spec) {
  for (const char* key : {"minReplicaCount", "maxReplicaCount", "idleReplicaCount"}) {
    if (spec.Find(key) != nullptr && !CountAt(spec, key)) return fmt::format("{} is no number from 0 to 100000", key);
  }
  const int max = CountAt(spec, "maxReplicaCount").value_or(kDefaultMax);
  if (max < 1) return "maxReplicaCount is below 1";
  if (CountAt(spec, "minReplicaCount").value_or(0) > max) return "minReplicaCount is above maxReplicaCount";
  return "";
}

// A ScaledJob reckons by rules of its own: of several triggers it takes the one with the longest queue, or as
// multipleScalersCalculation says; of a Value it makes no job. Source: keda pkg/scaling/scaledjob/metrics.go
std::string ProblemOfJob(const Node& spec, const ReadTriggers& triggers) {
  if (ListAt(spec, "triggers").size() > 1)
    return "of several triggers a ScaledJob takes one by multipleScalersCalculation, not the highest demand";
  if (!triggers.measured.empty() && triggers.measured[0].kind == TargetKind::kValue)
    return "of a metric of type Value a ScaledJob makes no job";
  return "";
}

Duration PollingInterval(const Node& spec) {
  return std::chrono::seconds(CountAt(spec, "pollingInterval").value_or(30));
}

// KEDA's fallback is each trigger's own: one that fails says so many, the others go on. So is a signal's onMissing.
// Source: keda pkg/fallback/fallback.go
std::optional<Node> MissingByFallback(const Node& spec) {
  const Node* fallback = spec.Find("fallback");
  if (fallback == nullptr) return std::nullopt;
  const auto threshold = CountAt(*fallback, "failureThreshold");
  const auto replicas = CountAt(*fallback, "replicas");
  std::string behavior = TextAt(*fallback, "behavior");
  if (behavior.empty()) behavior = "static";
  if (!threshold || !replicas || behavior == "scalingModifiers") return std::nullopt;
  const Duration hold = std::min<Duration>(PollingInterval(spec) * (*threshold + 1), std::chrono::hours(24));
  return MapNode({{"hold", PlainNode(FormatDuration(hold))},
                  {"then", MapNode({{"replicas", NumberNode(*replicas)}, {"behavior", TextNode(behavior)}})}});
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
    std::vector<Node> triggers = {ExternalTrigger(migration, options, TextAt(object, "kind") == "ScaledJob")};
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

void TellOfSpec(const Node& spec, bool is_job, Migration& migration) {
  std::vector<std::string> stay;
  for (const Entry& entry : spec.entries) {
    const std::string field = "spec." + entry.key;
    if (entry.key == "triggers" || entry.key == "advanced") continue;
    if (entry.key == "minReplicaCount" || entry.key == "maxReplicaCount") {
      migration.Tell(Fate::kKept, field,
                     is_job && entry.key == "minReplicaCount" ? "KEDA adds it to what is asked for: the policy has none"
                                                              : "bounds the policy, too");
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

void TellOfActivations(const ReadTriggers& triggers, const CountBounds& bounds, Migration& migration) {
  if (bounds.min > 0) return;
  for (const std::string& name : ActivationsAboveTargets(triggers.measured)) {
    migration.Tell(
        Fate::kChanged, "activationThreshold",
        fmt::format("of signal {} is above its threshold: between the two KEDA goes to zero although several "
                    "replicas are wanted; Loadline keeps them running",
                    name));
  }
}

// What becomes of a query that fails: the policy's onMissing, where there was a fallback.
void SayMissing(const Node& spec, bool is_job, const ReadTriggers& triggers, const CountBounds& bounds, Node& policy,
                Migration& migration) {
  if (is_job) return;  // KEDA has no fallback for jobs
  if (const auto missing = MissingByFallback(spec)) {
    SetEntry(policy, "onMissing", *missing);
    const Node& then = *missing->Find("then");
    if (TextAt(then, "behavior") == "static" && !triggers.measured.empty() && triggers.crons.empty() &&
        !NeedsObserved(triggers.measured))
      migration.stories.push_back(
          LostDataStory(triggers, bounds, *ParseDuration(TextAt(*missing, "hold")), *CountAt(then, "replicas")));
    migration.Tell(
        Fate::kCarried, "spec.fallback",
        fmt::format("a query that fails for {} asks for {} replicas ({}), as its trigger did, and the others go on: "
                    "onMissing",
                    TextAt(*missing, "hold"), TextAt(*missing->Find("then"), "replicas"),
                    TextAt(*missing->Find("then"), "behavior")));
  } else if (triggers.measured.size() > 1) {
    migration.Tell(
        Fate::kChanged, "spec.triggers",
        "while one query fails the HPA still scales up by the others; Loadline holds what it last asked for, for "
        "5m, and then answers with an error: onMissing: { then: ignore } lets the others decide");
  }
}

void TellOfAnnotations(const Node& object, Migration& migration) {
  const Node* annotations = FindPath(object, {"metadata", "annotations"});
  if (annotations == nullptr) return;
  for (const Entry& entry : annotations->entries) {
    if (entry.key.starts_with("autoscaling.keda.sh/paused") || entry.key == "autoscaling.keda.sh/force-activation")
      migration.Tell(Fate::kKept, "metadata.annotations." + entry.key, "holds for what was migrated, too");
  }
}

}  // namespace

Migration MigrateKedaObject(const Node& object, const MigrateOptions& options) {
  const std::string kind = TextAt(object, "kind");
  const bool is_job = kind == "ScaledJob";
  Migration migration = BeginMigration(object, kind);
  const Node& spec = NodeAt(object, "spec");
  const Node* modifiers = FindPath(spec, {"advanced", "scalingModifiers"});
  const bool has_formula = modifiers != nullptr && !TextAt(*modifiers, "formula").empty();
  const auto stays = [&](const std::string& field, const std::string& why) {
    migration.Tell(Fate::kNotCarried, field, why + ": the object stays as it is");
    return migration;
  };
  if (const std::string merged = MergeKeyIn(object); !merged.empty())
    return stays(merged, "YAML's merge key is not followed (kubectl create --dry-run=client -o yaml writes it out)");
  if (const std::string problem = ProblemOfCounts(spec); !problem.empty()) return stays("spec", problem);
  const ReadTriggers triggers = ReadKedaTriggers(ListAt(spec, "triggers"), has_formula, migration);
  const CountBounds bounds = BoundsOf(spec, is_job);
  if (is_job) {
    if (const std::string problem = ProblemOfJob(spec, triggers); !problem.empty())
      return stays("spec.triggers", problem);
    if (options.beside) return stays("--beside", "of several triggers a ScaledJob takes one, which may be Loadline's");
  }

  Node policy = PolicySpec(triggers, bounds);
  bool by_value = NeedsObserved(triggers.measured);
  if (has_formula) {
    if (options.beside)
      return stays("spec.advanced.scalingModifiers",
                   "KEDA lets nothing stand beside a formula: try the policy with replay");
    auto said = SayFormula(*modifiers, triggers, bounds, migration);
    if (!said) return stays("spec.advanced.scalingModifiers.formula", said.error().message);
    policy = std::move(said->spec);
    by_value = TextAt(*modifiers, "metricType") == "Value";
    migration.stories = std::move(said->stories);
  } else if (triggers.measured.empty() && triggers.crons.empty()) {
    return stays("spec.triggers", "no trigger is one that a policy can say");
  } else {
    migration.stories = KedaStories(triggers, bounds);
    TellOfActivations(triggers, bounds, migration);
    SayMissing(spec, is_job, triggers, bounds, policy, migration);
  }
  if (!is_job) SayObserved(NodeAt(spec, "scaleTargetRef"), by_value, policy, migration);
  SayEmptyOnce(policy);
  TellOfSpec(spec, is_job, migration);
  TellOfAnnotations(object, migration);
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
