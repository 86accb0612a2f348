// The metrics of each binding: its decision, its forecasts, how it was followed.
#ifndef LOADLINE_API_BINDING_METRICS_H_
#define LOADLINE_API_BINDING_METRICS_H_

#include "api/admin_api.h"
#include "api/metrics_text.h"

namespace loadline {

void AddBindingMetrics(MetricsText& page, const AdminSources& sources);

}  // namespace loadline

#endif  // LOADLINE_API_BINDING_METRICS_H_
