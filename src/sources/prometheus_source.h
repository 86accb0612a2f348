// Numbers from a server with Prometheus' HTTP API: Prometheus, VictoriaMetrics, Thanos, Mimir.
#ifndef LOADLINE_SOURCES_PROMETHEUS_SOURCE_H_
#define LOADLINE_SOURCES_PROMETHEUS_SOURCE_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "scaling/ports.h"
#include "system/http_client.h"

namespace loadline {

struct PrometheusOptions {
  std::string url;          // up to, not including, /api/v1
  Duration timeout{5000};   // of one query
  int max_points = 11'000;  // of a range query: Prometheus' limit; longer ranges are asked for in parts
  HttpClientOptions http;
};

// Called for each query that ended, from the threads that ask: its outcome ("value", "empty", "several", "not_finite",
// "partial", "failed", "refused"), and how long it took.
using QueryObserver = std::function<void(std::string_view outcome, Duration took)>;

// An instant is asked with time=, a range with start=, end= and step=, all in milliseconds, so that equal ticks get
// equal answers on every pod. Problems begin with the server's host and port.
std::unique_ptr<MetricSource> MakePrometheusSource(const PrometheusOptions& options, QueryObserver on_query = nullptr);

}  // namespace loadline

#endif  // LOADLINE_SOURCES_PROMETHEUS_SOURCE_H_
