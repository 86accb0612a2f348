#include "api/entity_tag.h"

namespace loadline {
namespace {

// Whether one of the tags of If-None-Match, `"a", W/"b"` or *, is this one.
bool Names(std::string_view header, const std::string& tag) {
  return header == "*" || header.find(tag) != std::string_view::npos;
}

}  // namespace

ServerResponse WithTag(const ServerRequest& request, ServerResponse response, const std::string& tag) {
  const std::string quoted = "\"" + tag + "\"";
  const auto known = request.headers.find("if-none-match");
  if (known != request.headers.end() && Names(known->second, quoted)) {
    response.status = 304;
    response.body.clear();
  }
  response.headers.emplace_back("ETag", quoted);
  return response;
}

}  // namespace loadline
