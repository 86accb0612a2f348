// /api/v1/overrides: what operators say over the policies' heads, and how they say it.
#ifndef LOADLINE_API_OVERRIDE_PAGES_H_
#define LOADLINE_API_OVERRIDE_PAGES_H_

#include "api/admin_api.h"

namespace loadline {

// Each needs sources.overrides; without it they say that there is none.
ServerResponse OverridesPage(const AdminSources& sources);
// The body is that of ReadOverrideRequest.
ServerResponse SetOverridePage(const AdminSources& sources, const ServerRequest& request);
// The name is the last part of the path.
ServerResponse RemoveOverridePage(const AdminSources& sources, const ServerRequest& request);

}  // namespace loadline

#endif  // LOADLINE_API_OVERRIDE_PAGES_H_
