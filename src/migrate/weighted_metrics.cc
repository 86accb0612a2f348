#include "migrate/weighted_metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

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

constexpr Duration kDefaultCooldown = std::chrono::minutes(5);
constexpr Duration kDefaultInterval = std::chrono::minutes(2);
constexpr Duration kDefaultWindow = std::chrono::minutes(5);
constexpr Duration kTick = std::chrono::seconds(15);
constexpr Duration kDay = std::chrono::hours(24);
constexpr std::array kAggregations = {"avg", "max", "min", "sum", "last", "p50", "p75", "p90", "p95", "p99"};

struct Metric {
  std::string name;  // theirs
  std::string signal;
  std::string query;
  std::string take;
  Duration window{0};
  double weight = 0;
  double score_at = 0;
  std::string field;      // where it stood; empty: in a threshold only
  std::string elsewhere;  // it came from there, not from Prometheus
  bool smoothed = true;   // not where it is asked how it changes
};

class Reader {
 public:
  Reader(const Node& policy, const Node& document, const std::string& path, Migration& migration)
      : policy_(policy), document_(document), migration_(migration), fields_(policy, path, migration) {}

  // False where there is nothing to migrate; the migration says why.
  bool Read() {
    fields_.Take({"service", "name"});
    fields_.Tell(Fate::kCarried, "names the policy and the ScaledObject");
    if (!ReadBounds()) return false;
    ReadTimes();
    up_.by = Steps("scale_up_by");
    down_.by = -Steps("scale_down_by");
    const std::vector<Node>& metrics = fields_.List({"metrics"});
    const std::string path = fields_.Path();
    for (std::size_t i = 0; i < metrics.size(); ++i) ReadMetric(metrics[i], fmt::format("{}[{}]", path, i));
    ReadThresholds();
    LeaveOutUnused();
    for (const Metric& each : metrics_) TellOfQuery(each);
    ReadSwitch();
    ReadMemory();
    if (&document_ == &policy_) fields_.Take({"limits"});
    fields_.TellRest();
    migration_.Tell(
        Fate::kToDo, "ScaledObject.spec.scaleTargetRef",
        fmt::format("is the Deployment {}: say another where the service is called otherwise", migration_.name));
    if (!up_.conditions.empty()) engine_.rules.push_back(up_);
    if (!down_.conditions.empty()) engine_.rules.push_back(down_);
    for (const Metric& each : metrics_) {
      engine_.signals.push_back(each.signal);
      if (each.smoothed) engine_.window = std::max(engine_.window, each.window);
    }
    if (!engine_.rules.empty()) return true;
    migration_.Tell(Fate::kNotCarried, fields_.Path("thresholds"), "there is none that can be carried over");
    return false;
  }

  Node PolicySpec() const {
    std::vector<Node> signals;
    for (const Metric& each : metrics_) signals.push_back(SignalOf(each));
    if (least_memory_ > 0) {
      signals.push_back(MapNode({{"name", TextNode("free-memory")},
                                 {"role", TextNode("gate")},
                                 {"query", TextNode("max(node_memory_MemAvailable_bytes)")},
                                 {"above", PlainNode(SeriesValue(least_memory_))},
                                 {"whenClosed", TextNode("hold")}}));
    }
    Node spec = MapNode(
        {{"replicas", MapNode({{"min", NumberNode(engine_.bounds.min)}, {"max", NumberNode(*engine_.bounds.max)}})},
         {"every", PlainNode(FormatDuration(engine_.every))},
         {"signals", ListNode(std::move(signals))},
         {"rules", StepRulesNode(engine_)}});
    if (engine_.holds) SetEntry(spec, "mode", TextNode("hold"));
    return spec;
  }

  std::vector<Story> Stories() const {
    std::vector<Story> stories = StepStories(engine_, "the service");
    if (least_memory_ == 0) return stories;
    for (Story& story : stories) {  // plenty of it
      story.keys.emplace_back("free-memory");
      for (StoryStep& step : story.steps) step.values.push_back(SeriesValue(least_memory_ * 4));
    }
    return stories;
  }

  const CountBounds& bounds() const { return engine_.bounds; }

 private:
  bool ReadBounds() {
    const double min = fields_.Number({"min_replicas", "min"}).value_or(1);
    fields_.Tell(Fate::kCarried, "stands in the policy and in the ScaledObject");
    const double max = fields_.Number({"max_replicas", "max"}).value_or(0);
    if (min >= 0 && max >= 1 && min <= max && max <= 100000 && std::floor(min) == min && std::floor(max) == max) {
      fields_.Tell(Fate::kCarried, "stands in the policy and in the ScaledObject");
      engine_.bounds = {static_cast<int>(min), static_cast<int>(max)};
      if (min == 0)
        migration_.Tell(Fate::kToDo, fields_.Path("min_replicas"),
                        "is 0: where a metric is of the workers themselves, say by whenIdle what wakes them");
      return true;
    }
    fields_.Tell(Fate::kNotCarried, fmt::format("want whole numbers, 0 <= min <= max and max >= 1; found {} and {}: "
                                                "nothing is made of this policy",
                                                FormatNumber(min), FormatNumber(max)));
    return false;
  }

  Duration Bounded(Duration time) {
    const Duration whole = (std::min(time, kDay) + kTick - Duration(1)) / kTick * kTick;
    if (whole != time)
      fields_.Tell(Fate::kChanged, fmt::format("is {} here: whole ticks of 15s, at most a day", FormatDuration(whole)));
    return whole;
  }

  void ReadTimes() {
    const Duration cooldown =
        std::min(kDay, fields_.Time({"cooldown", "cooldown_seconds", "cooldown_period"}).value_or(kDefaultCooldown));
    fields_.Tell(Fate::kCarried, fmt::format("cooldown of both rules: {}", FormatDuration(cooldown)));
    fields_.Tell(Fate::kChanged, "there any change began it; here one of the rule's own direction does");
    up_ = {"up", {}, false, Duration::zero(), 1, cooldown};
    down_ = {"down", {}, true, Duration::zero(), -1, cooldown};
    const auto interval = fields_.Time({"evaluation_interval", "interval", "evaluation_interval_seconds"});
    engine_.every = Bounded(std::max(kTick, interval.value_or(kDefaultInterval)));
    fields_.Tell(Fate::kCarried, fmt::format("every: {}", FormatDuration(engine_.every)));
  }

  int Steps(const char* field) {
    const double steps = fields_.Number({field}).value_or(1);
    const bool good = steps >= 1 && steps <= 100000 && std::floor(steps) == steps;
    fields_.Tell(good ? Fate::kCarried : Fate::kNotCarried,
                 good ? fmt::format("the rule's step: {}", FormatNumber(steps))
                      : fmt::format("is whole and at least 1; found {}: 1 is taken", FormatNumber(steps)));
    return good ? static_cast<int>(steps) : 1;
  }

  Metric& MetricOf(const std::string& name) {
    const auto known =
        std::find_if(metrics_.begin(), metrics_.end(), [&](const Metric& each) { return each.name == name; });
    if (known != metrics_.end()) return *known;
    Metric metric;
    metric.name = name;
    metric.signal = FreeName(name, taken_);
    metric.query = UsualQuery(name, migration_.name);
    return metrics_.emplace_back(std::move(metric));
  }

  void ReadMetric(const Node& node, const std::string& path) {
    Fields fields(node, path, migration_);
    const std::string name = fields.Text({"name", "metric"});
    if (name.empty()) return migration_.Tell(Fate::kNotCarried, path, "has no name");
    Metric& metric = MetricOf(name);
    const std::string type = fields.Text({"type"});
    const std::string source = fields.Text({"source"});
    const std::string query = fields.Text({"query"});
    if (!query.empty()) metric.query = query;
    metric.field = path;
    if (source == "sql" || source == "business" || type == "sql" || type == "business" || type == "custom")
      metric.elsewhere = source.empty() ? type : source;
    ReadWindow(fields, metric);
    if (const auto weight = fields.Number({"weight"})) {
      metric.weight = *weight > 0 && *weight <= 1000 ? *weight : 0;
      fields.Tell(metric.weight > 0 ? Fate::kChanged : Fate::kNotCarried,
                  metric.weight > 0
                      ? "weighed a decision's confidence; here it is the weight in the score that explain "
                        "shows, and that rules may go by"
                      : "is above 0, at most 1000");
    }
    fields.TellRest();
  }

  void LeaveOutUnused() {
    const auto is_unused = [&](const Metric& metric) {
      for (const StepRule* rule : {&up_, &down_}) {
        for (const StepCondition& each : rule->conditions) {
          if (each.signal == metric.signal) return false;
        }
      }
      migration_.Tell(Fate::kNotCarried, metric.field, "has no threshold, and so decided nothing: it is left out");
      return true;
    };
    std::erase_if(metrics_, is_unused);
  }

  void TellOfQuery(const Metric& metric) {
    const std::string field = metric.field.empty() ? fields_.Path("thresholds") : metric.field;
    if (metric.elsewhere.empty()) {
      return migration_.Tell(Fate::kToDo, field,
                             fmt::format("look at what the query of signal {} says: {}", metric.signal, metric.query));
    }
    migration_.Tell(Fate::kToDo, field,
                    fmt::format("{} came from {}: an exporter has to bring it to Prometheus; then put its query into "
                                "signal {}",
                                metric.name, metric.elsewhere, metric.signal));
  }

  void ReadWindow(Fields& fields, Metric& metric) {
    std::string take = fields.Text({"aggregation"});
    if (take == "average" || take == "mean") take = "avg";
    const bool known = std::find(kAggregations.begin(), kAggregations.end(), take) != kAggregations.end();
    if (!take.empty() && !known) {
      fields.Tell(Fate::kNotCarried, fmt::format("is one of {}; found {}: the latest value is taken",
                                                 fmt::join(kAggregations, ", "), take));
    }
    const auto window = fields.Time({"window", "window_seconds"});
    if (take.empty() || !known) return;
    metric.take = take;
    metric.window = std::clamp(window.value_or(kDefaultWindow), kTick, kDay);
    fields.Tell(Fate::kCarried,
                fmt::format("window of signal {}: {} over {}", metric.signal, take, FormatDuration(metric.window)));
  }

  void ReadThresholds() {
    const std::vector<Node>& thresholds = fields_.List({"thresholds"});
    const std::string path = fields_.Path();
    for (std::size_t i = 0; i < thresholds.size(); ++i) ReadThreshold(thresholds[i], fmt::format("{}[{}]", path, i));
  }

  void ReadThreshold(const Node& node, const std::string& path) {
    using Is = StepCondition::Is;
    Fields fields(node, path, migration_);
    const std::string name = fields.Text({"metric", "name"});
    const std::string comparison = fields.Text({"comparison"});
    const auto up = fields.Number({"scale_up"});
    const auto down = fields.Number({"scale_down"});
    fields.TellRest();
    const bool change = comparison == "percentage_change";
    const bool less = comparison == "less_than";
    const bool known = change || less || comparison.empty() || comparison == "greater_than";
    if (name.empty() || !known || (!up && !down) || (change && (up.value_or(1) == 0 || down.value_or(1) == 0))) {
      return migration_.Tell(Fate::kNotCarried, path,
                             "wants a metric, a scaleUp or scaleDown, and greater_than, less_than or "
                             "percentage_change");
    }
    Metric& metric = MetricOf(name);
    if (change) metric.smoothed = false;
    const Duration over = metric.window > Duration::zero() ? metric.window : kDefaultWindow;
    const auto add = [&](StepRule& rule, std::optional<double> threshold, Is is, Is changes) {
      if (!threshold) return;
      rule.conditions.push_back({metric.signal, change ? changes : is, change ? std::abs(*threshold) : *threshold,
                                 change ? over : Duration::zero()});
    };
    add(up_, up, less ? Is::kBelow : Is::kAbove, Is::kRises);
    add(down_, down, less ? Is::kAbove : Is::kBelow, Is::kFalls);
    const bool percent = name.find("usage") != std::string::npos || name == "error_rate";
    if (up && *up > 0 && !less && !change) metric.score_at = percent ? 100 : *up;
    migration_.Tell(Fate::kCarried, path,
                    fmt::format("signal {} in the rules {}", metric.signal,
                                up && down ? "up and down"
                                : up       ? "up"
                                           : "down"));
    if (change)
      migration_.Tell(Fate::kChanged, path,
                      fmt::format("a change within {}: the metric's window, or 5m", FormatDuration(over)));
  }

  void ReadSwitch() {
    Fields all(document_, "", migration_);
    const bool of_all = &document_ == &policy_ || all.Truth({"enabled"}).value_or(true);
    const bool own = fields_.Truth({"enabled"}).value_or(false);
    engine_.holds = !of_all || !own;
    fields_.Tell(Fate::kCarried, engine_.holds
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
    least_memory_ = *megabytes * 1024 * 1024;
    fields.Tell(Fate::kChanged, "signal free-memory: while no node has more left, what there is stays, up and down");
  }

  static Node SignalOf(const Metric& metric) {
    Node node = MapNode({{"name", TextNode(metric.signal)}, {"query", TextNode(metric.query)}});
    if (metric.smoothed && metric.window > Duration::zero())
      SetEntry(node, "window",
               MapNode({{"over", PlainNode(FormatDuration(metric.window))}, {"take", TextNode(metric.take)}}));
    if (metric.weight > 0 && metric.score_at > 0) {
      SetEntry(node, "scoreAt", PlainNode(SeriesValue(metric.score_at)));
      SetEntry(node, "weight", PlainNode(SeriesValue(metric.weight)));
    }
    return node;
  }

  const Node& policy_;
  const Node& document_;
  Migration& migration_;
  Fields fields_;
  StepEngine engine_;
  StepRule up_;
  StepRule down_;
  std::vector<Metric> metrics_;
  std::vector<std::string> taken_;
  double least_memory_ = 0;
};

Migration Begin(const std::string& name, const std::string& what) {
  return BeginMigration(MapNode({{"metadata", MapNode({{"name", TextNode(name)}})}}), what);
}

}  // namespace

bool IsWeightedMetrics(const Node& policy) { return HasField(policy, {"thresholds"}); }

Migration MigrateWeightedMetrics(const Node& policy, const Node& document, const std::string& path,
                                 const MigrateOptions& options) {
  const std::string service = TextAt(policy, "service");
  Migration migration = Begin(service.empty() ? TextAt(policy, "name") : service, "thresholds of");
  Reader reader(policy, document, path, migration);
  if (!reader.Read() || !TellOfOldScaler("their autoscaler", options, migration)) return migration;
  TellOfTolerance(migration);
  migration.documents.push_back(PolicyDocument(migration, reader.PolicySpec()));
  migration.stories = reader.Stories();
  migration.scaled_object =
      ScaledObjectFor(migration, options, DeploymentTarget(migration.name), reader.bounds(), nullptr);
  return migration;
}

Migration MigrateLimits(const Node& document, const std::vector<std::string>& policies) {
  Migration migration = Begin("all", "limits of");
  const Node* limits = document.Find("limits");
  Fields fields(*limits, "limits", migration);
  const auto most = fields.Number({"max_total_replicas", "max_replicas", "total_replicas"});
  if (!most || *most < 1 || std::floor(*most) != *most || *most > 1e6) {
    fields.Tell(Fate::kNotCarried, "there is no maximum of all replicas, a whole number from 1 on");
    return migration;
  }
  fields.Tell(Fate::kCarried, fmt::format("Budget {} of all policies", migration.name));
  fields.Tell(Fate::kChanged,
              "where it is too small, the policies share it by what they want; priority and weight say otherwise");
  std::vector<Node> members;
  for (const std::string& each : policies) members.push_back(MapNode({{"policy", TextNode(each)}}));
  fields.Take({"min_available_memory_mb", "min_available_memory"});
  fields.TellRest();
  Node budget = PolicyDocument(
      migration, MapNode({{"replicas", PlainNode(SeriesValue(*most))}, {"members", ListNode(std::move(members))}}));
  SetEntry(budget, "kind", TextNode("Budget"));
  migration.documents.push_back(std::move(budget));
  return migration;
}

}  // namespace loadline
