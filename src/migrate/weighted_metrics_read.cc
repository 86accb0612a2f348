#include "migrate/weighted_metrics_read.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "migrate/fields.h"
#include "migrate/new_object.h"
#include "migrate/replica_bounds.h"

namespace loadline {
namespace {

constexpr Duration kDefaultCooldown = std::chrono::minutes(5);
constexpr Duration kDefaultInterval = std::chrono::minutes(2);
constexpr Duration kTick = std::chrono::seconds(15);
constexpr Duration kDay = std::chrono::hours(24);

class Reader {
 public:
  Reader(const Node& policy, const Node& document, const std::string& path, Migration& migration)
      : policy_(policy), document_(document), migration_(migration), fields_(policy, path, migration) {}

  std::optional<WeightedMetrics> Read() {
    fields_.Take({"service", "name"});
    fields_.Tell(Fate::kCarried, "names the policy and the ScaledObject");
    if (!ReadBounds()) return std::nullopt;
    const Duration cooldown = ReadCooldown();
    read_.every = ReadInterval();
    const int adds = Steps("scale_up_by");
    const int removes = Steps("scale_down_by");
    read_.rules = ReadWeightedRules(fields_, {"up", {}, false, Duration::zero(), adds, cooldown},
                                    {"down", {}, true, Duration::zero(), -removes, cooldown}, migration_);
    ReadSwitch();
    ReadMemory();
    if (&document_ == &policy_) fields_.Take({"limits"});
    fields_.TellRest();
    TellOfTarget("service", migration_);
    if (!read_.rules.rules.empty()) return std::move(read_);
    migration_.Tell(Fate::kNotCarried, fields_.Path("thresholds"), "there is none that can be carried over");
    return std::nullopt;
  }

 private:
  bool ReadBounds() {
    const double min = fields_.Number({"min_replicas", "min"}).value_or(1);
    fields_.Tell(Fate::kCarried, "stands in the policy and in the ScaledObject");
    const double max = fields_.Number({"max_replicas", "max"}).value_or(0);
    const auto bounds = BoundsOf(min, max);
    if (!bounds) {
      RefuseBounds(min, max, fields_);
      return false;
    }
    fields_.Tell(Fate::kCarried, "stands in the policy and in the ScaledObject");
    read_.bounds = *bounds;
    if (min == 0)
      migration_.Tell(Fate::kToDo, fields_.Path("min_replicas"),
                      "is 0: where a metric is of the workers themselves, say by whenIdle what wakes them");
    return true;
  }

  Duration ReadCooldown() {
    const Duration cooldown =
        std::min(kDay, fields_.Time({"cooldown", "cooldown_seconds", "cooldown_period"}).value_or(kDefaultCooldown));
    fields_.Tell(Fate::kCarried, fmt::format("cooldown of both rules: {}", FormatDuration(cooldown)));
    fields_.Tell(Fate::kChanged, "there any change began it; here one of the rule's own direction does");
    return cooldown;
  }

  Duration ReadInterval() {
    const auto interval = fields_.Time({"evaluation_interval", "interval", "evaluation_interval_seconds"});
    const Duration every = Bounded(std::max(kTick, interval.value_or(kDefaultInterval)));
    fields_.Tell(Fate::kCarried, fmt::format("every: {}", FormatDuration(every)));
    return every;
  }

  Duration Bounded(Duration time) {
    const Duration whole = (std::min(time, kDay) + kTick - Duration(1)) / kTick * kTick;
    if (whole != time)
      fields_.Tell(Fate::kChanged, fmt::format("is {} here: whole ticks of 15s, at most a day", FormatDuration(whole)));
    return whole;
  }

  int Steps(const char* field) {
    const double steps = fields_.Number({field}).value_or(1);
    const bool good = steps >= 1 && steps <= 100000 && std::floor(steps) == steps;
    fields_.Tell(good ? Fate::kCarried : Fate::kNotCarried,
                 good ? fmt::format("the rule's step: {}", FormatNumber(steps))
                      : fmt::format("is whole and at least 1; found {}: 1 is taken", FormatNumber(steps)));
    return good ? static_cast<int>(steps) : 1;
  }

  void ReadSwitch() {
    Fields all(document_, "", migration_);
    const bool of_all = &document_ == &policy_ || all.Truth({"enabled"}).value_or(true);
    const bool own = fields_.Truth({"enabled"}).value_or(false);
    read_.holds = !of_all || !own;
    fields_.Tell(Fate::kCarried, read_.holds
                                     ? "nothing scales before it is enabled: mode: hold decides, records, and answers "
                                       "what there is, until that line goes"
                                     : "the policy is active");
    if (&document_ != &policy_ && HasField(document_, {"enabled"}))
      migration_.Tell(Fate::kCarried, "enabled", of_all ? "is on for all" : "is off for all: mode: hold");
  }

  void ReadMemory() {
    const Node* limits = document_.Find("limits");
    if (limits == nullptr) return;
    Fields fields(*limits, "limits", migration_);
    const auto megabytes = fields.Number({"min_available_memory_mb", "min_available_memory"});
    if (!megabytes || *megabytes <= 0) return;
    read_.least_memory = *megabytes * 1024 * 1024;
    fields.Tell(Fate::kChanged, "signal free-memory: while no node has more left, what there is stays, up and down");
  }

  const Node& policy_;
  const Node& document_;
  Migration& migration_;
  Fields fields_;
  WeightedMetrics read_;
};

}  // namespace

std::optional<WeightedMetrics> ReadWeightedMetrics(const Node& policy, const Node& document, const std::string& path,
                                                   Migration& migration) {
  return Reader(policy, document, path, migration).Read();
}

}  // namespace loadline
