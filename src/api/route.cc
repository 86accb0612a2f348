#include "api/route.h"

#include "api/request_fields.h"
#include "base/uuid.h"

namespace loadline {
namespace {

// Whether one of the tags of If-None-Match, `"a", W/"b"` or *, is this one.
bool Names(std::string_view header, const std::string& tag) {
  return header == "*" || header.find(tag) != std::string_view::npos;
}

ServerResponse Tagged(const ServerRequest& request, ServerResponse response) {
  if (response.status != 200) return response;
  Fingerprint print;
  print.Add(response.body);
  const std::string tag = "\"" + FormatUuid(print.Value()) + "\"";
  const auto known = request.headers.find("if-none-match");
  if (known != request.headers.end() && Names(known->second, tag)) {
    response.status = 304;
    response.body.clear();
  }
  response.headers.emplace_back("ETag", tag);
  response.headers.emplace_back("Cache-Control", "no-cache");
  return response;
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
