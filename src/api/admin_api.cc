#include "api/admin_api.h"

#include <memory>
#include <string>

#include "api/admin_routes.h"
#include "api/openapi.h"
#include "api/page_routes.h"

namespace loadline {

void MountAdminApi(HttpServer& server, const AdminSources& sources) {
  std::vector<Route> routes = AdminRoutes(sources);
  const auto document = std::make_shared<std::string>();
  routes.push_back({.method = "GET",
                    .path = "/api/v1/openapi.json",
                    .kind = Route::Kind::kTagged,
                    .summary = "This document.",
                    .answer = "OpenApi",
                    .handler = [document](const ServerRequest&) {
                      return ServerResponse{200, "application/json", *document};
                    }});
  *document = OpenApiDocument(routes);
  for (const Route& route : routes) Mount(server, route);
  MountPage(server);
}

}  // namespace loadline
