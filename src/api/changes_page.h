// /api/v1/changes: who changed what over the API, as this pod remembers it.
#ifndef LOADLINE_API_CHANGES_PAGE_H_
#define LOADLINE_API_CHANGES_PAGE_H_

#include "api/admin_api.h"

namespace loadline {

ServerResponse ChangesPage(const AdminSources& sources);

}  // namespace loadline

#endif  // LOADLINE_API_CHANGES_PAGE_H_
