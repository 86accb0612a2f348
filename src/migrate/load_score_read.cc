#include "migrate/load_score_read.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/text.h"
#include "migrate/fields.h"

namespace loadline {
namespace {

constexpr Duration kDay = std::chrono::hours(24);

class Reader {
 public:
  Reader(const Node& policy, const std::string& path, Migration& migration)
      : migration_(migration), fields_(policy, path, migration) {}

  std::optional<LoadScore> Read() {
    fields_.Take({"name", "proxy", "service", "proxy_id", "id"});
    fields_.Tell(Fate::kCarried, "names the policy and the ScaledObject");
    if (!ReadBounds() || !ReadThresholds() || !ReadTargets() || !ReadWeights()) return std::nullopt;
    read_.up.cooldown = Cooldown("scale_up_cooldown", std::chrono::seconds(60));
    read_.down.cooldown = Cooldown("scale_down_cooldown", std::chrono::seconds(300));
    read_.holds = !fields_.Truth({"enabled"}).value_or(true);
    fields_.Tell(Fate::kCarried,
                 read_.holds ? "mode: hold: it decides, records, and answers what there is, until that line goes"
                             : "the policy is active");
    fields_.Leave({"created_at", "updated_at"}, "is of their database");
    fields_.TellRest();
    migration_.Tell(Fate::kToDo, "signals",
                    "the metrics were pushed to the scaler; here an exporter brings them to Prometheus: look at what "
                    "the queries of cpu, memory, requests and errors say");
    if (read_.up.threshold / read_.sum >= 100)
      migration_.Tell(Fate::kNotCarried, fields_.Path("scale_up_threshold"),
                      "is more than the score ever is: there is no rule to go up, as there was none that fired");
    return read_;
  }

 private:
  bool Refuse(const std::string& rule) {
    fields_.Tell(Fate::kNotCarried, "want " + rule + ": their checks refuse it, too; nothing is made of this policy");
    return false;
  }

  bool ReadBounds() {
    const double min = fields_.Number({"min_replicas", "min"}).value_or(1);
    fields_.Tell(Fate::kCarried, "stands in the policy and in the ScaledObject");
    if (min < 1 || std::floor(min) != min) return Refuse(fmt::format("min >= 1; found {}", FormatNumber(min)));
    const double max = fields_.Number({"max_replicas", "max"}).value_or(10);
    if (max < min || max > 100000 || std::floor(max) != max)
      return Refuse(fmt::format("max >= min; found {} and {}", FormatNumber(max), FormatNumber(min)));
    fields_.Tell(Fate::kCarried, "stands in the policy and in the ScaledObject");
    read_.bounds = {static_cast<int>(min), static_cast<int>(max)};
    return true;
  }

  bool ReadThresholds() {
    const double up = read_.up.threshold = fields_.Number({"scale_up_threshold"}).value_or(80);
    if (up <= 0 || up > 100) return Refuse(fmt::format("a percentage; found {}", FormatNumber(up)));
    fields_.Tell(Fate::kCarried, fmt::format("rule up: score above {}", FormatNumber(up)));
    const double down = read_.down.threshold = fields_.Number({"scale_down_threshold"}).value_or(30);
    if (down < 0 || down >= up)
      return Refuse(fmt::format("a percentage below the threshold to scale up; found {}", FormatNumber(down)));
    fields_.Tell(Fate::kCarried, fmt::format("rule down: score below {}", FormatNumber(down)));
    return true;
  }

  bool ReadTargets() {
    for (const char* field : {"target_cpu", "target_memory"}) {
      const auto target = fields_.Number({field});
      if (!target) continue;
      if (*target <= 0 || *target > 100) return Refuse(fmt::format("a percentage; found {}", FormatNumber(*target)));
      fields_.Tell(Fate::kNotCarried, fmt::format("decided nothing: the score did. A signal with target: {} goes by it",
                                                  FormatNumber(*target)));
    }
    const double rate = fields_.Number({"target_request_rate"}).value_or(1000);
    if (rate <= 0) return Refuse(fmt::format("more than 0; found {}", FormatNumber(rate)));
    fields_.Tell(Fate::kCarried, fmt::format("scoreAt of requests: {}", FormatNumber(rate)));
    read_.parts[2].full = rate;
    return true;
  }

  bool ReadWeights() {
    const Node* found = fields_.Take({"weights"});
    if (found != nullptr) {
      Fields weights(*found, fields_.Path(), migration_);
      for (ScorePart& part : read_.parts) {
        part.weight = weights.Number({part.weight_field}).value_or(0);
        if (part.weight < 0 || part.weight > 1000)
          return Refuse(fmt::format("from 0 on; found {}", FormatNumber(part.weight)));
      }
      weights.TellRest();
    }
    read_.sum = std::accumulate(read_.parts.begin(), read_.parts.end(), 0.0,
                                [](double sum, const ScorePart& part) { return sum + part.weight; });
    if (read_.sum <= 0) return Refuse("a weight above 0");
    if (read_.down.threshold / read_.sum > 100)
      return Refuse(
          fmt::format("weights with which the score can be above {}, where it goes down; they have a sum of {}",
                      FormatNumber(read_.down.threshold), SeriesValue(read_.sum)));
    fields_.Tell(Fate::kCarried, "scoreAt and weight of the signals");
    if (std::abs(read_.sum - 1) < 1e-9) {
      read_.sum = 1;
    } else {
      fields_.Tell(Fate::kChanged,
                   fmt::format("have a sum of {}, which a score here does not: the rules' thresholds are "
                               "divided by it; their score ended at 100",
                               SeriesValue(read_.sum)));
    }
    return true;
  }

  Duration Cooldown(const char* field, Duration otherwise) {
    const Duration cooldown = std::min(kDay, fields_.Time({field}).value_or(otherwise));
    fields_.Tell(Fate::kCarried, fmt::format("cooldown of the rule: {}", FormatDuration(cooldown)));
    return cooldown;
  }

  Migration& migration_;
  Fields fields_;
  LoadScore read_;
};

}  // namespace

std::vector<ScorePart> LoadScore::Weighed() const {
  std::vector<ScorePart> weighed;
  std::copy_if(parts.begin(), parts.end(), std::back_inserter(weighed),
               [](const ScorePart& part) { return part.weight > 0; });
  return weighed;
}

std::optional<LoadScore> ReadLoadScore(const Node& policy, const std::string& path, Migration& migration) {
  return Reader(policy, path, migration).Read();
}

}  // namespace loadline
