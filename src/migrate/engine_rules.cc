#include "migrate/engine_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "migrate/reading.h"

namespace loadline {
namespace {

constexpr Duration kLongestHold = std::chrono::hours(24);

struct Operator {
  std::string_view word;
  StepCondition::Is is;
};
constexpr std::array kOperators = {
    Operator{"gt", StepCondition::Is::kAbove},    Operator{"lt", StepCondition::Is::kBelow},
    Operator{"gte", StepCondition::Is::kAtLeast}, Operator{"lte", StepCondition::Is::kAtMost},
    Operator{"eq", StepCondition::Is::kEqual},
};

// A metric's name, with labels or without: it may say several series.
bool IsSelector(const std::string& query) {
  const std::string name = query.substr(0, query.find('{'));
  return (name.size() == query.size() || query.back() == '}') && !name.empty() &&
         std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == ':'; });
}

bool Adds(const StepRule& rule) { return rule.by > 0; }

class Reader {
 public:
  Reader(Fields& policy, Duration cooldown, Migration& migration)
      : policy_(policy), cooldown_(cooldown), migration_(migration) {}

  EngineRules Read() {
    ReadRules("scale_up_rules", 1);
    ReadRules("scale_down_rules", -1);
    ReadRules("rules", 0);
    std::stable_partition(read_.rules.begin(), read_.rules.end(), Adds);
    if (std::any_of(read_.rules.begin(), read_.rules.end(), Adds) &&
        !std::all_of(read_.rules.begin(), read_.rules.end(), Adds))
      migration_.Tell(Fate::kChanged, policy_.Path("rules"),
                      "where rules that add and rules that remove hold at once, those that add count; but at the "
                      "maximum theirs removed then, and here it stays");
    return std::move(read_);
  }

 private:
  void ReadRules(const char* field, int direction) {
    policy_.Each({field}, [&](const Node& rule, const std::string& path) { ReadRule(rule, path, direction); });
  }

  // `direction` is 1, -1, or 0 where the rule itself says it.
  void ReadRule(const Node& node, const std::string& path, int direction) {
    Fields fields(node, path, migration_);
    const std::string type = fields.Text({"rule_type", "type"});
    if (direction == 0) direction = type == "scale_up" ? 1 : type == "scale_down" ? -1 : 0;
    fields.Leave({"id", "policy_id", "created_at"}, "is of their database");
    StepRule rule;
    rule.hold = fields.Time({"duration_seconds", "duration"}).value_or(Duration::zero());
    rule.cooldown = cooldown_;
    const double by = fields.Number({"scale_by"}).value_or(0);
    const bool good_by = std::floor(by) == by && std::abs(by) >= 1 && std::abs(by) <= 100000;
    rule.by = good_by ? static_cast<int>(std::abs(by)) * direction : 0;
    const std::string logic = fields.Text({"logic", "condition_operator", "match"});
    rule.all = logic != "OR" && logic != "or" && logic != "any";
    const std::size_t known = read_.signals.size();
    const bool readable = ReadConditions(node, fields, path, rule);
    fields.TellRest();
    if (!readable || direction == 0 || !good_by || rule.hold > kLongestHold) {
      read_.signals.resize(known);  // without what only this rule asked for
      return migration_.Tell(Fate::kNotCarried, path,
                             "wants a metric, an operator of gt, lt, gte, lte and eq, a threshold, a scale_by that is "
                             "whole and not 0, at most a day, and whether it is scale_up or scale_down");
    }
    rule.name = FreeName(direction > 0 ? "scale-up" : "scale-down", rule_names_);
    migration_.Tell(Fate::kCarried, path, fmt::format("rule {}", rule.name));
    read_.rules.push_back(std::move(rule));
  }

  bool ReadConditions(const Node& node, Fields& fields, const std::string& path, StepRule& rule) {
    if (!HasField(node, {"conditions"})) return ReadCondition(fields, rule);
    const std::vector<Node>& conditions = fields.List({"conditions"});
    bool readable = !conditions.empty();
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      Fields of(conditions[i], fmt::format("{}.conditions[{}]", path, i), migration_);
      readable = ReadCondition(of, rule) && readable;
      of.TellRest();
    }
    return readable;
  }

  bool ReadCondition(Fields& fields, StepRule& rule) {
    const std::string metric = fields.Text({"metric"});
    const std::string word = fields.Text({"operator"});
    const auto threshold = fields.Number({"threshold"});
    const auto* found =
        std::find_if(kOperators.begin(), kOperators.end(), [&](const Operator& each) { return each.word == word; });
    if (metric.empty() || found == kOperators.end() || !threshold) return false;
    rule.conditions.push_back({SignalOf(metric, fields), found->is, *threshold, Duration::zero()});
    return true;
  }

  std::string SignalOf(const std::string& metric, const Fields& fields) {
    const std::string query = IsSelector(metric) ? fmt::format("max({})", metric) : metric;
    std::vector<std::string> taken;
    for (const EngineSignal& each : read_.signals) {
      if (each.query == query) return each.name;
      taken.push_back(each.name);
    }
    if (query != metric)
      migration_.Tell(
          Fate::kChanged, fields.Path("metric"),
          fmt::format("the first of several series counted, whichever that was; here the highest: {}", query));
    read_.signals.push_back({FreeName(MetricIn(metric), taken), query});
    return read_.signals.back().name;
  }

  Fields& policy_;
  Duration cooldown_;
  Migration& migration_;
  EngineRules read_;
  std::vector<std::string> rule_names_;
};

}  // namespace

EngineRules ReadEngineRules(Fields& policy, Duration cooldown, Migration& migration) {
  return Reader(policy, cooldown, migration).Read();
}

}  // namespace loadline
