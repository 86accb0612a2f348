// Which bindings a request is about: ?namespace=data&name=orders&policy=worker&limit=10.
#ifndef LOADLINE_API_BINDING_SELECTION_H_
#define LOADLINE_API_BINDING_SELECTION_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "controller/controller.h"
#include "system/http_server.h"

namespace loadline {

struct BindingSelection {
  std::vector<std::shared_ptr<Binding>> bindings;  // all that match, in the order of namespace, name and metadata
  std::size_t limit = 0;                           // how many are to be shown
};

// The query's `limit`; `limit` where it has none. Fails with kInvalidArgument, in words for who asked, where it is no
// such number, or a parameter is none of `known`.
Result<std::size_t> CheckQuery(const ServerRequest& request, const std::vector<std::string>& known, std::size_t limit);

// Fails as CheckQuery does.
Result<BindingSelection> SelectBindings(const Controller& controller, const ServerRequest& request, std::size_t limit);

}  // namespace loadline

#endif  // LOADLINE_API_BINDING_SELECTION_H_
