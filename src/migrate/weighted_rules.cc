#include "migrate/weighted_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "migrate/reading.h"
#include "migrate/usual_query.h"

namespace loadline {
namespace {

constexpr Duration kDefaultWindow = std::chrono::minutes(5);
constexpr Duration kShortestWindow = std::chrono::seconds(15);
constexpr Duration kLongestWindow = std::chrono::hours(24);
constexpr std::array kAggregations = {"avg", "max", "min", "sum", "last", "p50", "p75", "p90", "p95", "p99"};

struct Metric {
  std::string name;  // theirs
  WeightedSignal signal;
  std::string field;      // where it stood; empty: in a threshold only
  std::string elsewhere;  // it came from there, not from Prometheus
  bool smoothed = true;   // not where it is asked how it changes
};

class Reader {
 public:
  Reader(Fields& policy, StepRule up, StepRule down, Migration& migration)
      : policy_(policy), up_(std::move(up)), down_(std::move(down)), migration_(migration) {}

  WeightedRules Read() {
    policy_.Each({"metrics"}, [this](const Node& metric, const std::string& path) { ReadMetric(metric, path); });
    policy_.Each({"thresholds"}, [this](const Node& each, const std::string& path) { ReadThreshold(each, path); });
    LeaveOutUnused();
    WeightedRules read;
    for (Metric& each : metrics_) {
      TellOfQuery(each);
      if (!each.smoothed) each.signal.window = Duration::zero();
      read.signals.push_back(std::move(each.signal));
    }
    for (StepRule* rule : {&up_, &down_}) {
      if (!rule->conditions.empty()) read.rules.push_back(std::move(*rule));
    }
    return read;
  }

 private:
  Metric& MetricOf(const std::string& name) {
    const auto known =
        std::find_if(metrics_.begin(), metrics_.end(), [&](const Metric& each) { return each.name == name; });
    if (known != metrics_.end()) return *known;
    Metric metric;
    metric.name = name;
    metric.signal.name = FreeName(name, taken_);
    metric.signal.query = UsualQuery(name, migration_.name);
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
    if (!query.empty()) metric.signal.query = query;
    metric.field = path;
    if (source == "sql" || source == "business" || type == "sql" || type == "business" || type == "custom")
      metric.elsewhere = source.empty() ? type : source;
    ReadWindow(fields, metric.signal);
    if (const auto weight = fields.Number({"weight"})) {
      const bool good = *weight > 0 && *weight <= 1000;
      metric.signal.weight = good ? *weight : 0;
      fields.Tell(good ? Fate::kChanged : Fate::kNotCarried,
                  good ? "weighed a decision's confidence; here it is the weight in the score that explain shows, and "
                         "that rules may go by"
                       : "is above 0, at most 1000");
    }
    fields.TellRest();
  }

  void ReadWindow(Fields& fields, WeightedSignal& signal) {
    std::string take = fields.Text({"aggregation"});
    if (take == "average" || take == "mean") take = "avg";
    const bool known = std::find(kAggregations.begin(), kAggregations.end(), take) != kAggregations.end();
    if (!take.empty() && !known) {
      fields.Tell(Fate::kNotCarried, fmt::format("is one of {}; found {}: the latest value is taken",
                                                 fmt::join(kAggregations, ", "), take));
    }
    const auto window = fields.Time({"window", "window_seconds"});
    if (take.empty() || !known) return;
    signal.take = take;
    signal.window = std::clamp(window.value_or(kDefaultWindow), kShortestWindow, kLongestWindow);
    fields.Tell(Fate::kCarried,
                fmt::format("window of signal {}: {} over {}", signal.name, take, FormatDuration(signal.window)));
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
    const Duration over = metric.signal.window > Duration::zero() ? metric.signal.window : kDefaultWindow;
    const auto add = [&](StepRule& rule, std::optional<double> threshold, Is is, Is changes) {
      if (!threshold) return;
      rule.conditions.push_back({metric.signal.name, change ? changes : is, change ? std::abs(*threshold) : *threshold,
                                 change ? over : Duration::zero()});
    };
    add(up_, up, less ? Is::kBelow : Is::kAbove, Is::kRises);
    add(down_, down, less ? Is::kAbove : Is::kBelow, Is::kFalls);
    const bool percent = name.find("usage") != std::string::npos || name == "error_rate";
    if (up && *up > 0 && !less && !change) metric.signal.score_at = percent ? 100 : *up;
    migration_.Tell(Fate::kCarried, path,
                    fmt::format("signal {} in the rules {}", metric.signal.name,
                                up && down ? "up and down"
                                : up       ? "up"
                                           : "down"));
    if (change)
      migration_.Tell(Fate::kChanged, path,
                      fmt::format("a change within {}: the metric's window, or 5m", FormatDuration(over)));
  }

  void LeaveOutUnused() {
    const auto is_unused = [&](const Metric& metric) {
      for (const StepRule* rule : {&up_, &down_}) {
        for (const StepCondition& each : rule->conditions) {
          if (each.signal == metric.signal.name) return false;
        }
      }
      migration_.Tell(Fate::kNotCarried, metric.field, "has no threshold, and so decided nothing: it is left out");
      return true;
    };
    std::erase_if(metrics_, is_unused);
  }

  void TellOfQuery(const Metric& metric) {
    const std::string field = metric.field.empty() ? policy_.Path("thresholds") : metric.field;
    if (metric.elsewhere.empty()) {
      return migration_.Tell(
          Fate::kToDo, field,
          fmt::format("look at what the query of signal {} says: {}", metric.signal.name, metric.signal.query));
    }
    migration_.Tell(Fate::kToDo, field,
                    fmt::format("{} came from {}: an exporter has to bring it to Prometheus; then put its query into "
                                "signal {}",
                                metric.name, metric.elsewhere, metric.signal.name));
  }

  Fields& policy_;
  StepRule up_;
  StepRule down_;
  Migration& migration_;
  std::vector<Metric> metrics_;
  std::vector<std::string> taken_;
};

}  // namespace

WeightedRules ReadWeightedRules(Fields& policy, StepRule up, StepRule down, Migration& migration) {
  return Reader(policy, std::move(up), std::move(down), migration).Read();
}

}  // namespace loadline
