#include "migrate/declared_load.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "base/text.h"
#include "migrate/draft.h"
#include "migrate/fields.h"
#include "migrate/measured.h"
#include "migrate/reading.h"

namespace loadline {
namespace {

// "Monday", "mon", 1; none where it is no day.
std::optional<int> DayOf(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  for (std::size_t i = 0; i < kDaysOfWeek.size(); ++i) {
    if (text.starts_with(kDaysOfWeek[i])) return static_cast<int>(i);
  }
  const auto number = ParseNumber(text);
  if (!number || *number < 0 || *number > 7 || std::floor(*number) != *number) return std::nullopt;
  return (static_cast<int>(*number) + 6) % 7;
}

std::string Describe(const FollowedService& followed) {
  if (followed.relation == "proportional")
    return fmt::format("{} of what {} has", SeriesValue(followed.number), followed.source);
  return fmt::format("{} {} while {} has any", followed.relation == "fixed" ? "exactly" : "at least",
                     SeriesValue(followed.number), followed.source);
}

class Reader {
 public:
  explicit Reader(const Node& document) : fields_(document, "", aside_) {}

  DeclaredLoads Read() {
    fields_.Each({"load_patterns", "patterns"},
                 [this](const Node& node, const std::string& path) { ReadPattern(node, path); });
    fields_.Each({"dependencies", "service_dependencies"},
                 [this](const Node& node, const std::string& path) { ReadDependency(node, path); });
    fields_.Each({"services"}, [this](const Node& node, const std::string& path) { ReadService(node, path); });
    FindNamespaces();
    fields_.Leave({"predictions", "recent_predictions"},
                  "were made of the history; a signal with forecast: makes them anew, of what Prometheus has");
    fields_.Leave({"hpa_events", "events", "hpa_event_log", "effectiveness", "scaling_effectiveness"},
                  "is what was recorded, not a policy; here the HPA log and the journal record it (loadline serve)");
    fields_.TellRest();
    return {std::move(services_), std::move(aside_.notes)};
  }

 private:
  DeclaredLoad* Find(const std::string& name) {
    const auto known = std::find(names_.begin(), names_.end(), name);
    return known == names_.end() ? nullptr : &services_[static_cast<std::size_t>(known - names_.begin())];
  }

  DeclaredLoad& Of(const std::string& name) {
    if (DeclaredLoad* known = Find(name)) return *known;
    names_.push_back(name);
    return services_.emplace_back(BeginMigration(name, "load of"));
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
    DeclaredLoad& known = Of(service);
    double& highest = known.week[*of_week * 24 + static_cast<int>(*hour)];  // of what is said of that hour
    highest = std::max(highest, *load);
    known.migration.Tell(
        Fate::kCarried, path,
        fmt::format("pattern of {}: {} {}:00, {} of the peak", service, kDaysOfWeek[static_cast<std::size_t>(*of_week)],
                    FormatNumber(*hour), SeriesValue(*load)));
  }

  void ReadDependency(const Node& node, const std::string& path) {
    Fields fields(node, path, aside_);
    FollowedService followed;
    followed.source = fields.Text({"source_service", "source"});
    const std::string target = fields.Text({"target_service", "target"});
    followed.relation = fields.Text({"type", "dependency_type", "relation"});
    const bool by_ratio = followed.relation == "proportional";
    followed.number = (by_ratio ? fields.Number({"ratio", "value"})
                                : fields.Number({"replicas", "number", "fixed", "minimum", "value"}))
                          .value_or(0);
    followed.enabled = fields.Truth({"enabled"}).value_or(true);
    fields.Leave({"id", "last_updated", "created_at", "updated_at"}, "is of their database");
    fields.TellRest();
    const bool known = by_ratio || followed.relation == "fixed" || followed.relation == "minimum";
    const bool good = !followed.source.empty() && !target.empty() && target != followed.source && known &&
                      followed.number > 0 && followed.number <= (by_ratio ? 1000 : 100000);
    if (!good) {
      return aside_.Tell(Fate::kNotCarried, path,
                         "wants two services, type proportional with a ratio, or fixed or minimum with replicas, above "
                         "0");
    }
    DeclaredLoad& service = Of(target);
    std::vector<std::string> taken;
    for (const FollowedService& each : service.follows) taken.push_back(each.name);
    followed.name = FreeName(followed.source, taken);
    service.migration.Tell(Fate::kCarried, path,
                           fmt::format("signal {} of {}: {}{}", followed.name, target, Describe(followed),
                                       followed.enabled ? "" : ", switched off"));
    service.follows.push_back(std::move(followed));
  }

  void ReadService(const Node& node, const std::string& path) {
    Fields fields(node, path, aside_);
    const std::string name = fields.Text({"name", "service"});
    DeclaredLoad* service = Find(name);
    if (service == nullptr)
      return aside_.Tell(Fate::kNotCarried, path, "has no pattern, and follows none: its scaler stays");
    service->min = fields.Number({"min_replicas", "min"});
    service->max = fields.Number({"max_replicas", "max"});
    if (const std::string space = fields.Text({"namespace"}); !space.empty() && space == NameFrom(space)) {
      service->migration.object_namespace = space;
      std::erase_if(service->migration.notes, [](const Note& note) { return note.field == "metadata.namespace"; });
    }
    service->migration.Tell(Fate::kCarried, path, "its bounds stand in the policy and in the ScaledObject");
    fields.TellRest();
  }

  // A source that is declared nowhere is where its follower is.
  void FindNamespaces() {
    for (DeclaredLoad& service : services_) {
      for (FollowedService& each : service.follows) {
        const DeclaredLoad* source = Find(each.source);
        each.space = (source != nullptr ? *source : service).migration.object_namespace;
      }
    }
  }

  Migration aside_;  // notes that are of no service
  Fields fields_;
  std::vector<DeclaredLoad> services_;
  std::vector<std::string> names_;  // theirs, in the same order
};

}  // namespace

DeclaredLoads ReadDeclaredLoads(const Node& document) { return Reader(document).Read(); }

}  // namespace loadline
