#include "migrate/rule_engine_read.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "migrate/fields.h"
#include "migrate/replica_bounds.h"

namespace loadline {
namespace {

constexpr double kDefaultMax = 10;
constexpr Duration kDefaultCooldown = std::chrono::seconds(300);
constexpr Duration kLongestCooldown = std::chrono::hours(24);

class Reader {
 public:
  Reader(const Node& policy, const std::string& path, Migration& migration)
      : policy_(policy), migration_(migration), fields_(policy, path, migration) {}

  std::optional<EnginePolicy> Read() {
    const bool named = !fields_.Text({"name"}).empty();
    fields_.Tell(named ? Fate::kCarried : Fate::kToDo,
                 named ? "names the policy and the ScaledObject" : "is missing: it is called x until you name it");
    if (!ReadBounds()) return std::nullopt;
    const Duration cooldown = ReadCooldown();
    read_.rules = ReadEngineRules(fields_, cooldown, migration_);
    ReadSchedules();
    ReadTarget();
    ReadSwitches();
    if (const auto cost = fields_.Number({"max_hourly_cost"}))
      fields_.Tell(Fate::kToDo, fmt::format("what a replica costs does not stand here: put it into the policy as cost: "
                                            "{{ perReplicaHour: ..., maxPerHour: {} }}",
                                            SeriesValue(*cost)));
    fields_.Leave(
        {"id", "created_at", "updated_at", "policy_id"},
        "is of their database: a policy here is a document in a ConfigMap, and the journal has its revisions");
    fields_.TellRest();
    if (!read_.rules.rules.empty() || !read_.schedules.empty()) return read_;
    migration_.Tell(Fate::kNotCarried, fields_.Path("rules"),
                    "there is no rule and no schedule that can be carried over");
    return std::nullopt;
  }

 private:
  bool ReadBounds() {
    const bool to_zero = fields_.Truth({"scale_to_zero"}).value_or(false);
    const double min = fields_.Number({"min_replicas", "min"}).value_or(1);
    const double max = fields_.Number({"max_replicas", "max"}).value_or(kDefaultMax);
    const auto bounds = BoundsOf(min, max);
    if (!bounds) {
      RefuseBounds(min, max, fields_);
      return false;
    }
    read_.bounds = {to_zero ? bounds->min : std::max(1, bounds->min), bounds->max};
    fields_.Tell(Fate::kCarried, "stands in the policy and in the ScaledObject");
    migration_.Tell(Fate::kCarried, fields_.Path(HasField(policy_, {"min"}) ? "min" : "min_replicas"),
                    fmt::format("stands in the policy and in the ScaledObject: {}", read_.bounds.min));
    if (to_zero && min > 0)
      migration_.Tell(Fate::kChanged, fields_.Path("scale_to_zero"),
                      fmt::format("has no effect, as min is {}: so here", FormatNumber(min)));
    if (to_zero && min == 0)
      migration_.Tell(Fate::kToDo, fields_.Path("scale_to_zero"),
                      "min is 0; where a metric is of the workers themselves, say by whenIdle what wakes them");
    if (!to_zero && min == 0)
      migration_.Tell(Fate::kChanged, fields_.Path("scale_to_zero"),
                      "is off, so the last replica stayed whatever min said: min is 1 here");
    return true;
  }

  Duration ReadCooldown() {
    Duration cooldown = fields_.Time({"cooldown_seconds", "cooldown"}).value_or(kDefaultCooldown);
    if (cooldown > kLongestCooldown) {
      fields_.Tell(Fate::kChanged, "1d is the longest here");
      cooldown = kLongestCooldown;
    }
    fields_.Tell(Fate::kCarried, fmt::format("cooldown of each rule: {}", FormatDuration(cooldown)));
    fields_.Tell(Fate::kChanged,
                 "there any change began it, and a duration counted anew after it; here a change of the rule's own "
                 "direction begins it, and a duration that has passed by its end counts");
    return cooldown;
  }

  void ReadSchedules() {
    fields_.Each({"schedules"},
                 [this](const Node& schedule, const std::string& path) { ReadSchedule(schedule, path); });
    read_.schedules_field = fields_.Path();
    if (read_.schedules.empty() || read_.rules.rules.empty()) return;
    fields_.Tell(Fate::kChanged,
                 "set the count once, at that minute; here it is at least so many until the next one fires, and "
                 "what is above comes down by the rules");
  }

  void ReadSchedule(const Node& node, const std::string& path) {
    Fields fields(node, path, migration_);
    const std::string text = fields.Text({"cron_expression", "cron"});
    const double replicas = fields.Number({"desired_replicas", "desired"}).value_or(-1);
    const std::string zone = fields.Text({"timezone"});
    const bool enabled = fields.Truth({"enabled"}).value_or(true);
    fields.Leave({"id", "policy_id", "created_at"}, "is of their database");
    fields.TellRest();
    const auto cron = Cron::Parse(text);
    const auto known = TimeZone::Load(zone.empty() ? "UTC" : zone);
    if (!enabled) return migration_.Tell(Fate::kNotCarried, path, "is not enabled: it did nothing");
    if (!cron || text.empty() || !known || replicas < 0 || replicas > 100000 || std::floor(replicas) != replicas) {
      const std::string why = !cron ? cron.error().message : !known ? known.error().message : "";
      return migration_.Tell(Fate::kNotCarried, path,
                             fmt::format("wants a cron expression, desired replicas from 0 and a time zone{}{}",
                                         why.empty() ? "" : ": ", why));
    }
    migration_.Tell(Fate::kCarried, path,
                    fmt::format("{} replicas from then on, until another schedule fires", FormatNumber(replicas)));
    read_.schedules.push_back({path, *cron, *known, static_cast<int>(replicas)});
  }

  void ReadTarget() {
    const std::string type = fields_.Text({"target_type"});
    const std::string target = fields_.Text({"target_id"});
    migration_.Tell(
        Fate::kToDo, fields_.Path("target_type"),
        fmt::format("{}{}: which Deployment, or what else with a scale subresource, that is does not stand "
                    "here: put it into the ScaledObject's scaleTargetRef; the observed replicas are those "
                    "of the Deployment {}, or say replicas.observed",
                    type.empty() ? "no target" : type, target.empty() ? "" : " " + target, migration_.name));
    migration_.Tell(Fate::kCarried, fields_.Path("target_id"), "see target_type");
  }

  void ReadSwitches() {
    const bool enabled = fields_.Truth({"enabled"}).value_or(true);
    const bool dry_run = fields_.Truth({"dry_run"}).value_or(false);
    read_.holds = !enabled || dry_run;
    if (read_.holds)
      fields_.Tell(Fate::kCarried, "mode: hold: it decides, records, and answers what there is, until that line goes");
    migration_.Tell(Fate::kCarried, fields_.Path("enabled"), read_.holds ? "mode: hold" : "the policy is active");
  }

  const Node& policy_;
  Migration& migration_;
  Fields fields_;
  EnginePolicy read_;
};

}  // namespace

std::optional<EnginePolicy> ReadEnginePolicy(const Node& policy, const std::string& path, Migration& migration) {
  return Reader(policy, path, migration).Read();
}

}  // namespace loadline
