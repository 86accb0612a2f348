#include "migrate/resource_query.h"

#include <fmt/format.h>

namespace loadline {
namespace {

std::string Matchers(const std::string& workload, const std::string& container) {
  return fmt::format(R"(namespace="${{namespace}}",pod=~"{}-.*",container{})", workload,
                     container.empty() ? "!=\"\"" : fmt::format("=\"{}\"", container));
}

}  // namespace

std::optional<std::string> UsageQuery(const std::string& resource, const std::string& workload,
                                      const std::string& container) {
  const std::string matchers = Matchers(workload, container);
  if (resource == "cpu") return fmt::format("sum(rate(container_cpu_usage_seconds_total{{{}}}[2m]))", matchers);
  if (resource == "memory") return fmt::format("sum(container_memory_working_set_bytes{{{}}})", matchers);
  return std::nullopt;
}

std::optional<std::string> UtilizationQuery(const std::string& resource, const std::string& workload,
                                            const std::string& container) {
  const auto usage = UsageQuery(resource, workload, container);
  if (!usage) return std::nullopt;
  return fmt::format(R"(100 * {} / sum(kube_pod_container_resource_requests{{{},resource="{}"}}))", *usage,
                     Matchers(workload, container), resource);
}

}  // namespace loadline
