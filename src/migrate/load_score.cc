#include "migrate/load_score.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/text.h"
#include "document/yaml_text.h"
#include "migrate/draft.h"
#include "migrate/fields.h"
#include "migrate/new_object.h"
#include "migrate/reading.h"
#include "migrate/step_rules.h"
#include "migrate/step_stories.h"
#include "migrate/usual_query.h"

namespace loadline {
namespace {

constexpr Duration kDay = std::chrono::hours(24);

struct Part {
  const char* signal;
  const char* weight_field;
  double weight;
  double full;  // the value that is 100 %
};

class Reader {
 public:
  Reader(const Node& policy, const std::string& path, Migration& migration)
      : migration_(migration), fields_(policy, path, migration) {}

  // False where their own checks refuse the policy; the migration says why.
  bool Read() {
    fields_.Take({"name", "proxy", "service", "proxy_id", "id"});
    fields_.Tell(Fate::kCarried, "names the policy and the ScaledObject");
    if (!ReadBounds() || !ReadThresholds() || !ReadTargets() || !ReadWeights()) return false;
    up_.cooldown = Cooldown("scale_up_cooldown", std::chrono::seconds(60));
    down_.cooldown = Cooldown("scale_down_cooldown", std::chrono::seconds(300));
    engine_.holds = !fields_.Truth({"enabled"}).value_or(true);
    fields_.Tell(Fate::kCarried,
                 engine_.holds ? "mode: hold: it decides, records, and answers what there is, until that line goes"
                               : "the policy is active");
    fields_.Leave({"created_at", "updated_at"}, "is of their database");
    fields_.TellRest();
    migration_.Tell(Fate::kToDo, "signals",
                    "the metrics were pushed to the scaler; here an exporter brings them to Prometheus: look at what "
                    "the queries of cpu, memory, requests and errors say");
    if (up_threshold_ / sum_ >= 100)
      migration_.Tell(Fate::kNotCarried, fields_.Path("scale_up_threshold"),
                      "is more than the score ever is: there is no rule to go up, as there was none that fired");
    MakeEngine();
    return true;
  }

  Node PolicySpec() const {
    std::vector<Node> signals;
    for (const Part& part : parts_) {
      if (part.weight == 0) continue;
      signals.push_back(MapNode({{"name", TextNode(part.signal)},
                                 {"query", TextNode(QueryOf(part))},
                                 {"scoreAt", PlainNode(SeriesValue(part.full))},
                                 {"weight", PlainNode(SeriesValue(part.weight))}}));
    }
    Node spec = MapNode(
        {{"replicas", MapNode({{"min", NumberNode(engine_.bounds.min)}, {"max", NumberNode(*engine_.bounds.max)}})},
         {"signals", ListNode(std::move(signals))},
         {"rules", StepRulesNode(engine_)}});
    if (engine_.holds) SetEntry(spec, "mode", TextNode("hold"));
    return spec;
  }

  std::vector<Story> Stories() const { return StepStories(engine_, "the scaler"); }
  const CountBounds& bounds() const { return engine_.bounds; }

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
    engine_.bounds = {static_cast<int>(min), static_cast<int>(max)};
    return true;
  }

  bool ReadThresholds() {
    up_threshold_ = fields_.Number({"scale_up_threshold"}).value_or(80);
    if (up_threshold_ <= 0 || up_threshold_ > 100)
      return Refuse(fmt::format("a percentage; found {}", FormatNumber(up_threshold_)));
    fields_.Tell(Fate::kCarried, fmt::format("rule up: score above {}", FormatNumber(up_threshold_)));
    down_threshold_ = fields_.Number({"scale_down_threshold"}).value_or(30);
    if (down_threshold_ < 0 || down_threshold_ >= up_threshold_)
      return Refuse(
          fmt::format("a percentage below the threshold to scale up; found {}", FormatNumber(down_threshold_)));
    fields_.Tell(Fate::kCarried, fmt::format("rule down: score below {}", FormatNumber(down_threshold_)));
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
    parts_[2].full = rate;
    return true;
  }

  bool ReadWeights() {
    const Node* found = fields_.Take({"weights"});
    if (found != nullptr) {
      Fields weights(*found, fields_.Path(), migration_);
      for (Part& part : parts_) {
        part.weight = weights.Number({part.weight_field}).value_or(0);
        if (part.weight < 0 || part.weight > 1000)
          return Refuse(fmt::format("from 0 on; found {}", FormatNumber(part.weight)));
      }
      weights.TellRest();
    }
    sum_ = std::accumulate(parts_.begin(), parts_.end(), 0.0,
                           [](double sum, const Part& part) { return sum + part.weight; });
    if (sum_ <= 0) return Refuse("a weight above 0");
    if (down_threshold_ / sum_ > 100)
      return Refuse(
          fmt::format("weights with which the score can be above {}, where it goes down; they have a sum of {}",
                      FormatNumber(down_threshold_), SeriesValue(sum_)));
    fields_.Tell(Fate::kCarried, "scoreAt and weight of the signals");
    if (std::abs(sum_ - 1) < 1e-9) {
      sum_ = 1;
    } else {
      fields_.Tell(Fate::kChanged,
                   fmt::format("have a sum of {}, which a score here does not: the rules' thresholds are "
                               "divided by it; their score ended at 100",
                               SeriesValue(sum_)));
    }
    return true;
  }

  Duration Cooldown(const char* field, Duration otherwise) {
    const Duration cooldown = std::min(kDay, fields_.Time({field}).value_or(otherwise));
    fields_.Tell(Fate::kCarried, fmt::format("cooldown of the rule: {}", FormatDuration(cooldown)));
    return cooldown;
  }

  std::string QueryOf(const Part& part) const {
    const std::string name = part.signal;
    if (name == "cpu") return UsualQuery("cpu_usage", migration_.name);
    if (name == "memory") return UsualQuery("memory_usage", migration_.name);
    return name == "requests" ? RequestsOfOnePod(migration_.name) : UsualQuery("error_rate", migration_.name);
  }

  void MakeEngine() {
    std::vector<Part> counted;
    std::copy_if(parts_.begin(), parts_.end(), std::back_inserter(counted),
                 [](const Part& part) { return part.weight > 0; });
    for (const Part& part : counted) engine_.signals.emplace_back(part.signal);
    const double sum = sum_;
    engine_.score = [counted, sum](const std::vector<double>& values) {
      double score = 0;
      for (std::size_t i = 0; i < counted.size(); ++i)
        score += counted[i].weight * std::min(100.0, 100 * values[i] / counted[i].full);
      return score / sum;
    };
    up_ = {"up", {{"score", StepCondition::Is::kAbove, up_threshold_ / sum}}, true, Duration::zero(), 1, up_.cooldown};
    down_ = {"down",        {{"score", StepCondition::Is::kBelow, down_threshold_ / sum}}, true, Duration::zero(), -1,
             down_.cooldown};
    if (up_threshold_ / sum < 100) engine_.rules.push_back(up_);
    engine_.rules.push_back(down_);
    // From what is far above everywhere down to nothing, and each part alone.
    for (const double share : {1.5, 0.9, 0.83, 0.77, 0.5, 0.31, 0.28, 0.1, 0.0}) {
      std::vector<double> row;
      for (const Part& part : counted) row.push_back(part.full * share);
      engine_.rows.push_back(std::move(row));
    }
    LeaveOutEdges();
    engine_.quiet = engine_.rows[engine_.rows.size() / 2];
    for (std::size_t i = 0; i < counted.size(); ++i) {
      engine_.rows.push_back(engine_.quiet);
      engine_.rows.back()[i] = counted[i].full * 2;
    }
    LeaveOutEdges();
  }

  // What floating point makes of a score at its threshold is no story.
  void LeaveOutEdges() {
    std::erase_if(engine_.rows, [&](const std::vector<double>& row) {
      return std::any_of(engine_.rules.begin(), engine_.rules.end(), [&](const StepRule& rule) {
        return std::abs(engine_.score(row) - rule.conditions.front().threshold) < 1e-4;
      });
    });
  }

  Migration& migration_;
  Fields fields_;
  StepEngine engine_;
  StepRule up_;
  StepRule down_;
  double up_threshold_ = 0;
  double down_threshold_ = 0;
  double sum_ = 1;
  std::array<Part, 4> parts_ = {Part{"cpu", "cpu", 0.4, 100}, Part{"memory", "memory", 0.3, 100},
                                Part{"requests", "request_rate", 0.2, 1000}, Part{"errors", "error_rate", 0.1, 100}};
};

}  // namespace

bool IsLoadScore(const Node& policy) {
  return HasField(policy, {"scale_up_threshold", "scale_down_threshold", "target_request_rate"});
}

Migration MigrateLoadScore(const Node& policy, const std::string& path, const MigrateOptions& options) {
  std::string name;
  for (const char* field : {"name", "proxy", "service", "proxy_id", "proxyId", "id"}) {
    if (name.empty()) name = TextAt(policy, field);
  }
  Migration migration = BeginMigration(MapNode({{"metadata", MapNode({{"name", TextNode(name)}})}}), "load score of");
  Reader reader(policy, path, migration);
  if (!reader.Read() || !TellOfOldScaler("their scaler", options, migration)) return migration;
  TellOfTolerance(migration);
  migration.documents.push_back(PolicyDocument(migration, reader.PolicySpec()));
  migration.stories = reader.Stories();
  migration.scaled_object =
      ScaledObjectFor(migration, options, DeploymentTarget(migration.name), reader.bounds(), nullptr);
  migration.Tell(Fate::kToDo, "ScaledObject.spec.scaleTargetRef",
                 fmt::format("is the Deployment {}: say another where the proxy is called otherwise", migration.name));
  return migration;
}

}  // namespace loadline
