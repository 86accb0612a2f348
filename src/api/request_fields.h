// The fields of a request's query, checked as they are read.
#ifndef LOADLINE_API_REQUEST_FIELDS_H_
#define LOADLINE_API_REQUEST_FIELDS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "system/http_server.h"

namespace loadline {

// Fails with kInvalidArgument where there is another field than `known`, with the one that was probably meant.
Status CheckFields(const ServerRequest& request, const std::vector<std::string>& known);

// The field's text; empty where it is absent.
std::string FieldText(const ServerRequest& request, const std::string& name);
// Fails with kInvalidArgument where it is absent or empty.
Result<std::string> NeededField(const ServerRequest& request, const std::string& name);
// A whole number above 0; `absent` where it is absent, `most` where it is more. Fails with kInvalidArgument.
Result<std::size_t> LimitField(const ServerRequest& request, std::size_t absent, std::size_t most);
// RFC 3339; `absent` where it is absent. Fails with kInvalidArgument.
Result<Timestamp> TimeField(const ServerRequest& request, const std::string& name, Timestamp absent);

}  // namespace loadline

#endif  // LOADLINE_API_REQUEST_FIELDS_H_
