#include "api/object_list.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace loadline {
namespace {

constexpr std::size_t kMostObjects = 100;

Result<ListedObject> ParseObject(std::string_view word) {
  const std::size_t slash = word.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == word.size() ||
      word.find('/', slash + 1) != std::string_view::npos)
    return Fail(Code::kInvalidArgument,
                fmt::format("objects: want NAMESPACE/NAME, with commas; found \"{}\"", OneLine(word, 60)));
  return ListedObject{std::string(word.substr(0, slash)), std::string(word.substr(slash + 1))};
}

}  // namespace

Result<std::vector<ListedObject>> ParseObjectList(std::string_view text) {
  std::vector<ListedObject> objects;
  for (bool more = true; more;) {
    const std::size_t comma = text.find(',');
    const auto object = ParseObject(text.substr(0, comma));
    if (!object) return Fail(object.error());
    objects.push_back(*object);
    more = comma != std::string_view::npos;
    if (more) text.remove_prefix(comma + 1);
  }
  if (objects.size() > kMostObjects)
    return Fail(Code::kInvalidArgument,
                fmt::format("objects: want at most {}; found {}", kMostObjects, objects.size()));
  std::sort(objects.begin(), objects.end());
  objects.erase(std::unique(objects.begin(), objects.end()), objects.end());
  return objects;
}

}  // namespace loadline
