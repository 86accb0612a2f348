#include "migrate/watermark_metrics.h"

#include <fmt/format.h>

#include <algorithm>

#include "document/yaml_text.h"
#include "migrate/hpa_object.h"
#include "migrate/reading.h"
#include "migrate/resource_query.h"

namespace loadline {
namespace {

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

bool HasGoodWatermarks(const WatermarkMetric& metric) {
  return (metric.high || metric.low) && metric.high.value_or(1) > 0 && metric.low.value_or(1) > 0 &&
         (!metric.high || !metric.low || *metric.low <= *metric.high);
}

class Reader {
 public:
  Reader(const std::string& workload, Migration& migration) : workload_(workload), migration_(migration) {}

  void Read(const Node& node, const std::string& path) {
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
    read.query = external ? ExternalQuery(*content) : UsageQuery(name, workload_).value_or("");
    source.TellRest();
    metric.TellRest();
    if (!HasGoodWatermarks(read) || read.query.empty()) {
      return migration_.Tell(Fate::kNotCarried, path,
                             "wants a name, and watermarks above 0, the low one not above the high one");
    }
    const auto same = std::find_if(metrics_.begin(), metrics_.end(),
                                   [&](const WatermarkMetric& each) { return each.query == read.query; });
    if (same != metrics_.end()) {
      return migration_.Tell(
          Fate::kNotCarried, path,
          fmt::format("asks for the same as signal {}: its watermarks are not looked at", same->signal));
    }
    read.signal = FreeName(name, taken_);
    Tell(read, external, name, path);
    metrics_.push_back(std::move(read));
  }

  std::vector<WatermarkMetric> Take() { return std::move(metrics_); }

 private:
  void Tell(const WatermarkMetric& read, bool external, const std::string& name, const std::string& path) {
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
  }

  const std::string& workload_;
  Migration& migration_;
  std::vector<WatermarkMetric> metrics_;
  std::vector<std::string> taken_;
};

}  // namespace

std::vector<WatermarkMetric> ReadWatermarkMetrics(Fields& spec, const std::string& workload, Migration& migration) {
  Reader reader(workload, migration);
  spec.Each({"metrics"}, [&](const Node& metric, const std::string& path) { reader.Read(metric, path); });
  return reader.Take();
}

bool MakeExpressionFit(WatermarkLaw& law, Migration& migration) {
  constexpr std::size_t kLongestExpression = 1000;
  for (std::size_t i = 0; WatermarkExpression(law).size() > kLongestExpression; ++i) {
    if (i == law.metrics.size()) {
      migration.Tell(Fate::kNotCarried, "spec.metrics",
                     "are too many for one expression: the object stays as it is; one policy for each, and a trigger "
                     "for each in the ScaledObject, say the same");
      return false;
    }
    const std::string name = fmt::format("m{}", i + 1);
    migration.Tell(Fate::kChanged, fmt::format("spec.metrics[{}]", i),
                   fmt::format("signal {} is called {}, so that the expression fits", law.metrics[i].signal, name));
    law.metrics[i].signal = name;
  }
  return true;
}

}  // namespace loadline
