// What is wrong, and how to mend it: /api/v1/problems.
#ifndef LOADLINE_API_PROBLEMS_PAGE_H_
#define LOADLINE_API_PROBLEMS_PAGE_H_

#include <vector>

#include "api/admin_api.h"

namespace loadline {

// KEDA's objects that use policies, what is wrong with them, and the state of the watches that say so; of the query's
// `namespace` and `name` where these are there. Of both lists the first `limit`, 1000 where it is not stated.
ServerResponse ProblemsPage(const AdminSources& sources, const ServerRequest& request);

// Of all watches that there are.
std::vector<WatchState> WatchStates(const AdminSources& sources);

}  // namespace loadline

#endif  // LOADLINE_API_PROBLEMS_PAGE_H_
