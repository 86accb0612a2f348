#include "migrate/watermark_object.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "document/yaml_text.h"
#include "migrate/draft.h"
#include "migrate/fields.h"
#include "migrate/hpa_object.h"
#include "migrate/new_object.h"
#include "migrate/observed_query.h"
#include "migrate/reading.h"
#include "migrate/resource_query.h"
#include "migrate/watermark.h"

namespace loadline {
namespace {

constexpr Duration kMinute = std::chrono::minutes(1);

// A placeholder as an HPA's external metric has it.
std::string ExternalQuery(const Node& external) {
  const Node* selector = external.Find("metricSelector");
  const Node metric =
      MapNode({{"type", TextNode("External")},
               {"external", MapNode({{"metric", MapNode({{"name", TextNode(TextAt(external, "metricName"))},
                                                         {"selector", selector != nullptr ? *selector : Node()}})},
                                     {"target", MapNode({{"type", TextNode("Value")}, {"value", NumberNode(1)}})}})}});
  Migration aside;
  const HpaMetrics metrics = ReadHpaMetrics({metric}, Node{}, aside);
  return metrics.measured.empty() ? "" : metrics.measured.front().query;
}

class Reader {
 public:
  Reader(const Node& spec, const std::string& workload, Migration& migration)
      : workload_(workload), migration_(migration), fields_(spec, "spec", migration) {}

  // False where there is nothing to migrate; the migration says why.
  bool Read() {
    fields_.Take({"scale_target_ref"});
    fields_.Tell(Fate::kCarried, "stands in the ScaledObject");
    if (!ReadBounds()) return false;
    ReadHow();
    ReadLimits();
    ReadTimes();
    ReadMetrics();
    fields_.Leave({"recommender"},
                  "a service that says how many: a signal with replicas: QUERY can, if it has a metric");
    fields_.Leave({"min_available_replica_percentage", "readiness_delay_seconds"},
                  "pods that are not ready are not told apart: a signal with role: gate and whenClosed: hold can, by "
                  "kube_deployment_status_replicas_ready");
    fields_.TellRest();
    if (!law_.metrics.empty()) return Fits();
    migration_.Tell(Fate::kNotCarried, "spec.metrics", "none of them has a watermark: the object stays as it is");
    return false;
  }

  Node PolicySpec() const {
    std::vector<Node> signals;
    for (const WatermarkMetric& each : law_.metrics)
      signals.push_back(MapNode({{"name", TextNode(each.signal)}, {"query", TextNode(each.query)}}));
    Node spec =
        MapNode({{"replicas", MapNode({{"min", NumberNode(law_.bounds.min)}, {"max", NumberNode(*law_.bounds.max)}})},
                 {"signals", ListNode(std::move(signals))},
                 {"combine", TextNode(WatermarkExpression(law_))},
                 {"scaleUp", Shaping(up_window_, up_delay_)},
                 {"scaleDown", Shaping(down_window_, down_delay_)}});
    if (dry_run_) SetEntry(spec, "mode", TextNode("hold"));
    return spec;
  }

  // Values at and about each watermark; then a change that has just been.
  std::vector<Story> Stories() const {
    std::vector<Story> stories = {BandStory()};
    if (up_window_ >= kMinute && !dry_run_) stories.push_back(WindowStory());
    return stories;
  }

  const CountBounds& bounds() const { return law_.bounds; }

 private:
  // Names make the expression long; with short ones it may fit.
  bool Fits() {
    constexpr std::size_t kLongestExpression = 1000;
    for (std::size_t i = 0; WatermarkExpression(law_).size() > kLongestExpression; ++i) {
      if (i == law_.metrics.size()) {
        migration_.Tell(
            Fate::kNotCarried, "spec.metrics",
            "are too many for one expression: the object stays as it is; one policy for each, and a trigger "
            "for each in the ScaledObject, say the same");
        return false;
      }
      const std::string name = fmt::format("m{}", i + 1);
      migration_.Tell(Fate::kChanged, fmt::format("spec.metrics[{}]", i),
                      fmt::format("signal {} is called {}, so that the expression fits", law_.metrics[i].signal, name));
      law_.metrics[i].signal = name;
    }
    return true;
  }

  bool ReadBounds() {
    const double min = fields_.Number({"min_replicas"}).value_or(1);
    fields_.Tell(Fate::kCarried, "stands in the policy and in the ScaledObject");
    const double max = fields_.Number({"max_replicas"}).value_or(0);
    if (min >= 1 && min <= max && max <= 100000) {
      fields_.Tell(Fate::kCarried, "stands in the policy and in the ScaledObject");
      law_.bounds = {static_cast<int>(min), static_cast<int>(max)};
      return true;
    }
    fields_.Tell(Fate::kNotCarried, fmt::format("want 1 <= minReplicas <= maxReplicas; found {} and {}: the object "
                                                "stays as it is",
                                                FormatNumber(min), FormatNumber(max)));
    return false;
  }

  void ReadHow() {
    const std::string algorithm = fields_.Text({"algorithm"});
    law_.average = algorithm == "average";
    fields_.Tell(
        algorithm.empty() || algorithm == "absolute" || algorithm == "average" ? Fate::kCarried : Fate::kNotCarried,
        law_.average ? "combine compares the metric divided by the replicas"
                     : "combine compares the metric itself, as with absolute");
    law_.tolerates_zero = fields_.Truth({"tolerate_zero"}).value_or(false);
    fields_.Tell(Fate::kCarried, law_.tolerates_zero ? "0 is a value like others" : "a metric of 0 changes nothing");
    const std::string converge = fields_.Text({"converge_towards_watermark"});
    if (converge == "highwatermark") law_.converge = WatermarkLaw::Converge::kHigh;
    if (converge == "lowwatermark") law_.converge = WatermarkLaw::Converge::kLow;
    if (!converge.empty())
      fields_.Tell(law_.converge == WatermarkLaw::Converge::kNot ? Fate::kNotCarried : Fate::kCarried,
                   "between the watermarks, in combine: " + converge);
    dry_run_ = fields_.Truth({"dry_run"}).value_or(false);
    fields_.Tell(Fate::kCarried,
                 dry_run_ ? "mode: hold: it decides, records, and answers what there is" : "the policy is active");
  }

  // One within its bounds, else what it is by default.
  double Bounded(const char* field, double otherwise, double least, double most, const std::string& what) {
    const auto number = fields_.Number({field});
    const bool good = !number || (*number >= least && *number <= most);
    if (!good)
      fields_.Tell(Fate::kNotCarried, fmt::format("is from {} to {}; found {}: {} is taken", FormatNumber(least),
                                                  FormatNumber(most), FormatNumber(*number), FormatNumber(otherwise)));
    const double taken = number && good ? *number : otherwise;
    fields_.Tell(Fate::kCarried, fmt::format("{}: {}", what, FormatNumber(taken)));
    return taken;
  }

  void ReadLimits() {
    law_.tolerance = Bounded("tolerance", 0.1, 0, 1, "widens both watermarks in combine");
    if (law_.tolerance == 0) law_.tolerance = 0.1;  // 0 is taken for nothing said
    law_.up_limit = Bounded("scale_up_limit_factor", 50, 0, 1e6, "percent of the replicas at once, in combine");
    law_.down_limit = Bounded("scale_down_limit_factor", 20, 0, 99.999, "percent of the replicas at once, in combine");
    law_.modulo = static_cast<int>(
        Bounded("replica_scaling_absolute_modulo", 1, 1, 1000, "counts in combine are multiples of it"));
  }

  Duration Window(const char* field, Duration otherwise, Duration most, const std::string& what) {
    Duration taken = fields_.Time({field}).value_or(otherwise);
    if (taken == Duration::zero()) taken = otherwise;
    if (taken > most) {
      fields_.Tell(Fate::kChanged, fmt::format("{} is the longest here", FormatDuration(most)));
      taken = most;
    }
    if (taken > Duration::zero()) fields_.Tell(Fate::kCarried, fmt::format("{}: {}", what, FormatDuration(taken)));
    return taken;
  }

  void ReadTimes() {
    constexpr Duration kHour = std::chrono::hours(1);
    up_window_ = Window("upscale_forbidden_window_seconds", kMinute, 24 * kHour, "scaleUp.cooldown");
    down_window_ = Window("downscale_forbidden_window_seconds", 5 * kMinute, 24 * kHour, "scaleDown.cooldown");
    fields_.Tell(Fate::kChanged, "a change in either direction began both windows; here one of its own direction does");
    up_delay_ = Window("upscale_delay_above_watermark_seconds", Duration::zero(), kHour, "scaleUp.stabilize");
    down_delay_ = Window("downscale_delay_below_watermark_seconds", Duration::zero(), kHour, "scaleDown.stabilize");
    if (up_delay_ > Duration::zero() || down_delay_ > Duration::zero())
      migration_.Tell(Fate::kChanged, "spec.upscaleDelayAboveWatermarkSeconds",
                      "and its like waited until the metric had been beyond the watermark for so long, and went to the "
                      "count of then; here to the nearest one that was asked for in that time");
  }

  void ReadMetrics() {
    const std::vector<Node>& metrics = fields_.List({"metrics"});
    for (std::size_t i = 0; i < metrics.size(); ++i) ReadMetric(metrics[i], fmt::format("spec.metrics[{}]", i));
  }

  void ReadMetric(const Node& node, const std::string& path) {
    Fields metric(node, path, migration_);
    const std::string type = metric.Text({"type"});
    const bool external = type == "External";
    const Node* content = external ? metric.Take({"external"}) : metric.Take({"resource"});
    if ((!external && type != "Resource") || content == nullptr)
      return migration_.Tell(Fate::kNotCarried, path, "is no External or Resource metric");
    Fields source(*content, path + (external ? ".external" : ".resource"), migration_);
    const std::string name = external ? source.Text({"metric_name"}) : source.Text({"name"});
    WatermarkMetric read;
    read.high = source.Number({"high_watermark"});
    read.low = source.Number({"low_watermark"});
    source.Take({"metric_selector"});
    const auto query = external ? ExternalQuery(*content) : UsageQuery(name, workload_).value_or("");
    source.TellRest();
    metric.TellRest();
    const bool good = (read.high || read.low) && read.high.value_or(1) > 0 && read.low.value_or(1) > 0 &&
                      (!read.high || !read.low || *read.low <= *read.high);
    if (!good || query.empty()) {
      return migration_.Tell(Fate::kNotCarried, path,
                             "wants a name, and watermarks above 0, the low one not above the high one");
    }
    const auto same = std::find_if(law_.metrics.begin(), law_.metrics.end(),
                                   [&](const WatermarkMetric& each) { return each.query == query; });
    if (same != law_.metrics.end()) {
      return migration_.Tell(
          Fate::kNotCarried, path,
          fmt::format("asks for the same as signal {}: its watermarks are not looked at", same->signal));
    }
    read.signal = FreeName(name, taken_);
    read.query = query;
    migration_.Tell(
        Fate::kCarried, path,
        fmt::format("signal {}, with its watermarks in combine: high {}, low {}", read.signal,
                    read.high ? SeriesValue(*read.high) : "none", read.low ? SeriesValue(*read.low) : "none"));
    migration_.Tell(Fate::kToDo, path,
                    external ? fmt::format("{} is asked of Datadog, and what it asks does not stand here: put a PromQL "
                                           "query that says the same, with the metricSelector, into signal {}",
                                           name, read.signal)
                             : fmt::format("look at what the query of signal {} says: it has pods of the name {}-... "
                                           "in the place of the metricSelector",
                                           read.signal, workload_));
    law_.metrics.push_back(std::move(read));
  }

  static Node Shaping(Duration cooldown, Duration delay) {
    Node node = MapNode({{"cooldown", PlainNode(FormatDuration(cooldown))}});
    if (delay > Duration::zero()) SetEntry(node, "stabilize", PlainNode(FormatDuration(delay)));
    return node;
  }

  static double Neutral(const WatermarkMetric& metric, double times) {
    if (metric.high && metric.low) return (*metric.high + *metric.low) / 2 * times;
    return (metric.high ? *metric.high * 0.9 : *metric.low * 1.1) * times;
  }

  std::vector<double> Neutrals(double observed) const {
    std::vector<double> values;
    for (const WatermarkMetric& each : law_.metrics) values.push_back(Neutral(each, law_.average ? observed : 1));
    return values;
  }

  StoryStep StepFor(const std::vector<double>& values, double observed, Duration lasts) const {
    StoryStep step;
    for (const double each : values) step.values.push_back(SeriesValue(each));
    step.values.push_back(SeriesValue(observed));
    step.lasts = std::chrono::ceil<std::chrono::minutes>(lasts);
    const double count = WatermarkCount(law_, observed, values);
    step.want = dry_run_ ? observed : count;
    step.why = dry_run_ ? fmt::format("a dry run: it would be {}", FormatNumber(count))
                        : fmt::format("at {} replicas", FormatNumber(observed));
    return step;
  }

  Story StoryOf(std::string name, std::string title) const {
    Story story;
    story.name = std::move(name);
    story.title = std::move(title);
    for (const WatermarkMetric& each : law_.metrics) story.keys.push_back(each.signal);
    story.keys.emplace_back("observed");
    return story;
  }

  Story BandStory() const {
    Story story = StoryOf("as-before", "What the watermarks made of these values, Loadline makes of them.");
    const double observed = std::clamp<double>(kObserved, law_.bounds.min, *law_.bounds.max);
    const double times = law_.average ? observed : 1;
    // Each value long enough for the delays to be over, and for what is smoothed to be of it alone.
    const Duration lasts = std::max(up_delay_, down_delay_) + kMinute;
    const auto add = [&](std::size_t metric, double value) {
      std::vector<double> values = Neutrals(observed);
      values[metric] = value;
      StoryStep step = StepFor(values, observed, lasts);
      if (HpaFollows(observed, step.want)) story.steps.push_back(std::move(step));
    };
    if (law_.converge == WatermarkLaw::Converge::kNot)
      story.steps.push_back(StepFor(Neutrals(observed), observed, lasts));
    for (std::size_t i = 0; i < law_.metrics.size(); ++i) {
      const WatermarkMetric& each = law_.metrics[i];
      add(i, 0);
      if (each.high) {
        for (const double share : {1.0, 1 + law_.tolerance / 2, 1.01 + law_.tolerance, 1.4, 3.0})
          add(i, *each.high * share * times);
      }
      if (each.low) {
        for (const double share : {1.0, 1 - law_.tolerance / 2, 0.99 - law_.tolerance, 0.55, 0.1})
          add(i, std::max(0.0, *each.low * share) * times);
      }
    }
    return story;
  }

  Story WindowStory() const {
    Story story =
        StoryOf("it-waits-after-a-change", "So soon after a change up it does not go up again; then it does.");
    const double before = law_.bounds.min;
    const double after = before + 1;
    if (after >= *law_.bounds.max || !law_.metrics.front().high || !HpaFollows(before, after)) return story;
    std::vector<double> high = Neutrals(after);
    high.front() = *law_.metrics.front().high * 3 * (law_.average ? after : 1);
    if (law_.converge != WatermarkLaw::Converge::kNot) return story;
    StoryStep waits = StepFor(high, after, kMinute);
    waits.want = after;
    waits.why = "the upscale window is forbidden";
    const StoryStep over = StepFor(high, after, std::max(up_window_, up_delay_) + kMinute);
    if (HpaFollows(after, over.want)) story.steps = {StepFor(Neutrals(before), before, kMinute), waits, over};
    return story;
  }

  const std::string& workload_;
  Migration& migration_;
  Fields fields_;
  WatermarkLaw law_;
  bool dry_run_ = false;
  Duration up_window_{0};
  Duration down_window_{0};
  Duration up_delay_{0};
  Duration down_delay_{0};
  std::vector<std::string> taken_;
};

}  // namespace

Migration MigrateWatermark(const Node& object, const MigrateOptions& options) {
  Migration migration = BeginMigration(object, "WatermarkPodAutoscaler");
  const Node& spec = NodeAt(object, "spec");
  const Node& target = NodeAt(spec, "scaleTargetRef");
  const std::string workload = WorkloadOf(target, migration);
  if (workload.empty()) return migration;
  Reader reader(spec, workload, migration);
  if (!reader.Read() || !TellOfOldScaler("the WatermarkPodAutoscaler", options, migration)) return migration;
  TellOfTolerance(migration);
  Node policy = reader.PolicySpec();
  SayObserved(target, true, policy, migration);
  migration.documents.push_back(PolicyDocument(migration, std::move(policy)));
  migration.stories = reader.Stories();
  std::erase_if(migration.stories, [](const Story& story) { return story.steps.empty(); });
  migration.scaled_object = ScaledObjectFor(migration, options, target, reader.bounds(), nullptr);
  return migration;
}

}  // namespace loadline
