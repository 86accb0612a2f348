#include "migrate/rule_engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <optional>

#include "base/text.h"
#include "document/yaml_text.h"
#include "migrate/draft.h"
#include "migrate/fields.h"
#include "migrate/fired_schedule.h"
#include "migrate/new_object.h"
#include "migrate/reading.h"
#include "migrate/step_rules.h"
#include "migrate/step_stories.h"

namespace loadline {
namespace {

constexpr double kDefaultMax = 10;
constexpr Duration kDefaultCooldown = std::chrono::seconds(300);
constexpr Duration kLongestHold = std::chrono::hours(24);
constexpr Duration kMinute = std::chrono::minutes(1);

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

class Reader {
 public:
  Reader(const Node& policy, const std::string& path, Migration& migration)
      : policy_(policy), migration_(migration), fields_(policy, path, migration) {}

  // False where there is nothing to migrate; the migration says why.
  bool Read() {
    const bool named = !fields_.Text({"name"}).empty();
    fields_.Tell(named ? Fate::kCarried : Fate::kToDo,
                 named ? "names the policy and the ScaledObject" : "is missing: it is called x until you name it");
    if (!ReadBounds()) return false;
    ReadCooldown();
    ReadRules("scale_up_rules", 1);
    ReadRules("scale_down_rules", -1);
    ReadRules("rules", 0);
    SortRules();
    TellOfContradictions();
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
    if (!engine_.rules.empty() || !schedules_.empty()) return true;
    migration_.Tell(Fate::kNotCarried, fields_.Path("rules"),
                    "there is no rule and no schedule that can be carried over");
    return false;
  }

  Node PolicySpec() {
    std::vector<Node> signals = signals_;
    for (Node& each : ScheduleSignals(schedules_, engine_.rules.empty() ? "" : "floor", names_, migration_))
      signals.push_back(std::move(each));
    Node spec = MapNode(
        {{"replicas", MapNode({{"min", NumberNode(engine_.bounds.min)}, {"max", NumberNode(*engine_.bounds.max)}})},
         {"signals", ListNode(std::move(signals))}});
    if (!engine_.rules.empty()) SetEntry(spec, "rules", StepRulesNode(engine_));
    if (engine_.holds) SetEntry(spec, "mode", TextNode("hold"));
    return spec;
  }

  std::vector<Story> Stories() {
    if (!EndsAreExact(schedules_)) {
      migration_.Tell(Fate::kToDo, fields_.Path("schedules"),
                      "no scenario is made for schedules like these: write one");
      return {};
    }
    if (!schedules_.empty()) {
      engine_.floor = [this](Timestamp time) { return FiredLast(schedules_, time).value_or(0); };
    }
    std::vector<Story> stories;
    if (!engine_.rules.empty()) stories = StepStories(engine_, "the engine");
    if (!schedules_.empty()) stories.push_back(ScheduleStory());
    return stories;
  }

  const StepEngine& engine() const { return engine_; }
  Node target() const { return target_; }

 private:
  bool ReadBounds() {
    const bool to_zero = fields_.Truth({"scale_to_zero"}).value_or(false);
    const double min = fields_.Number({"min_replicas", "min"}).value_or(1);
    const double max = fields_.Number({"max_replicas", "max"}).value_or(kDefaultMax);
    if (min < 0 || max < 1 || min > max || max > 100000 || std::floor(min) != min || std::floor(max) != max) {
      fields_.Tell(Fate::kNotCarried, fmt::format("want whole numbers, 0 <= min <= max and max >= 1; found {} and {}: "
                                                  "nothing is made of this policy",
                                                  FormatNumber(min), FormatNumber(max)));
      return false;
    }
    engine_.bounds = {static_cast<int>(to_zero ? min : std::max(1.0, min)), static_cast<int>(max)};
    fields_.Tell(Fate::kCarried, "stands in the policy and in the ScaledObject");
    migration_.Tell(Fate::kCarried, fields_.Path(HasField(policy_, {"min"}) ? "min" : "min_replicas"),
                    fmt::format("stands in the policy and in the ScaledObject: {}", engine_.bounds.min));
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

  void ReadCooldown() {
    cooldown_ = fields_.Time({"cooldown_seconds", "cooldown"}).value_or(kDefaultCooldown);
    if (cooldown_ > kLongestHold) {
      fields_.Tell(Fate::kChanged, "1d is the longest here");
      cooldown_ = kLongestHold;
    }
    fields_.Tell(Fate::kCarried, fmt::format("cooldown of each rule: {}", FormatDuration(cooldown_)));
    fields_.Tell(Fate::kChanged,
                 "there any change began it, and a duration counted anew after it; here a change of the rule's own "
                 "direction begins it, and a duration that has passed by its end counts");
  }

  void ReadRules(const char* field, int direction) {
    const std::vector<Node>& rules = fields_.List({field});
    const std::string path = fields_.Path();
    for (std::size_t i = 0; i < rules.size(); ++i) ReadRule(rules[i], fmt::format("{}[{}]", path, i), direction);
  }

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
    const std::size_t known = signals_.size();
    const bool readable = ReadConditions(node, fields, path, rule);
    fields.TellRest();
    if (!readable || direction == 0 || !good_by || rule.hold > kLongestHold) {
      signals_.resize(known);  // what only this rule asked for
      names_.resize(known);
      engine_.signals.resize(known);
      queries_.resize(known);
      return migration_.Tell(Fate::kNotCarried, path,
                             "wants a metric, an operator of gt, lt, gte, lte and eq, a threshold, a scale_by that is "
                             "whole and not 0, at most a day, and whether it is scale_up or scale_down");
    }
    rule.name = FreeName(direction > 0 ? "scale-up" : "scale-down", rule_names_);
    migration_.Tell(Fate::kCarried, path, fmt::format("rule {}", rule.name));
    engine_.rules.push_back(std::move(rule));
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
    const auto known = std::find(queries_.begin(), queries_.end(), query);
    if (known != queries_.end()) return names_[static_cast<std::size_t>(known - queries_.begin())];
    if (query != metric)
      migration_.Tell(
          Fate::kChanged, fields.Path("metric"),
          fmt::format("the first of several series counted, whichever that was; here the highest: {}", query));
    queries_.push_back(query);
    const std::string name = FreeName(MetricIn(metric), names_);
    signals_.push_back(MapNode({{"name", TextNode(name)}, {"query", TextNode(query)}}));
    engine_.signals.push_back(name);
    return name;
  }

  void SortRules() {
    std::stable_partition(engine_.rules.begin(), engine_.rules.end(), [](const StepRule& rule) { return rule.by > 0; });
  }

  void TellOfContradictions() {
    const auto adds = [](const StepRule& rule) { return rule.by > 0; };
    const auto added = static_cast<std::size_t>(std::count_if(engine_.rules.begin(), engine_.rules.end(), adds));
    if (added == 0 || added == engine_.rules.size()) return;
    migration_.Tell(Fate::kChanged, fields_.Path("rules"),
                    "where rules that add and rules that remove hold at once, those that add count; but at the maximum "
                    "theirs removed then, and here it stays");
  }

  void ReadSchedules() {
    const std::vector<Node>& schedules = fields_.List({"schedules"});
    const std::string path = fields_.Path();
    for (std::size_t i = 0; i < schedules.size(); ++i) ReadSchedule(schedules[i], fmt::format("{}[{}]", path, i));
    if (schedules_.empty()) return;
    if (engine_.rules.empty()) return;
    migration_.Tell(Fate::kChanged, path,
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
    schedules_.push_back({path, *cron, *known, static_cast<int>(replicas)});
  }

  void ReadTarget() {
    const std::string type = fields_.Text({"target_type"});
    const std::string target = fields_.Text({"target_id"});
    target_ = DeploymentTarget(migration_.name);
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
    engine_.holds = !enabled || dry_run;
    if (engine_.holds)
      fields_.Tell(Fate::kCarried, "mode: hold: it decides, records, and answers what there is, until that line goes");
    migration_.Tell(Fate::kCarried, fields_.Path("enabled"), engine_.holds ? "mode: hold" : "the policy is active");
  }

  Story ScheduleStory() const {
    constexpr Timestamp kFrom{std::chrono::sys_days(std::chrono::year(2026) / 1 / 5)};
    Story story;
    story.name = "schedules";
    story.title = "Each schedule sets its count, which holds until the next one fires.";
    const std::vector<Timestamp> firings = FiringsAfter(schedules_, kFrom, 6);
    if (firings.empty()) return story;
    story.begin = firings.front() - kMinute;
    const bool needs_observed = engine_.holds || !engine_.rules.empty();
    std::vector<std::string> values;
    for (const double each : QuietValues(engine_)) values.push_back(SeriesValue(each));
    story.keys = engine_.signals;
    if (needs_observed) story.keys.emplace_back("observed");
    const double observed = std::max(1, engine_.bounds.min);
    if (needs_observed) values.push_back(SeriesValue(observed));
    Timestamp time = *story.begin;
    const auto add = [&](Duration lasts) {
      StoryStep step;
      step.values = values;
      step.lasts = lasts;
      time += lasts;
      const double fired = FiredLast(schedules_, time - kMinute).value_or(0);
      const double least = engine_.rules.empty() ? 0 : observed;
      step.want = std::clamp<double>(std::max(fired, least), engine_.bounds.min, *engine_.bounds.max);
      if (engine_.holds) step.want = observed;
      step.active = step.want > 0;
      step.why = fmt::format("the schedule that fired last says {}", FormatNumber(fired));
      story.steps.push_back(std::move(step));
    };
    add(kMinute);
    for (std::size_t i = 1; i < firings.size(); ++i) add(firings[i] - firings[i - 1]);
    return story;
  }

  const Node& policy_;
  Migration& migration_;
  Fields fields_;
  StepEngine engine_;
  Duration cooldown_{0};
  std::vector<Node> signals_;
  std::vector<std::string> names_;    // of the signals
  std::vector<std::string> queries_;  // theirs, in the same order
  std::vector<std::string> rule_names_;
  std::vector<FiredSchedule> schedules_;
  Node target_;
};

}  // namespace

bool IsRuleEngine(const Node& policy) {
  return HasField(policy, {"scale_up_rules", "scale_down_rules", "max_hourly_cost", "target_type"}) ||
         (HasField(policy, {"rules", "schedules"}) && HasField(policy, {"min_replicas", "min"}));
}

Migration MigrateRuleEngine(const Node& policy, const std::string& path, const MigrateOptions& options) {
  Migration migration =
      BeginMigration(MapNode({{"metadata", MapNode({{"name", TextNode(TextAt(policy, "name"))}})}}), "scaling policy");
  Reader reader(policy, path, migration);
  if (!reader.Read() || !TellOfOldScaler("their engine", options, migration)) return migration;
  TellOfTolerance(migration);
  migration.documents.push_back(PolicyDocument(migration, reader.PolicySpec()));
  migration.stories = reader.Stories();
  std::erase_if(migration.stories, [](const Story& story) { return story.steps.empty(); });
  migration.scaled_object = ScaledObjectFor(migration, options, reader.target(), reader.engine().bounds, nullptr);
  return migration;
}

}  // namespace loadline
