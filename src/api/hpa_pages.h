// Whether HPAs did what was asked for: /api/v1/hpa-events and /api/v1/effectiveness.
#ifndef LOADLINE_API_HPA_PAGES_H_
#define LOADLINE_API_HPA_PAGES_H_

#include "api/admin_api.h"

namespace loadline {

// ?binding=data/orders[&namespace=data][&name=orders][&policy=worker][&limit=100][&after=NEXT]: what HPAs did, the
// latest first. Without Kubernetes there is nothing, and `kubernetes` says so.
ServerResponse HpaEventsPage(const AdminSources& sources, const ServerRequest& request);

// The same choice, and [&from=TIME]: how well each binding was followed from then on, a day where it is not stated, or
// as far back as the log goes.
ServerResponse EffectivenessPage(const AdminSources& sources, const ServerRequest& request);

}  // namespace loadline

#endif  // LOADLINE_API_HPA_PAGES_H_
