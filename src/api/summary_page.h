// /api/v1/summary: what was decided in a span of time, in figures, beside the span before it.
#ifndef LOADLINE_API_SUMMARY_PAGE_H_
#define LOADLINE_API_SUMMARY_PAGE_H_

#include "api/admin_api.h"

namespace loadline {

ServerResponse SummaryPage(const AdminSources& sources, const ServerRequest& request);

}  // namespace loadline

#endif  // LOADLINE_API_SUMMARY_PAGE_H_
