// The page that people look at, at `/`: static files (page_files.h) that ask /api/v1 for all that they show.
#ifndef LOADLINE_API_PAGE_ROUTES_H_
#define LOADLINE_API_PAGE_ROUTES_H_

#include <string_view>

#include "system/http_server.h"

namespace loadline {

// REQUIRES: before HttpServer::Start.
void MountPage(HttpServer& server);

// Whether one of the page's files is there.
bool IsOfPage(std::string_view path);

}  // namespace loadline

#endif  // LOADLINE_API_PAGE_ROUTES_H_
