#include "migrate/load_patterns.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <map>

#include "base/text.h"
#include "document/yaml_text.h"
#include "migrate/draft.h"
#include "migrate/fields.h"
#include "migrate/measured.h"
#include "migrate/new_object.h"
#include "migrate/reading.h"

namespace loadline {
namespace {

constexpr std::array kDays = {"MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"};  // 2026-01-05 is a Monday
constexpr int kHoursOfWeek = 7 * 24;
constexpr double kPeakToFillIn = 10;  // where nothing says how many replicas a load of 1 needs
constexpr Duration kHour = std::chrono::hours(1);

struct Hour {
  int of_week = 0;  // from Monday 0:00 on
  double load = 0;
};

struct Dependency {
  std::string source;
  std::string relation;
  double number = 0;  // ratio, or replicas
  bool enabled = true;
  std::string name;  // of the signal
};

struct Service {
  explicit Service(Migration begun) : migration(std::move(begun)) {}

  Migration migration;
  std::vector<Hour> hours;
  std::vector<Dependency> dependencies;
  std::optional<double> min;
  std::optional<double> max;
};

// "Monday", "mon", 1; none where it is no day.
std::optional<int> DayOf(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  for (std::size_t i = 0; i < kDays.size(); ++i) {
    if (text.starts_with(kDays[i])) return static_cast<int>(i);
  }
  const auto number = ParseNumber(text);
  if (!number || *number < 0 || *number > 7 || std::floor(*number) != *number) return std::nullopt;
  return (static_cast<int>(*number) + 6) % 7;
}

std::string Describe(const Dependency& dependency) {
  if (dependency.relation == "proportional")
    return fmt::format("{} of what {} has", SeriesValue(dependency.number), dependency.source);
  return fmt::format("{} {} while {} has any", dependency.relation == "fixed" ? "exactly" : "at least",
                     SeriesValue(dependency.number), dependency.source);
}

double Asks(const Dependency& dependency, double source) {
  if (!dependency.enabled) return 0;
  if (dependency.relation == "proportional") return source * dependency.number;
  return source > 0 ? dependency.number : 0;
}

class Reader {
 public:
  explicit Reader(const Node& document) : document_(document), fields_(document, "", aside_) {}

  std::vector<Migration> Read(const MigrateOptions& options) {
    ReadPatterns();
    ReadDependencies();
    ReadServices();
    fields_.Leave({"predictions", "recent_predictions"},
                  "were made of the history; a signal with forecast: makes them anew, of what Prometheus has");
    fields_.Leave({"hpa_events", "events", "hpa_event_log", "effectiveness", "scaling_effectiveness"},
                  "is what was recorded, not a policy; here the HPA log and the journal record it (loadline serve)");
    fields_.TellRest();
    std::vector<Migration> migrations;
    for (const std::string& name : order_) migrations.push_back(Finish(services_.at(name), options));
    if (migrations.empty()) migrations.push_back(Begin("x"));
    // What is of all is told with the first.
    migrations.front().notes.insert(migrations.front().notes.end(), aside_.notes.begin(), aside_.notes.end());
    return migrations;
  }

 private:
  static Migration Begin(const std::string& name) {
    return BeginMigration(MapNode({{"metadata", MapNode({{"name", TextNode(name)}})}}), "load of");
  }

  Service& Of(const std::string& name) {
    const auto known = services_.find(name);
    if (known != services_.end()) return known->second;
    order_.push_back(name);
    return services_.emplace(name, Service(Begin(name))).first->second;
  }

  void ReadPatterns() {
    const std::vector<Node>& patterns = fields_.List({"load_patterns", "patterns"});
    const std::string path = fields_.Path();
    for (std::size_t i = 0; i < patterns.size(); ++i) ReadPattern(patterns[i], fmt::format("{}[{}]", path, i));
  }

  void ReadPattern(const Node& node, const std::string& path) {
    Fields fields(node, path, aside_);
    const std::string service = fields.Text({"service", "service_name"});
    const std::string type = fields.Text({"type", "pattern", "pattern_type"});
    const std::string day = fields.Text({"day_of_week", "day"});
    const auto hour = fields.Number({"hour_of_day", "hour"});
    const auto load = fields.Number({"expected_load", "load"});
    fields.Leave({"id", "created_at", "updated_at", "last_updated"}, "is of their database");
    fields.TellRest();
    const auto of_week = DayOf(day);
    const bool good = !service.empty() && (type.empty() || type == "daily") && of_week && hour && *hour >= 0 &&
                      *hour <= 23 && std::floor(*hour) == *hour && load && *load >= 0 && *load <= 1;
    if (!good) {
      return aside_.Tell(Fate::kNotCarried, path,
                         "wants a service, type daily, a day of the week, an hour from 0 to 23 and a load from 0 to 1");
    }
    Service& known = Of(service);
    const int at = *of_week * 24 + static_cast<int>(*hour);
    known.hours.push_back({at, *load});
    known.migration.Tell(
        Fate::kCarried, path,
        fmt::format("pattern of {}: {} {}:00, {} of the peak", service, kDays[static_cast<std::size_t>(*of_week)],
                    FormatNumber(*hour), SeriesValue(*load)));
  }

  void ReadDependencies() {
    const std::vector<Node>& dependencies = fields_.List({"dependencies", "service_dependencies"});
    const std::string path = fields_.Path();
    for (std::size_t i = 0; i < dependencies.size(); ++i)
      ReadDependency(dependencies[i], fmt::format("{}[{}]", path, i));
  }

  void ReadDependency(const Node& node, const std::string& path) {
    Fields fields(node, path, aside_);
    Dependency dependency;
    dependency.source = fields.Text({"source_service", "source"});
    const std::string target = fields.Text({"target_service", "target"});
    dependency.relation = fields.Text({"type", "dependency_type", "relation"});
    const bool by_ratio = dependency.relation == "proportional";
    dependency.number = (by_ratio ? fields.Number({"ratio", "value"})
                                  : fields.Number({"replicas", "number", "fixed", "minimum", "value"}))
                            .value_or(0);
    dependency.enabled = fields.Truth({"enabled"}).value_or(true);
    fields.Leave({"id", "last_updated", "created_at", "updated_at"}, "is of their database");
    fields.TellRest();
    const bool known = by_ratio || dependency.relation == "fixed" || dependency.relation == "minimum";
    const bool good = !dependency.source.empty() && !target.empty() && target != dependency.source && known &&
                      dependency.number > 0 && dependency.number <= (by_ratio ? 1000 : 100000);
    if (!good) {
      return aside_.Tell(Fate::kNotCarried, path,
                         "wants two services, type proportional with a ratio, or fixed or minimum with replicas, above "
                         "0");
    }
    Service& service = Of(target);
    std::vector<std::string> taken;
    for (const Dependency& each : service.dependencies) taken.push_back(each.name);
    dependency.name = FreeName(dependency.source, taken);
    service.migration.Tell(Fate::kCarried, path,
                           fmt::format("signal {} of {}: {}{}", dependency.name, target, Describe(dependency),
                                       dependency.enabled ? "" : ", switched off"));
    service.dependencies.push_back(std::move(dependency));
  }

  void ReadServices() {
    const std::vector<Node>& services = fields_.List({"services"});
    const std::string path = fields_.Path();
    for (std::size_t i = 0; i < services.size(); ++i) {
      Fields fields(services[i], fmt::format("{}[{}]", path, i), aside_);
      const std::string name = fields.Text({"name", "service"});
      if (services_.find(name) == services_.end()) {
        aside_.Tell(Fate::kNotCarried, fields.Path(""), "has no pattern, and follows none: its scaler stays");
        continue;
      }
      Service& service = services_.at(name);
      service.min = fields.Number({"min_replicas", "min"});
      service.max = fields.Number({"max_replicas", "max"});
      if (const std::string space = fields.Text({"namespace"}); !space.empty() && space == NameFrom(space)) {
        service.migration.object_namespace = space;
        std::erase_if(service.migration.notes, [](const Note& note) { return note.field == "metadata.namespace"; });
      }
      service.migration.Tell(Fate::kCarried, fields.Path(""), "its bounds stand in the policy and in the ScaledObject");
      fields.TellRest();
    }
  }

  Migration Finish(Service& service, const MigrateOptions& options) {
    Migration& migration = service.migration;
    if (!CheckBounds(service) || !TellOfOldScaler("what scales it now", options, migration)) return migration;
    migration.documents.push_back(PolicyDocument(migration, PolicySpec(service)));
    migration.stories.push_back(StoryOf(service));
    CountBounds bounds{static_cast<int>(service.min.value_or(1)), std::nullopt};
    if (service.max) bounds.max = static_cast<int>(*service.max);
    migration.scaled_object = ScaledObjectFor(migration, options, DeploymentTarget(migration.name), bounds, nullptr);
    TellOfService(service);
    return migration;
  }

  static bool CheckBounds(Service& service) {
    const double min = service.min.value_or(1), max = service.max.value_or(100000);
    if (min >= 0 && max >= 1 && min <= max && max <= 100000 && std::floor(min) == min && std::floor(max) == max)
      return true;
    service.migration.Tell(Fate::kNotCarried, "services",
                           fmt::format("of {}: want 0 <= min <= max; found {} and {}", service.migration.name,
                                       FormatNumber(min), FormatNumber(max)));
    return false;
  }

  void TellOfService(Service& service) {
    Migration& migration = service.migration;
    migration.Tell(
        Fate::kToDo, "ScaledObject.spec.scaleTargetRef",
        fmt::format("is the Deployment {}: say another where the service is called otherwise", migration.name));
    if (!service.min || !service.max)
      migration.Tell(Fate::kToDo, "replicas",
                     "how few and how many there may be does not stand here, and at least one is taken: put the "
                     "service's min and max into the policy and the ScaledObject");
    if (!service.hours.empty()) {
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
    if (!service.dependencies.empty())
      migration.Tell(
          Fate::kChanged, "dependencies",
          "go by what the source has, as there; of: desired goes by what its policy wants, before it is there");
  }

  static double PeakOf(const Service& service) { return service.max.value_or(kPeakToFillIn); }

  // The highest of what is said of an hour.
  static std::map<int, double> Week(const Service& service) {
    std::map<int, double> week;
    for (const Hour& each : service.hours) week[each.of_week] = std::max(week[each.of_week], each.load);
    return week;
  }

  Node PolicySpec(const Service& service) const {
    std::vector<Node> signals;
    if (!service.hours.empty()) {
      std::vector<Node> hours;
      for (const auto& [of_week, load] : Week(service)) {
        hours.push_back(MapNode({{"day", TextNode(kDays[static_cast<std::size_t>(of_week / 24)])},
                                 {"hour", NumberNode(of_week % 24)},
                                 {"expectedLoad", PlainNode(SeriesValue(load))}}));
      }
      signals.push_back(MapNode({{"name", TextNode("declared-load")},
                                 {"pattern", MapNode({{"timezone", TextNode("UTC")},
                                                      {"peak", NumberNode(PeakOf(service))},
                                                      {"hours", ListNode(std::move(hours))}})}}));
    }
    for (const Dependency& each : service.dependencies) {
      const bool by_ratio = each.relation == "proportional";
      Node on = MapNode({{"object", TextNode(ObjectOf(each.source, service))},
                         {"of", TextNode("observed")},
                         {"relation", TextNode(each.relation)},
                         {by_ratio ? "ratio" : "replicas", PlainNode(SeriesValue(each.number))}});
      if (!each.enabled) SetEntry(on, "enabled", PlainNode("false"));
      signals.push_back(MapNode({{"name", TextNode(each.name)}, {"dependsOn", std::move(on)}}));
    }
    Node replicas = MapNode({{"min", NumberNode(service.min.value_or(1))}});
    if (service.max) SetEntry(replicas, "max", NumberNode(*service.max));
    return MapNode({{"replicas", std::move(replicas)}, {"signals", ListNode(std::move(signals))}});
  }

  std::string NamespaceOf(const std::string& source, const Service& service) const {
    const auto known = services_.find(source);
    return known != services_.end() ? known->second.migration.object_namespace : service.migration.object_namespace;
  }

  std::string ObjectOf(const std::string& source, const Service& service) const {
    return NamespaceOf(source, service) + "/" + NameFrom(source);
  }

  // A week of the pattern, hours of equal load together, while the sources' counts go up and down.
  Story StoryOf(const Service& service) const {
    Story story;
    story.name = "as-declared";
    story.title = "What is declared of each hour, and what the services that it follows have.";
    std::vector<const Dependency*> followed;
    for (const Dependency& each : service.dependencies) {
      if (!each.enabled) continue;
      const std::string key = fmt::format("kube_deployment_status_replicas{{namespace=\"{}\",deployment=\"{}\"}}",
                                          NamespaceOf(each.source, service), NameFrom(each.source));
      if (std::find(story.keys.begin(), story.keys.end(), key) != story.keys.end()) continue;
      story.keys.push_back(key);
      followed.push_back(&each);
    }
    const std::map<int, double> week = Week(service);
    const int hours = week.empty() ? 6 : kHoursOfWeek;
    for (int hour = 0; hour < hours;) {
      const auto found = week.find(hour);
      const double load = found != week.end() ? found->second : 0;
      int end = hour + 1;
      while (followed.empty() && end < hours && (week.contains(end) ? week.at(end) : 0) == load) ++end;
      story.steps.push_back(StepOf(service, followed, load, hour, (end - hour) * kHour));
      hour = end;
    }
    return story;
  }

  StoryStep StepOf(const Service& service, const std::vector<const Dependency*>& followed, double load, int hour,
                   Duration lasts) const {
    constexpr std::array kCounts = {0.0, 1.0, 4.0, 7.0, 12.0, 2.0};
    StoryStep step;
    step.lasts = lasts;
    std::map<std::string, double> counts;
    for (std::size_t i = 0; i < followed.size(); ++i) {
      counts[followed[i]->source] = kCounts[(static_cast<std::size_t>(hour) + i) % kCounts.size()];
      step.values.push_back(SeriesValue(counts[followed[i]->source]));
    }
    double asked = load * PeakOf(service);
    bool active = asked > 0;
    double least = 0;
    for (const Dependency& each : service.dependencies) {
      if (!each.enabled) continue;
      const double asks = Asks(each, counts[each.source]);
      active = active || asks > 0;
      if (each.relation == "minimum") {
        least = std::max(least, asks);
      } else {
        asked = std::max(asked, asks);
      }
    }
    step.want = std::max({asked, least, service.min.value_or(1)});
    if (service.max) step.want = std::min(step.want, *service.max);
    step.active = active || service.min.value_or(1) > 0;
    step.why = fmt::format("a load of {}", SeriesValue(load));
    for (const Dependency* each : followed)
      step.why += fmt::format(", {} has {}", each->source, SeriesValue(counts[each->source]));
    return step;
  }

  const Node& document_;
  Migration aside_;  // notes that are of no service
  Fields fields_;
  std::map<std::string, Service> services_;
  std::vector<std::string> order_;
};

}  // namespace

bool IsLoadPatterns(const Node& document) {
  return HasField(document, {"load_patterns", "service_dependencies", "hpa_events", "hpa_event_log"}) ||
         (HasField(document, {"dependencies"}) && document.Find("dependencies")->kind == Node::Kind::kList);
}

std::vector<Migration> MigrateLoadPatterns(const Node& document, const MigrateOptions& options) {
  return Reader(document).Read(options);
}

}  // namespace loadline
