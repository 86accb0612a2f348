// The course of an object's triggers over a span of time: /api/v1/timeline.
#ifndef LOADLINE_API_TIMELINE_PAGE_H_
#define LOADLINE_API_TIMELINE_PAGE_H_

#include "api/admin_api.h"

namespace loadline {

// ?namespace=data&name=orders[&policy=worker][&from=TIME][&until=TIME][&limit=300]: of the journal, thinned to about
// `limit` decisions (timeline.h), each decided again: what is more than one answer may take (page_allowance.h) is left
// out, the earliest first, and `complete` is false. 503 where there is no journal, or it cannot be read. Slow.
ServerResponse TimelinePage(const AdminSources& sources, const ServerRequest& request);

}  // namespace loadline

#endif  // LOADLINE_API_TIMELINE_PAGE_H_
