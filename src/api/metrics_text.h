// Metrics as Prometheus reads them.
// Source: the text format 0.0.4, prometheus.io/docs/instrumenting/exposition_formats
#ifndef LOADLINE_API_METRICS_TEXT_H_
#define LOADLINE_API_METRICS_TEXT_H_

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace loadline {

using MetricLabels = std::vector<std::pair<std::string, std::string>>;

// Families of metrics, written as text.
class MetricsText {
 public:
  // Values that follow belong to this family.
  MetricsText& Gauge(std::string name, std::string help) {
    return Family(std::move(name), std::move(help), prometheus::MetricType::Gauge);
  }
  MetricsText& Counter(std::string name, std::string help) {
    return Family(std::move(name), std::move(help), prometheus::MetricType::Counter);
  }
  MetricsText& Add(double value, const MetricLabels& labels = {}) {
    prometheus::ClientMetric metric;
    for (const auto& [name, text] : labels) metric.label.push_back({name, text});
    metric.gauge.value = value;
    metric.counter.value = value;
    families_.back().metric.push_back(std::move(metric));
    return *this;
  }
  std::string Text() const {
    std::ostringstream text;
    prometheus::TextSerializer().Serialize(text, families_);
    return text.str();
  }

 private:
  MetricsText& Family(std::string name, std::string help, prometheus::MetricType type) {
    families_.push_back({std::move(name), std::move(help), type, {}});
    return *this;
  }

  std::vector<prometheus::MetricFamily> families_;
};

}  // namespace loadline

#endif  // LOADLINE_API_METRICS_TEXT_H_
