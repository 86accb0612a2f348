// /api/v1/forecasts: what is expected, what it was made from, and how far it is trusted.
#ifndef LOADLINE_API_FORECASTS_PAGE_H_
#define LOADLINE_API_FORECASTS_PAGE_H_

#include "api/admin_api.h"

namespace loadline {

// A forecast of each signal that has one, of the bindings that the request selects: as of their latest decisions. The
// query is not shown: parameters from the environment, which may be secret, are filled into it.
ServerResponse ForecastsPage(const AdminSources& sources, const ServerRequest& request);

}  // namespace loadline

#endif  // LOADLINE_API_FORECASTS_PAGE_H_
