// What is in force: /api/v1/policies, /api/v1/dependencies, /api/v1/calendars.
#ifndef LOADLINE_API_DOCUMENT_PAGES_H_
#define LOADLINE_API_DOCUMENT_PAGES_H_

#include "api/admin_api.h"

namespace loadline {

ServerResponse PoliciesPage(const AdminSources& sources, const ServerRequest& request);
ServerResponse DependenciesPage(const AdminSources& sources);
ServerResponse CalendarsPage(const AdminSources& sources);

}  // namespace loadline

#endif  // LOADLINE_API_DOCUMENT_PAGES_H_
