// Which bindings a request is about: ?namespace=data&name=orders&policy=worker&limit=10.
#ifndef LOADLINE_API_BINDING_SELECTION_H_
#define LOADLINE_API_BINDING_SELECTION_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "base/result.h"
#include "controller/controller.h"
#include "system/http_server.h"

namespace loadline {

struct BindingSelection {
  std::vector<std::shared_ptr<Binding>> bindings;  // all that match, in the order of namespace, name and metadata
  std::size_t limit = 0;                           // how many are to be shown
};

// Fails with kInvalidArgument, in words for who asked.
Result<BindingSelection> SelectBindings(const Controller& controller, const ServerRequest& request, std::size_t limit);

}  // namespace loadline

#endif  // LOADLINE_API_BINDING_SELECTION_H_
