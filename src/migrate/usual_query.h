// PromQL for metrics that services name without saying how they are measured. The names of request metrics are those of
// Prometheus' client libraries; whoever migrates has to look at them.
#ifndef LOADLINE_MIGRATE_USUAL_QUERY_H_
#define LOADLINE_MIGRATE_USUAL_QUERY_H_

#include <string>

namespace loadline {

// cpu_usage and memory_usage in percent of the request, request_rate a minute, error_rate in percent, queue_length,
// response_time_p95 in seconds, of the pods of a workload; the sum of any other metric.
std::string UsualQuery(const std::string& metric, const std::string& workload);
// Requests a second of one pod.
std::string RequestsOfOnePod(const std::string& workload);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_USUAL_QUERY_H_
