// Every page of the HTTP port.
#ifndef LOADLINE_API_ADMIN_ROUTES_H_
#define LOADLINE_API_ADMIN_ROUTES_H_

#include <vector>

#include "api/admin_api.h"
#include "api/route.h"

namespace loadline {

// Each keeps a copy of `sources`.
std::vector<Route> AdminRoutes(const AdminSources& sources);
// Of them those that look back, or ahead, and those that read or change what is posted.
std::vector<Route> HistoryRoutes(const AdminSources& sources);
std::vector<Route> PostedRoutes(const AdminSources& sources);

}  // namespace loadline

#endif  // LOADLINE_API_ADMIN_ROUTES_H_
