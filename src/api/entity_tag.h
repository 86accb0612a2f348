// ETag and If-None-Match.
#ifndef LOADLINE_API_ENTITY_TAG_H_
#define LOADLINE_API_ENTITY_TAG_H_

#include <string>

#include "system/http_server.h"

namespace loadline {

// Gives the response that tag (without quotes); where the client has it already, it becomes a 304 without a body.
ServerResponse WithTag(const ServerRequest& request, ServerResponse response, const std::string& tag);

}  // namespace loadline

#endif  // LOADLINE_API_ENTITY_TAG_H_
