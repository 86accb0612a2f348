// Loadline's own metrics, in the text format of Prometheus. docs/metrics.md says what each means.
#ifndef LOADLINE_API_METRICS_PAGE_H_
#define LOADLINE_API_METRICS_PAGE_H_

#include <string>

#include "api/admin_api.h"

namespace loadline {

std::string MetricsPage(const AdminSources& sources);

}  // namespace loadline

#endif  // LOADLINE_API_METRICS_PAGE_H_
