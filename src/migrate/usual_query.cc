#include "migrate/usual_query.h"

#include <fmt/format.h>

#include <cctype>

#include "migrate/resource_query.h"

namespace loadline {
namespace {

std::string OfPods(const std::string& workload, const std::string& more = "") {
  return fmt::format(R"({{namespace="${{namespace}}",pod=~"{}-.*"{}}})", workload, more);
}

std::string MetricName(std::string metric) {
  for (char& c : metric) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return metric;
}

}  // namespace

std::string UsualQuery(const std::string& metric, const std::string& workload) {
  if (metric == "cpu_usage") return *UtilizationQuery("cpu", workload);
  if (metric == "memory_usage") return *UtilizationQuery("memory", workload);
  const std::string pods = OfPods(workload);
  if (metric == "request_rate") return fmt::format("60 * sum(rate(http_requests_total{}[1m]))", pods);
  if (metric == "error_rate")
    return fmt::format("100 * sum(rate(http_requests_total{}[5m])) / sum(rate(http_requests_total{}[5m]))",
                       OfPods(workload, ",code=~\"5..\""), pods);
  if (metric == "response_time_p95")
    return fmt::format("histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{}[5m])))",
                       pods);
  return fmt::format("sum({}{{namespace=\"${{namespace}}\"}})", MetricName(metric));
}

std::string RequestsOfOnePod(const std::string& workload) {
  return fmt::format("avg(sum by (pod) (rate(http_requests_total{}[1m])))", OfPods(workload));
}

}  // namespace loadline
