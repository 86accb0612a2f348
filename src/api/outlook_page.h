// What is known of the time to come, of an object's triggers: /api/v1/outlook.
#ifndef LOADLINE_API_OUTLOOK_PAGE_H_
#define LOADLINE_API_OUTLOOK_PAGE_H_

#include "api/admin_api.h"

namespace loadline {

// ?namespace=data&name=orders[&policy=worker][&until=TIME]: what changes by itself up to then (absent: a day from now),
// and what forecasts expect, as replicas (scaling/outlook.h). An object that is not known has no triggers here.
ServerResponse OutlookPage(const AdminSources& sources, const ServerRequest& request);

}  // namespace loadline

#endif  // LOADLINE_API_OUTLOOK_PAGE_H_
