// /api/v1/trends: what some objects were answered of late, from the journal, without the reasons.
#ifndef LOADLINE_API_TRENDS_PAGE_H_
#define LOADLINE_API_TRENDS_PAGE_H_

#include "api/admin_api.h"

namespace loadline {

ServerResponse TrendsPage(const AdminSources& sources, const ServerRequest& request);

}  // namespace loadline

#endif  // LOADLINE_API_TRENDS_PAGE_H_
