#include "migrate/load_patterns.h"

#include <fmt/format.h>

#include "base/text.h"
#include "document/yaml_text.h"
#include "migrate/declared_load.h"
#include "migrate/declared_load_story.h"
#include "migrate/draft.h"
#include "migrate/fields.h"
#include "migrate/new_object.h"
#include "migrate/reading.h"
#include "migrate/replica_bounds.h"

namespace loadline {
namespace {

Node PatternSignal(const DeclaredLoad& service) {
  std::vector<Node> hours;
  for (const auto& [hour, load] : service.week) {
    hours.push_back(MapNode({{"day", TextNode(kDaysOfWeek[static_cast<std::size_t>(hour / 24)])},
                             {"hour", NumberNode(hour % 24)},
                             {"expectedLoad", PlainNode(SeriesValue(load))}}));
  }
  return MapNode({{"name", TextNode("declared-load")},
                  {"pattern", MapNode({{"timezone", TextNode("UTC")},
                                       {"peak", NumberNode(service.peak())},
                                       {"hours", ListNode(std::move(hours))}})}});
}

Node FollowingSignal(const FollowedService& followed) {
  const bool by_ratio = followed.relation == "proportional";
  Node on = MapNode({{"object", TextNode(followed.space + "/" + NameFrom(followed.source))},
                     {"of", TextNode("observed")},
                     {"relation", TextNode(followed.relation)},
                     {by_ratio ? "ratio" : "replicas", PlainNode(SeriesValue(followed.number))}});
  if (!followed.enabled) SetEntry(on, "enabled", PlainNode("false"));
  return MapNode({{"name", TextNode(followed.name)}, {"dependsOn", std::move(on)}});
}

Node PolicySpec(const DeclaredLoad& service, const CountBounds& bounds) {
  std::vector<Node> signals;
  if (!service.week.empty()) signals.push_back(PatternSignal(service));
  for (const FollowedService& each : service.follows) signals.push_back(FollowingSignal(each));
  return MapNode({{"replicas", ReplicasNode(bounds)}, {"signals", ListNode(std::move(signals))}});
}

void TellOf(const DeclaredLoad& service, Migration& migration) {
  TellOfTarget("service", migration);
  if (!service.min || !service.max)
    migration.Tell(Fate::kToDo, "replicas",
                   "how few and how many there may be does not stand here, and at least one is taken: put the "
                   "service's min and max into the policy and the ScaledObject");
  if (!service.week.empty()) {
    if (!service.max)
      migration.Tell(Fate::kToDo, "signals[0].pattern.peak",
                     fmt::format("is {} only to stand for it: put in how many replicas an expected load of 1 needs",
                                 FormatNumber(kPeakToFillIn)));
    migration.Tell(Fate::kChanged, "load_patterns",
                   "counts from its hour on; for replicas before the load comes add the hour before");
    migration.Tell(Fate::kToDo, "signals",
                   "a load that is measured goes beside it: where it is higher it counts, and a forecast of it may "
                   "learn what is declared here");
  }
  if (!service.follows.empty())
    migration.Tell(Fate::kChanged, "dependencies",
                   "go by what the source has, as there; of: desired goes by what its policy wants, before it is "
                   "there");
}

Migration Finish(const DeclaredLoad& service, const MigrateOptions& options) {
  constexpr double kMost = 100000;
  Migration migration = service.migration;
  auto bounds = BoundsOf(service.least(), service.max.value_or(kMost));
  if (!bounds) {
    migration.Tell(Fate::kNotCarried, "services",
                   fmt::format("of {}: want 0 <= min <= max; found {} and {}", migration.name,
                               FormatNumber(service.least()), FormatNumber(service.max.value_or(kMost))));
    return migration;
  }
  if (!TellOfOldScaler("what scales it now", options, migration)) return migration;
  if (!service.max) bounds->max.reset();
  migration.documents.push_back(PolicyDocument(migration, PolicySpec(service, *bounds)));
  migration.stories.push_back(DeclaredLoadStory(service));
  migration.scaled_object = ScaledObjectFor(migration, options, DeploymentTarget(migration.name), *bounds, nullptr);
  TellOf(service, migration);
  return migration;
}

}  // namespace

bool IsLoadPatterns(const Node& document) {
  return HasField(document, {"load_patterns", "service_dependencies", "hpa_events", "hpa_event_log"}) ||
         (HasField(document, {"dependencies"}) && document.Find("dependencies")->kind == Node::Kind::kList);
}

std::vector<Migration> MigrateLoadPatterns(const Node& document, const MigrateOptions& options) {
  const DeclaredLoads loads = ReadDeclaredLoads(document);
  std::vector<Migration> migrations;
  for (const DeclaredLoad& each : loads.services) migrations.push_back(Finish(each, options));
  if (migrations.empty()) migrations.push_back(BeginMigration("x", "load of"));
  std::vector<Note>& notes = migrations.front().notes;  // what is of none is told with the first
  notes.insert(notes.end(), loads.of_none.begin(), loads.of_none.end());
  return migrations;
}

}  // namespace loadline
