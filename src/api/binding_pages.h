// /api/v1/decisions: the latest decision of each binding, with its reasons; /api/v1/bindings: in short.
#ifndef LOADLINE_API_BINDING_PAGES_H_
#define LOADLINE_API_BINDING_PAGES_H_

#include "api/admin_api.h"

namespace loadline {

ServerResponse DecisionsPage(const AdminSources& sources, const ServerRequest& request);
ServerResponse BindingsPage(const AdminSources& sources, const ServerRequest& request);

}  // namespace loadline

#endif  // LOADLINE_API_BINDING_PAGES_H_
