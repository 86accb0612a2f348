// What was decided, and why, at any time: /api/v1/history and /api/v1/explain.
#ifndef LOADLINE_API_HISTORY_PAGES_H_
#define LOADLINE_API_HISTORY_PAGES_H_

#include "api/admin_api.h"

namespace loadline {

// ?namespace=data&name=orders[&policy=worker][&until=TIME][&from=TIME][&limit=100]: the records of an object's
// triggers, the latest first. `next` is the `until` of the page that follows; null at the end. 503 where there is no
// journal, or it cannot be read. Slow.
ServerResponse HistoryPage(const AdminSources& sources, const ServerRequest& request);

// ?namespace=data&name=orders[&policy=worker][&at=TIME][&what_if=lag=500,observed=3]: the decision that stood at a time
// (absent: now), decided again from its record; where the journal has none, from what the sources remember, marked as
// `recomputed`. With assumptions it is decided as if those had been read. 404 where neither knows the binding, 503
// where that cannot be told as the journal cannot be read. Slow.
ServerResponse ExplainPage(const AdminSources& sources, const ServerRequest& request);

}  // namespace loadline

#endif  // LOADLINE_API_HISTORY_PAGES_H_
