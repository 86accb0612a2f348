// Which bindings a request is about: ?namespace=data&name=orders&policy=worker&limit=10&after=..., or
// ?objects=data/orders,data/users
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
  std::size_t first = 0;                           // to be shown, after what `after` names
  std::size_t limit = 0;                           // how many are to be shown

  // One past the last that is to be shown.
  std::size_t End() const { return bindings.size() - first < limit ? bindings.size() : first + limit; }
  // The `after` of the page that follows; empty where this is the last.
  std::string Next() const;
};

// At most `limit` are to be shown where the request does not say how many. Fails with kInvalidArgument, in words for
// who asked.
Result<BindingSelection> SelectBindings(const Controller& controller, const ServerRequest& request, std::size_t limit);

}  // namespace loadline

#endif  // LOADLINE_API_BINDING_SELECTION_H_
