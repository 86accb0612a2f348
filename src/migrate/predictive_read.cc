#include "migrate/predictive_read.h"

#include <fmt/format.h>

#include "base/text.h"
#include "document/yaml_text.h"
#include "migrate/fields.h"
#include "migrate/predictive_metrics.h"

namespace loadline {
namespace {

constexpr double kDefaultSync = 15;  // seconds
constexpr double kDefaultMax = 10;   // docs/reference/configuration.md

class Reader {
 public:
  Reader(const Node& spec, const std::string& workload, Migration& migration)
      : spec_(spec), workload_(workload), migration_(migration), fields_(spec, "spec", migration) {}

  std::optional<PredictiveScaler> Read() {
    fields_.Take({"scale_target_ref"});
    fields_.Tell(Fate::kCarried, "stands in the ScaledObject");
    if (!ReadBounds()) return std::nullopt;
    read_.measured = ReadPredictiveMetrics(fields_, workload_, migration_);
    if (read_.measured.empty()) {
      migration_.Tell(Fate::kNotCarried, "spec.metrics", "none of them can be a signal: the object stays as it is");
      return std::nullopt;
    }
    const double sync = ReadSync();
    ReadDecision();
    std::vector<std::string> signals;
    for (const MeasuredSignal& each : read_.measured) signals.push_back(each.name);
    read_.forecasts = ForecastsOfEach(signals, ReadModels(fields_, sync, migration_), signals);
    ReadTolerance();
    fields_.Leave({"cpu_initialization_period", "initial_readiness_delay"},
                  "was about pods that have just started; the signals go by what Prometheus knows of all pods");
    ReadBehavior();
    fields_.TellRest();
    return read_;
  }

 private:
  bool ReadBounds() {
    const double min = fields_.Number({"min_replicas"}).value_or(1);
    fields_.Tell(Fate::kCarried, "stands in the policy and in the ScaledObject");
    const double max = fields_.Number({"max_replicas"}).value_or(kDefaultMax);
    fields_.Tell(Fate::kCarried, "stands in the policy and in the ScaledObject");
    if (min >= 0 && max >= 1 && min <= max && max <= 100000) {
      read_.bounds = {static_cast<int>(min), static_cast<int>(max)};
      return true;
    }
    fields_.Tell(Fate::kNotCarried, fmt::format("want 0 <= minReplicas <= maxReplicas, and maxReplicas >= 1; found {} "
                                                "and {}: the object stays as it is",
                                                FormatNumber(min), FormatNumber(max)));
    return false;
  }

  // How often it looks, in seconds.
  double ReadSync() {
    const auto milliseconds = fields_.Number({"sync_period"});
    if (HasField(spec_, {"sync_period"}))
      fields_.Tell(Fate::kNotCarried,
                   "the HPA looks each 15s, by a setting of the cluster; every: 30s in the policy decides less often");
    return milliseconds.value_or(kDefaultSync * 1000) / 1000;
  }

  void ReadDecision() {
    const std::string decision = fields_.Text({"decision_type"});
    if (decision.empty() || decision == "maximum") {
      if (!decision.empty()) fields_.Tell(Fate::kCarried, "a forecast that is trusted raises what the metrics ask for");
    } else if (decision == "minimum") {
      read_.forecasts_count = false;
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

  void ReadTolerance() {
    const auto tolerance = fields_.Number({"tolerance"});
    if (!tolerance) return;
    if (*tolerance < 0 || *tolerance >= 1)
      return fields_.Tell(Fate::kNotCarried, "is from 0 to below 1: the cluster's counts");
    read_.tolerance = tolerance;
    fields_.Tell(Fate::kCarried,
                 "hpa.tolerance of the policy, and tolerance in the behavior of the ScaledObject: Kubernetes 1.35 and "
                 "later know it; before it is the cluster's, and has to go from the policy");
  }

  void ReadBehavior() {
    read_.behavior = MapNode({});
    if (const Node* behavior = fields_.Take({"behavior"})) {
      read_.behavior = *behavior;
      fields_.Tell(Fate::kCarried, "stands in advanced.horizontalPodAutoscalerConfig");
    }
    if (const auto seconds = fields_.Number({"downscale_stabilization"})) {
      SetDirection("scaleDown", "stabilizationWindowSeconds", PlainNode(SeriesValue(*seconds)));
      fields_.Tell(Fate::kCarried, "stands in the behavior: scaleDown.stabilizationWindowSeconds");
    }
    if (!read_.tolerance) return;
    for (const char* direction : {"scaleUp", "scaleDown"})
      SetDirection(direction, "tolerance", PlainNode(SeriesValue(*read_.tolerance)));
  }

  void SetDirection(const char* direction, const char* key, Node value) {
    const Node* found = read_.behavior.Find(direction);
    Node changed = found != nullptr ? *found : MapNode({});
    SetEntry(changed, key, std::move(value));
    SetEntry(read_.behavior, direction, std::move(changed));
  }

  const Node& spec_;
  const std::string& workload_;
  Migration& migration_;
  Fields fields_;
  PredictiveScaler read_;
};

}  // namespace

std::optional<PredictiveScaler> ReadPredictive(const Node& spec, const std::string& workload, Migration& migration) {
  return Reader(spec, workload, migration).Read();
}

}  // namespace loadline
