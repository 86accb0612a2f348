#include "migrate/predictive_object.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "document/yaml_text.h"
#include "migrate/draft.h"
#include "migrate/fields.h"
#include "migrate/hpa_object.h"
#include "migrate/measured.h"
#include "migrate/new_object.h"
#include "migrate/observed_query.h"
#include "migrate/reading.h"
#include "migrate/resource_query.h"

namespace loadline {
namespace {

constexpr double kDefaultCpu = 80;   // percent, where there are no metrics
constexpr double kDefaultSync = 15;  // seconds
constexpr double kDefaultMax = 10;   // docs/reference/configuration.md
constexpr Duration kMinute = std::chrono::minutes(1);
constexpr Duration kDay = std::chrono::hours(24);

struct Forecast {
  std::string name;
  Duration ahead{0};
  Duration history{0};
};

bool IsResource(const Node& metric) {
  const std::string type = TextAt(metric, "type");
  return type == "Resource" || type == "ContainerResource";
}

class Reader {
 public:
  Reader(const Node& spec, const std::string& workload, Migration& migration)
      : spec_(spec), workload_(workload), migration_(migration), fields_(spec, "spec", migration) {}

  // False where there is nothing to migrate; the migration says why.
  bool Read() {
    fields_.Take({"scale_target_ref"});
    fields_.Tell(Fate::kCarried, "stands in the ScaledObject");
    if (!ReadBounds()) return false;
    ReadMetrics();
    if (measured_.empty()) {
      migration_.Tell(Fate::kNotCarried, "spec.metrics", "none of them can be a signal: the object stays as it is");
      return false;
    }
    sync_ = fields_.Number({"sync_period"}).value_or(kDefaultSync * 1000) / 1000;
    if (HasField(spec_, {"sync_period"}))
      fields_.Tell(Fate::kNotCarried,
                   "the HPA looks each 15s, by a setting of the cluster; every: 30s in the policy decides less often");
    ReadDecision();
    ReadModels();
    NameForecasts();
    ReadTolerance();
    fields_.Leave({"cpu_initialization_period", "initial_readiness_delay"},
                  "was about pods that have just started; the signals go by what Prometheus knows of all pods");
    ReadBehavior();
    fields_.TellRest();
    return true;
  }

  Node PolicySpec() const {
    std::vector<Node> signals;
    for (const MeasuredSignal& each : measured_) signals.push_back(SignalNode(each));
    std::size_t named = 0;
    for (const MeasuredSignal& of : measured_) {
      for (const Forecast& each : forecasts_) signals.push_back(ForecastNode(of, each, forecast_names_[named++]));
    }
    Node spec = MapNode({{"replicas", MapNode({{"min", NumberNode(bounds_.min)}, {"max", NumberNode(*bounds_.max)}})},
                         {"signals", ListNode(std::move(signals))}});
    if (tolerance_) SetEntry(spec, "hpa", MapNode({{"tolerance", PlainNode(SeriesValue(*tolerance_))}}));
    return spec;
  }

  std::vector<Story> Stories() const {
    std::vector<Story> stories = {MeasuredStory(measured_, bounds_, "the autoscaler")};
    const std::vector<std::size_t> first = FirstWithQuery(measured_);
    bool each_asks = true;
    for (std::size_t i = 0; i < first.size(); ++i) each_asks = each_asks && first[i] == i;
    if (mode_ == "active" && !forecasts_.empty() && each_asks) stories.push_back(ForecastStory());
    for (Story& story : stories) LeaveOutWhatStays(story);
    std::erase_if(stories, [](const Story& story) { return story.steps.empty(); });
    return stories;
  }

  bool GoesByObserved() const { return NeedsObserved(measured_); }
  const CountBounds& bounds() const { return bounds_; }
  const Node* behavior() const { return behavior_ ? &*behavior_ : nullptr; }

 private:
  bool ReadBounds() {
    const double min = fields_.Number({"min_replicas"}).value_or(1);
    fields_.Tell(Fate::kCarried, "stands in the policy and in the ScaledObject");
    const double max = fields_.Number({"max_replicas"}).value_or(kDefaultMax);
    fields_.Tell(Fate::kCarried, "stands in the policy and in the ScaledObject");
    if (min >= 0 && max >= 1 && min <= max && max <= 100000) {
      bounds_ = {static_cast<int>(min), static_cast<int>(max)};
      return true;
    }
    fields_.Tell(Fate::kNotCarried, fmt::format("want 0 <= minReplicas <= maxReplicas, and maxReplicas >= 1; found {} "
                                                "and {}: the object stays as it is",
                                                FormatNumber(min), FormatNumber(max)));
    return false;
  }

  void ReadMetrics() {
    std::vector<Node> metrics = fields_.List({"metrics"});
    if (metrics.empty()) {
      fields_.Tell(Fate::kChanged, "are not said: cpu at 80 % of the request, as by default there");
      metrics.push_back(
          MapNode({{"type", TextNode("Resource")},
                   {"resource", MapNode({{"name", TextNode("cpu")},
                                         {"target", MapNode({{"type", TextNode("Utilization")},
                                                             {"averageUtilization", NumberNode(kDefaultCpu)}})}})}}));
    }
    measured_ = ReadHpaMetrics(metrics, DeploymentTarget(workload_), migration_).measured;
    for (const MeasuredSignal& each : measured_) taken_.push_back(each.name);
    for (std::size_t i = 0; i < metrics.size(); ++i) {
      if (IsResource(metrics[i])) ReadResource(metrics[i], fmt::format("spec.metrics[{}]", i));
    }
  }

  // An HPA keeps these, as KEDA hands them on; a forecast needs their readings.
  void ReadResource(const Node& metric, const std::string& field) {
    std::erase_if(migration_.notes, [&](const Note& note) { return note.field == field; });
    const Node& resource = NodeAt(metric, TextAt(metric, "type") == "Resource" ? "resource" : "containerResource");
    const std::string name = TextAt(resource, "name");
    const std::string container = TextAt(resource, "container");
    const Node* target = resource.Find("target");
    const bool utilization = target != nullptr && TextAt(*target, "type") == "Utilization";
    const double number =
        target == nullptr ? 0 : NumberAt(*target, utilization ? "averageUtilization" : "averageValue").value_or(0);
    const auto query =
        utilization ? UtilizationQuery(name, workload_, container) : UsageQuery(name, workload_, container);
    if (!query || number <= 0)
      return migration_.Tell(Fate::kNotCarried, field, "is no cpu or memory with a target above 0");
    MeasuredSignal signal;
    signal.name = FreeName(container.empty() ? name : container + "-" + name, taken_);
    signal.query = *query;
    signal.kind = utilization ? TargetKind::kValue : TargetKind::kAverageValue;
    signal.target = number;
    migration_.Tell(
        Fate::kChanged, field,
        fmt::format("signal {} asks Prometheus in the place of the metrics server: {}", signal.name, *query));
    migration_.Tell(Fate::kToDo, field,
                    fmt::format("look at what the query of signal {} says: it needs cAdvisor's and kube-state-metrics' "
                                "metrics, with pods of the name {}-...",
                                signal.name, workload_));
    measured_.push_back(std::move(signal));
  }

  void ReadDecision() {
    const std::string decision = fields_.Text({"decision_type"});
    if (decision.empty() || decision == "maximum") {
      if (!decision.empty()) fields_.Tell(Fate::kCarried, "a forecast that is trusted raises what the metrics ask for");
    } else if (decision == "minimum") {
      mode_ = "shadow";
      fields_.Tell(Fate::kNotCarried,
                   "a forecast never lowers what is measured here: it is recorded only, mode: shadow");
    } else if (decision == "mean" || decision == "median") {
      fields_.Tell(
          Fate::kChanged,
          fmt::format("was the {} of what is measured and what the models say; here the higher of both", decision));
    } else {
      fields_.Tell(Fate::kNotCarried,
                   fmt::format("is maximum, minimum, mean or median; found {}: taken as maximum", decision));
    }
  }

  void ReadModels() {
    const std::vector<Node>& models = fields_.List({"models"});
    for (std::size_t i = 0; i < models.size(); ++i) ReadModel(models[i], fmt::format("spec.models[{}]", i));
    if (forecasts_.empty())
      migration_.Tell(Fate::kNotCarried, "spec.models", "there is none: the policy goes by what is measured");
  }

  void ReadModel(const Node& model, const std::string& path) {
    Fields fields(model, path, migration_);
    const std::string type = fields.Text({"type"});
    Forecast forecast;
    forecast.name = fields.Text({"name"});
    if (forecast.name.empty()) forecast.name = "forecast";
    const double step = sync_ * std::max(1.0, fields.Number({"per_sync_period", "per_interval"}).value_or(1));
    double ahead = step;  // Holt-Winters says what comes next
    double history = 0;
    if (type == "Linear") {
      Fields of(fields.Map({"linear"}), path + ".linear", migration_);
      ahead = of.Number({"look_ahead"}).value_or(step * 1000) / 1000;
      history = step * of.Number({"history_size", "stored_values"}).value_or(0);
      of.TellRest();
    } else if (type == "HoltWinters") {
      Fields of(fields.Map({"holt_winters"}), path + ".holtWinters", migration_);
      history = step * of.Number({"seasonal_periods"}).value_or(0) * of.Number({"stored_seasons"}).value_or(0);
      of.Leave({"alpha", "beta", "gamma", "trend", "seasonal", "damped_trend", "initialization_method", "initial_level",
                "initial_trend", "initial_seasonal", "runtime_tuning_fetch_hook", "method"},
               "our forecasts choose their models and tune them on the history themselves");
      of.TellRest();
    } else {
      return migration_.Tell(Fate::kNotCarried, path,
                             fmt::format("a model of type {} is not known", type.empty() ? "(none)" : type));
    }
    fields.Leave({"calculation_timeout", "start_interval", "reset_duration", "start_interval_reset_duration"},
                 "forecasts are made beside the decisions, and end at aligned times, of what Prometheus remembers");
    fields.TellRest();
    forecast.ahead = WholeSeconds(ahead, std::chrono::seconds(15), kDay);
    forecast.history = std::clamp(WholeSeconds(history, kDay, 90 * kDay), 14 * kDay, 90 * kDay);
    TellOfModel(forecast, type, path, ahead, history);
    forecasts_.push_back(std::move(forecast));
  }

  static Duration WholeSeconds(double seconds, Duration least, Duration most) {
    const double bounded = std::clamp(seconds, ToSeconds(least), ToSeconds(most));
    return std::chrono::seconds(static_cast<std::int64_t>(bounded));
  }

  void TellOfModel(const Forecast& forecast, const std::string& type, const std::string& path, double ahead,
                   double history) {
    migration_.Tell(Fate::kChanged, path,
                    fmt::format("{} became a forecast of each signal, {} ahead (there {}s); of the metric itself, not "
                                "of replicas; it counts while it has earned its trust, so the answer is that of the "
                                "metrics, or higher",
                                type, FormatDuration(forecast.ahead), FormatNumber(ahead)));
    migration_.Tell(Fate::kChanged, path + (type == "Linear" ? ".linear.historySize" : ".holtWinters.storedSeasons"),
                    fmt::format("there {}s of replica counts of its own, here {} of what Prometheus has of the metric",
                                FormatNumber(history), FormatDuration(forecast.history)));
    if (forecast.ahead < kMinute)
      migration_.Tell(Fate::kToDo, path,
                      fmt::format("{} ahead is less than a new pod takes to be ready: ahead: auto learns how long "
                                  "that is",
                                  FormatDuration(forecast.ahead)));
  }

  void ReadTolerance() {
    tolerance_ = fields_.Number({"tolerance"});
    if (!tolerance_) return;
    if (*tolerance_ < 0 || *tolerance_ >= 1) {
      fields_.Tell(Fate::kNotCarried, "is from 0 to below 1: the cluster's counts");
      tolerance_.reset();
      return;
    }
    fields_.Tell(Fate::kCarried,
                 "hpa.tolerance of the policy, and tolerance in the behavior of the ScaledObject: Kubernetes 1.35 and "
                 "later know it; before it is the cluster's, and has to go from the policy");
  }

  void ReadBehavior() {
    if (const Node* behavior = fields_.Take({"behavior"})) {
      behavior_ = *behavior;
      fields_.Tell(Fate::kCarried, "stands in advanced.horizontalPodAutoscalerConfig");
    }
    if (!behavior_) behavior_ = MapNode({});
    if (const auto seconds = fields_.Number({"downscale_stabilization"})) {
      SetDirection("scaleDown", "stabilizationWindowSeconds", PlainNode(SeriesValue(*seconds)));
      fields_.Tell(Fate::kCarried, "stands in the behavior: scaleDown.stabilizationWindowSeconds");
    }
    if (!tolerance_) return;
    for (const char* direction : {"scaleUp", "scaleDown"})
      SetDirection(direction, "tolerance", PlainNode(SeriesValue(*tolerance_)));
  }

  void SetDirection(const char* direction, const char* key, Node value) {
    const Node* found = behavior_->Find(direction);
    Node changed = found != nullptr ? *found : MapNode({});
    SetEntry(changed, key, std::move(value));
    SetEntry(*behavior_, direction, std::move(changed));
  }

  // What an HPA of that tolerance does not go to, it is told otherwise.
  void LeaveOutWhatStays(Story& story) const {
    if (story.keys.back() != "observed") return;
    std::erase_if(story.steps, [&](const StoryStep& step) {
      return !HpaFollows(kObserved, step.want, tolerance_.value_or(0.1)) ||
             !HpaFollows(kObserved, std::ceil(step.want), tolerance_.value_or(0.1));
    });
  }

  Node ForecastNode(const MeasuredSignal& of, const Forecast& forecast, const std::string& name) const {
    return MapNode({{"name", TextNode(name)},
                    {"forecast", MapNode({{"of", TextNode(of.name)},
                                          {"ahead", PlainNode(FormatDuration(forecast.ahead))},
                                          {"history", PlainNode(FormatDuration(forecast.history))},
                                          {"mode", TextNode(mode_)}})},
                    {"onMissing", MapNode({{"then", TextNode("ignore")}})}});
  }

  void NameForecasts() {
    for (const MeasuredSignal& of : measured_) {
      for (const Forecast& each : forecasts_)
        forecast_names_.push_back(FreeName(measured_.size() == 1 ? each.name : of.name + "-" + each.name, taken_));
    }
  }

  // One signal at half of its target and a forecast of it at one and a half: their maximum counts; then no forecast.
  Story ForecastStory() const {
    Story story;
    story.name = "the-forecast-counts-where-it-is-higher";
    story.title = "As with decisionType maximum: the higher of what is measured and what is expected.";
    const MeasuredSignal& first = measured_.front();
    const Forecast& forecast = forecasts_.front();
    const double one = first.kind == TargetKind::kValue ? first.target / kObserved : first.target;
    for (const MeasuredSignal& each : measured_) story.keys.push_back(each.name);
    story.keys.push_back(forecast_names_.front() + ".forecast");
    if (GoesByObserved()) story.keys.emplace_back("observed");
    StoryStep expected;
    for (std::size_t i = 0; i < measured_.size(); ++i) expected.values.push_back(i == 0 ? SeriesValue(one * 1.5) : "0");
    expected.values.push_back(SeriesValue(one * 2.5));
    if (GoesByObserved()) expected.values.push_back(SeriesValue(kObserved));
    StoryStep measured = expected;
    expected.want = std::clamp<double>(2.5, bounds_.min, *bounds_.max);
    expected.why = "the model says 2.5, the metrics 1.5: the higher";
    measured.want = std::clamp<double>(1.5, bounds_.min, *bounds_.max);
    measured.why = "nothing is expected of that time: the metrics";
    measured.lasts = std::chrono::ceil<std::chrono::minutes>(forecast.ahead) + kMinute;
    expected.lasts = std::chrono::minutes(1);
    story.steps = {expected, measured};
    return story;
  }

  const Node& spec_;
  const std::string& workload_;
  Migration& migration_;
  Fields fields_;
  CountBounds bounds_;
  std::vector<std::string> taken_;
  std::vector<MeasuredSignal> measured_;
  std::vector<Forecast> forecasts_;
  std::vector<std::string> forecast_names_;  // of each signal, in their order
  std::string mode_ = "active";
  double sync_ = kDefaultSync;
  std::optional<double> tolerance_;
  std::optional<Node> behavior_;
};

}  // namespace

Migration MigratePredictive(const Node& object, const MigrateOptions& options) {
  Migration migration = BeginMigration(object, "PredictiveHorizontalPodAutoscaler");
  const Node& spec = NodeAt(object, "spec");
  const Node& target = NodeAt(spec, "scaleTargetRef");
  const std::string workload = WorkloadOf(target, migration);
  if (workload.empty()) return migration;
  Reader reader(spec, workload, migration);
  if (!reader.Read() || !TellOfOldScaler("the PredictiveHorizontalPodAutoscaler", options, migration)) return migration;
  Node policy = reader.PolicySpec();
  SayObserved(target, reader.GoesByObserved(), policy, migration);
  migration.documents.push_back(PolicyDocument(migration, std::move(policy)));
  migration.stories = reader.Stories();
  migration.scaled_object = ScaledObjectFor(migration, options, target, reader.bounds(), reader.behavior());
  return migration;
}

}  // namespace loadline
