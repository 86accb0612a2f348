#include "migrate/hpa_object.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "document/yaml_text.h"
#include "migrate/draft.h"
#include "migrate/observed_query.h"
#include "migrate/reading.h"

namespace loadline {
namespace {

constexpr double kDefaultCpu = 80;  // autoscaling/v1, of targetCPUUtilizationPercentage

// A label's name as Prometheus has it: app.kubernetes.io/name -> app_kubernetes_io_name.
std::string LabelName(const std::string& key) {
  std::string name = key;
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  return quoted + "\"";
}

// Each of them as itself. Source: github.com/google/re2/wiki/Syntax
std::string AnyOf(const std::vector<std::string>& values) {
  std::string pattern;
  for (const std::string& value : values) {
    if (!pattern.empty()) pattern += "|";
    for (const char c : value)
      pattern += std::string_view(".+*?()|[]{}^$\\").find(c) == std::string_view::npos ? std::string(1, c)
                                                                                       : std::string("\\") + c;
  }
  return Quoted(pattern);
}

// The matchers of a label selector, as PromQL has them.
std::vector<std::string> MatchersOf(const Node* selector) {
  std::vector<std::string> matchers;
  if (selector == nullptr) return matchers;
  for (const Entry& label : EntriesAt(*selector, "matchLabels"))
    matchers.push_back(LabelName(label.key) + "=" + Quoted(label.value.text));
  for (const Node& each : ListAt(*selector, "matchExpressions")) {
    std::vector<std::string> values;
    for (const Node& value : ListAt(each, "values")) values.push_back(value.text);
    const std::string op = TextAt(each, "operator");
    const std::string key = LabelName(TextAt(each, "key"));
    if (op == "In") matchers.push_back(key + "=~" + AnyOf(values));
    if (op == "NotIn") matchers.push_back(key + "!~" + AnyOf(values));
    if (op == "Exists") matchers.push_back(key + "!=\"\"");
    if (op == "DoesNotExist") matchers.push_back(key + "=\"\"");
  }
  return matchers;
}

// The pods of a Deployment or a StatefulSet, and not those of another whose name begins alike.
std::string PodsOf(const Node& target) {
  const std::string tail = TextAt(target, "kind") == "StatefulSet" ? "-[0-9]+" : "-[a-z0-9]+-[a-z0-9]+";
  std::string pattern = AnyOf({TextAt(target, "name")});
  return pattern.insert(pattern.size() - 1, tail);
}

// A metric's name may be one that an adapter invented: PromQL has letters, digits, _ and : only.
std::string MetricName(const std::string& name) {
  std::string metric = name;
  for (char& c : metric) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != ':') c = '_';
  }
  return metric;
}

class MetricReader {
 public:
  MetricReader(const Node& target, Migration& migration) : target_(target), migration_(migration) {}

  void Read(const Node& metric, std::string field) {
    field_ = std::move(field);
    const std::string type = TextAt(metric, "type");
    const std::string key =
        type.empty() ? "" : std::string(1, static_cast<char>(std::tolower(type[0]))) + type.substr(1);
    const Node& content = NodeAt(metric, key);
    if (type == "External") return Queried(content, {});
    if (type == "Pods") return Queried(content, {"namespace=\"${namespace}\"", "pod=~" + PodsOf(target_)});
    if (type == "Object") {
      const Node* object = content.Find("describedObject");
      const std::string kind = object != nullptr ? TextAt(*object, "kind") : "";
      std::string label = kind;
      for (char& c : label) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      return Queried(content, {"namespace=\"${namespace}\"",
                               fmt::format("{}=\"{}\"", label, object != nullptr ? TextAt(*object, "name") : "")});
    }
    if (type == "Resource" || type == "ContainerResource") return Resource(content);
    migration_.Tell(Fate::kNotCarried, field_, fmt::format("a metric of type {} is not known", type));
  }

  HpaMetrics Take() { return std::move(metrics_); }

 private:
  void Queried(const Node& content, std::vector<std::string> matchers) {
    const Node* identifier = content.Find("metric");
    const Node* target = content.Find("target");
    if (identifier == nullptr || target == nullptr) return NoTarget();
    const std::string name = TextAt(*identifier, "name");
    const std::string type = TextAt(*target, "type");
    const bool by_value = type == "Value";
    const std::optional<double> number = NumberAt(*target, by_value ? "value" : "averageValue");
    if (!number || *number <= 0) return NoTarget();
    for (const std::string& each : MatchersOf(identifier->Find("selector"))) matchers.push_back(each);

    MeasuredSignal signal;
    signal.name = FreeName(name, taken_);
    signal.query = fmt::format("sum({}{})", MetricName(name),
                               matchers.empty() ? "" : fmt::format("{{{}}}", fmt::join(matchers, ",")));
    signal.kind = by_value ? TargetKind::kValue : TargetKind::kAverageValue;
    signal.target = *number;
    migration_.Tell(Fate::kCarried, field_,
                    fmt::format("signal {}: {}, {} {}", signal.name, signal.query, SeriesValue(signal.target),
                                by_value ? "as the target of its value" : "for each replica"));
    migration_.Tell(
        Fate::kToDo, field_ + ".metric.name",
        fmt::format("which query your metrics adapter makes for {} is in its own configuration, not here: put "
                    "that into signal {}",
                    name, signal.name));
    metrics_.measured.push_back(std::move(signal));
  }

  void NoTarget() { migration_.Tell(Fate::kNotCarried, field_, "has no name, or no target above 0"); }

  // Source: keda 2.21 pkg/scalers/cpu_memory_scaler.go: it hands the same metric to the HPA that KEDA makes.
  void Resource(const Node& content) {
    const std::string name = TextAt(content, "name");
    const Node* target = content.Find("target");
    const bool utilization = target != nullptr && TextAt(*target, "type") == "Utilization";
    const std::string value =
        target == nullptr ? "" : TextAt(*target, utilization ? "averageUtilization" : "averageValue");
    if ((name != "cpu" && name != "memory") || value.empty()) {
      migration_.Tell(Fate::kNotCarried, field_, fmt::format("KEDA has no trigger for the resource {}", name));
      return;
    }
    Node metadata = MapNode({{"value", TextNode(value)}});
    if (const std::string container = TextAt(content, "container"); !container.empty())
      SetEntry(metadata, "containerName", TextNode(container));
    metrics_.triggers.push_back(MapNode({{"type", TextNode(name)},
                                         {"metricType", TextNode(utilization ? "Utilization" : "AverageValue")},
                                         {"metadata", std::move(metadata)}}));
    migration_.Tell(Fate::kKept, field_,
                    fmt::format("KEDA's {} trigger hands the same metric to the HPA, beside Loadline's trigger", name));
  }

  const Node& target_;
  Migration& migration_;
  std::string field_;
  std::vector<std::string> taken_;
  HpaMetrics metrics_;
};

// As the v2 API has it.
std::vector<Node> MetricsOf(const Node& spec) {
  std::vector<Node> metrics = ListAt(spec, "metrics");
  const Node* v1 = spec.Find("targetCPUUtilizationPercentage");
  if (!metrics.empty() || (v1 == nullptr && spec.Find("metrics") != nullptr)) return metrics;
  const std::string percent = v1 != nullptr ? v1->text : FormatNumber(kDefaultCpu);
  return {MapNode({{"type", TextNode("Resource")},
                   {"resource", MapNode({{"name", TextNode("cpu")},
                                         {"target", MapNode({{"type", TextNode("Utilization")},
                                                             {"averageUtilization", PlainNode(percent)}})}})}})};
}

std::string OwningScaledObject(const Node& object) {
  const Node* metadata = object.Find("metadata");
  if (metadata == nullptr) return "";
  for (const Node& each : ListAt(*metadata, "ownerReferences")) {
    if (TextAt(each, "kind") == "ScaledObject") return TextAt(each, "name");
  }
  return "";
}

void TakeMetadata(const Node& object, Node& metadata) {
  const Node clean = WithoutServersFields(object);
  const Node* had = clean.Find("metadata");
  if (const Node* labels = had != nullptr ? had->Find("labels") : nullptr) SetEntry(metadata, "labels", *labels);
  const Node* annotations = had != nullptr ? had->Find("annotations") : nullptr;
  Node taken = annotations != nullptr ? *annotations : MapNode({});
  SetEntry(taken, "scaledobject.keda.sh/transfer-hpa-ownership", TextNode("true"));
  SetEntry(metadata, "annotations", std::move(taken));
}

// KEDA makes its own HPA, or goes on with one whose name it is told and may take over.
// Source: keda.sh/docs/2.21/concepts/scaling-deployments (transfer-hpa-ownership)
Node TakeOver(const Migration& migration, const MigrateOptions& options, const Node& object,
              const HpaMetrics& metrics) {
  const Node& spec = NodeAt(object, "spec");
  Node scaled = NewScaledObject(migration, options, NodeAt(spec, "scaleTargetRef"));
  for (Entry& entry : scaled.entries) {
    if (entry.key == "metadata") TakeMetadata(object, entry.value);
    if (entry.key != "spec") continue;
    SetEntry(entry.value, "minReplicaCount", NumberNode(CountAt(spec, "minReplicas").value_or(1)));
    SetEntry(entry.value, "maxReplicaCount", NumberNode(CountAt(spec, "maxReplicas").value_or(1)));
    Node config = MapNode({{"name", TextNode(migration.object_name)}});
    if (const Node* behavior = spec.Find("behavior")) SetEntry(config, "behavior", *behavior);
    SetEntry(entry.value, "advanced", MapNode({{"horizontalPodAutoscalerConfig", std::move(config)}}));
    std::vector<Node> triggers = {ExternalTrigger(migration, options)};
    triggers.insert(triggers.end(), metrics.triggers.begin(), metrics.triggers.end());
    SetEntry(entry.value, "triggers", ListNode(std::move(triggers)));
  }
  return scaled;
}

}  // namespace

HpaMetrics ReadHpaMetrics(const std::vector<Node>& metrics, const Node& target, Migration& migration) {
  MetricReader reader(target, migration);
  for (std::size_t i = 0; i < metrics.size(); ++i) reader.Read(metrics[i], fmt::format("spec.metrics[{}]", i));
  return reader.Take();
}

Migration MigrateHpa(const Node& object, const MigrateOptions& options) {
  Migration migration = BeginMigration(object, "HorizontalPodAutoscaler");
  const Node& spec = NodeAt(object, "spec");
  const Node& target = NodeAt(spec, "scaleTargetRef");
  if (const std::string owner = OwningScaledObject(object); !owner.empty()) {
    migration.of_another = true;
    migration.Tell(Fate::kKept, "metadata.ownerReferences", fmt::format("KEDA's own, of ScaledObject {}", owner));
    return migration;
  }
  const auto stays = [&](const std::string& field, const std::string& why) {
    migration.Tell(Fate::kNotCarried, field, why + ": this HPA stays as it is");
    return migration;
  };
  if (TextAt(object, "apiVersion") == "autoscaling/v2beta1")
    return stays("apiVersion",
                 "v2beta1 writes its metrics in another way (kubectl get hpa.v2.autoscaling -o yaml converts it)");
  if (const std::string merged = MergeKeyIn(object); !merged.empty())
    return stays(merged, "YAML's merge key is not followed");
  const HpaMetrics metrics = ReadHpaMetrics(MetricsOf(spec), target, migration);
  if (metrics.measured.empty())
    return stays("spec.metrics", "cpu and memory need no policy, unless you give it a load to go by");
  const bool lost = std::any_of(migration.notes.begin(), migration.notes.end(),
                                [](const Note& each) { return each.fate == Fate::kNotCarried; });
  if (lost) return stays("spec.metrics", "it must not be taken over without one of its metrics");
  if (options.beside)
    return stays("--beside", "KEDA refuses a second HPA for one target; try the policy with replay first");
  const CountBounds bounds{CountAt(spec, "minReplicas").value_or(1), CountAt(spec, "maxReplicas").value_or(0)};
  if (*bounds.max < 1 || bounds.min > *bounds.max)
    return stays("spec.maxReplicas", "it is no number, or below the minimum");
  std::vector<Node> signals;
  for (const MeasuredSignal& each : metrics.measured) signals.push_back(SignalNode(each));
  Node policy = MapNode({{"replicas", MapNode({{"min", NumberNode(bounds.min)}, {"max", NumberNode(*bounds.max)}})},
                         {"signals", ListNode(std::move(signals))}});
  SayObserved(target, NeedsObserved(metrics.measured), policy, migration);
  migration.documents.push_back(PolicyDocument(migration, std::move(policy)));
  migration.stories.push_back(MeasuredStory(metrics.measured, bounds, "the HPA"));
  migration.scaled_object = TakeOver(migration, options, object, metrics);
  for (const Entry& entry : spec.entries) {
    if (entry.key == "behavior")
      migration.Tell(Fate::kCarried, "spec.behavior", "stands in advanced.horizontalPodAutoscalerConfig");
    if (entry.key == "minReplicas" || entry.key == "maxReplicas" || entry.key == "scaleTargetRef")
      migration.Tell(Fate::kCarried, "spec." + entry.key, "stands in the ScaledObject");
  }
  migration.Tell(
      Fate::kChanged, "metadata.name",
      "KEDA takes this very HPA over (transfer-hpa-ownership): the count does not jump; whoever applies the HPA "
      "by GitOps has to stop, or both will write it");
  return migration;
}

}  // namespace loadline
