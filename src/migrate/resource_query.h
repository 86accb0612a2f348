// What cpu and memory of a workload's pods are in Prometheus, as cAdvisor and kube-state-metrics have them.
#ifndef LOADLINE_MIGRATE_RESOURCE_QUERY_H_
#define LOADLINE_MIGRATE_RESOURCE_QUERY_H_

#include <optional>
#include <string>

namespace loadline {

// What all pods of the workload use of "cpu" (cores) or "memory" (bytes), of one container where one is named; none for
// another resource.
std::optional<std::string> UsageQuery(const std::string& resource, const std::string& workload,
                                      const std::string& container = "");
// The same in percent of what they request.
std::optional<std::string> UtilizationQuery(const std::string& resource, const std::string& workload,
                                            const std::string& container = "");

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_RESOURCE_QUERY_H_
