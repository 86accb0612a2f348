#include "api/route.h"

#include "api/entity_tag.h"
#include "api/request_fields.h"
#include "base/uuid.h"

namespace loadline {
namespace {

ServerResponse Tagged(const ServerRequest& request, ServerResponse response) {
  if (response.status != 200) return response;
  Fingerprint print;
  print.Add(response.body);
  response.headers.emplace_back("Cache-Control", "no-cache");
  return WithTag(request, std::move(response), FormatUuid(print.Value()));
}

}  // namespace

void Mount(HttpServer& server, const Route& route) {
  std::vector<std::string> known;
  for (const RouteParameter& each : route.parameters) {
    if (!each.in_path) known.push_back(each.name);
  }
  HttpHandler handler = [known, tagged = route.kind == Route::Kind::kTagged,
                         page = route.handler](const ServerRequest& request) {
    if (const Status good = CheckFields(request, known); !good)
      return ProblemResponse(400, "Bad Request", good.error().message);
    return tagged ? Tagged(request, page(request)) : page(request);
  };
  switch (route.kind) {
    case Route::Kind::kTagged:
    case Route::Kind::kQuick: return server.Handle(route.method, route.path, std::move(handler));
    case Route::Kind::kSlow: return server.HandleSlowly(route.method, route.path, std::move(handler));
    case Route::Kind::kStream: return server.HandleStream(route.path, std::move(handler));
  }
}

}  // namespace loadline
