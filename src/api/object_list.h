// Objects that a request names: ?objects=data/orders,data/users
#ifndef LOADLINE_API_OBJECT_LIST_H_
#define LOADLINE_API_OBJECT_LIST_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace loadline {

struct ListedObject {
  std::string object_namespace;
  std::string name;

  friend auto operator<=>(const ListedObject&, const ListedObject&) = default;
};

inline constexpr char kObjectListSchema[] = R"({"type":"string","pattern":"^[^/,]+/[^/,]+(,[^/,]+/[^/,]+){0,99}$"})";

// In the order of their names, each once. Fails with kInvalidArgument where one is none, there is none, or there are
// more than 100.
Result<std::vector<ListedObject>> ParseObjectList(std::string_view text);

}  // namespace loadline

#endif  // LOADLINE_API_OBJECT_LIST_H_
