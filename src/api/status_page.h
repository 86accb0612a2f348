// Whether the server is well.
#ifndef LOADLINE_API_STATUS_PAGE_H_
#define LOADLINE_API_STATUS_PAGE_H_

#include "api/admin_api.h"

namespace loadline {

// Its code says whether KEDA may call this pod, and nothing else: a Prometheus that is down, or a bad policy, must not
// take all pods out of the Service at once. What is wrong stands in the body.
ServerResponse ReadyPage(const AdminSources& sources);

// The same body, with the version and the decisions in figures.
ServerResponse StatusPage(const AdminSources& sources);

}  // namespace loadline

#endif  // LOADLINE_API_STATUS_PAGE_H_
