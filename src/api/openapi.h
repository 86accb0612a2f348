// The OpenAPI 3.1 document of a table of routes.
#ifndef LOADLINE_API_OPENAPI_H_
#define LOADLINE_API_OPENAPI_H_

#include <string>
#include <vector>

#include "api/route.h"

namespace loadline {

std::string OpenApiDocument(const std::vector<Route>& routes);

}  // namespace loadline

#endif  // LOADLINE_API_OPENAPI_H_
