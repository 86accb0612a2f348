#include "migrate/predictive_metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "document/yaml_text.h"
#include "migrate/hpa_object.h"
#include "migrate/new_object.h"
#include "migrate/reading.h"
#include "migrate/resource_query.h"

namespace loadline {
namespace {

constexpr double kDefaultCpu = 80;  // percent, where there are no metrics

Node DefaultMetric() {
  return MapNode({{"type", TextNode("Resource")},
                  {"resource", MapNode({{"name", TextNode("cpu")},
                                        {"target", MapNode({{"type", TextNode("Utilization")},
                                                            {"averageUtilization", NumberNode(kDefaultCpu)}})}})}});
}

bool IsResource(const Node& metric) {
  const std::string type = TextAt(metric, "type");
  return type == "Resource" || type == "ContainerResource";
}

// None where it has no query or no target; the migration says so.
std::optional<MeasuredSignal> ReadResource(const Node& metric, const std::string& field, const std::string& workload,
                                           std::vector<std::string>& taken, Migration& migration) {
  const Node& resource = NodeAt(metric, TextAt(metric, "type") == "Resource" ? "resource" : "containerResource");
  const std::string name = TextAt(resource, "name");
  const std::string container = TextAt(resource, "container");
  const Node* target = resource.Find("target");
  const bool utilization = target != nullptr && TextAt(*target, "type") == "Utilization";
  const double number =
      target == nullptr ? 0 : NumberAt(*target, utilization ? "averageUtilization" : "averageValue").value_or(0);
  const auto query = utilization ? UtilizationQuery(name, workload, container) : UsageQuery(name, workload, container);
  if (!query || number <= 0) {
    migration.Tell(Fate::kNotCarried, field, "is no cpu or memory with a target above 0");
    return std::nullopt;
  }
  MeasuredSignal signal;
  signal.name = FreeName(container.empty() ? name : container + "-" + name, taken);
  signal.query = *query;
  signal.kind = utilization ? TargetKind::kValue : TargetKind::kAverageValue;
  signal.target = number;
  migration.Tell(Fate::kChanged, field,
                 fmt::format("signal {} asks Prometheus in the place of the metrics server: {}", signal.name, *query));
  migration.Tell(Fate::kToDo, field,
                 fmt::format("look at what the query of signal {} says: it needs cAdvisor's and kube-state-metrics' "
                             "metrics, with pods of the name {}-...",
                             signal.name, workload));
  return signal;
}

}  // namespace

std::vector<MeasuredSignal> ReadPredictiveMetrics(Fields& spec, const std::string& workload, Migration& migration) {
  std::vector<Node> metrics = spec.List({"metrics"});
  if (metrics.empty()) {
    spec.Tell(Fate::kChanged, "are not said: cpu at 80 % of the request, as by default there");
    metrics.push_back(DefaultMetric());
  }
  std::vector<MeasuredSignal> measured = ReadHpaMetrics(metrics, DeploymentTarget(workload), migration).measured;
  std::vector<std::string> taken;
  for (const MeasuredSignal& each : measured) taken.push_back(each.name);
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    if (!IsResource(metrics[i])) continue;
    const std::string field = fmt::format("spec.metrics[{}]", i);
    std::erase_if(migration.notes, [&](const Note& note) { return note.field == field; });  // as an HPA's it is kept
    if (auto signal = ReadResource(metrics[i], field, workload, taken, migration))
      measured.push_back(std::move(*signal));
  }
  return measured;
}

}  // namespace loadline
