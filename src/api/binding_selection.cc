#include "api/binding_selection.h"

#include <algorithm>
#include <tuple>

#include "api/object_list.h"
#include "api/request_fields.h"
#include "base/text.h"
#include "controller/journal_feed.h"

namespace loadline {
namespace {

auto ObjectOf(const BindingKey& key) { return std::tie(key.object_namespace, key.object_name); }

// "data/orders/0193e6a0-...": metadata may be long, and is not for everybody.
std::string CursorOf(const Binding& binding) {
  const BindingKey& key = binding.key();
  return key.object_namespace + "/" + key.object_name + "/" + FormatUuid(BindingRecordOf(key).id);
}

// The first one after the cursor. Of an object whose trigger of then is gone all are shown again: none is left out.
Result<std::size_t> FirstAfter(const std::vector<std::shared_ptr<Binding>>& bindings, const std::string& cursor) {
  if (cursor.empty()) return std::size_t{0};
  const std::size_t slash = cursor.find('/');
  const std::size_t last = cursor.rfind('/');
  if (slash == std::string::npos || slash == last)
    return Fail(Code::kInvalidArgument,
                "after: want the `next` of the page before; found \"" + OneLine(cursor, 60) + "\"");
  const std::string object_namespace = cursor.substr(0, slash);
  const std::string object = cursor.substr(slash + 1, last - slash - 1);
  const auto named = std::tie(object_namespace, object);
  const auto begin = std::partition_point(bindings.begin(), bindings.end(),
                                          [&](const auto& each) { return ObjectOf(each->key()) < named; });
  for (auto at = begin; at != bindings.end() && ObjectOf((*at)->key()) == named; ++at) {
    if (CursorOf(**at) == cursor) return static_cast<std::size_t>(at - bindings.begin()) + 1;
  }
  return static_cast<std::size_t>(begin - bindings.begin());
}

}  // namespace

std::string BindingSelection::Next() const {
  const std::size_t end = End();
  return end == bindings.size() ? "" : CursorOf(*bindings[end - 1]);
}

Result<BindingSelection> SelectBindings(const Controller& controller, const ServerRequest& request, std::size_t limit) {
  const Result<std::size_t> shown = LimitField(request, limit, static_cast<std::size_t>(-1));
  if (!shown) return Fail(shown.error());
  auto wants = [&request](const char* name, std::string_view value) {
    const auto filter = request.query.find(name);
    return filter == request.query.end() || filter->second == value;
  };
  std::vector<ListedObject> objects;
  if (request.query.contains("objects")) {
    auto listed = ParseObjectList(FieldText(request, "objects"));
    if (!listed) return Fail(listed.error());
    objects = *std::move(listed);
  }
  auto lists = [&objects](const BindingKey& key) {
    const auto named = ObjectOf(key);
    const auto at = std::partition_point(objects.begin(), objects.end(), [&](const ListedObject& each) {
      return std::tie(each.object_namespace, each.name) < named;
    });
    return objects.empty() || (at != objects.end() && std::tie(at->object_namespace, at->name) == named);
  };
  std::vector<std::shared_ptr<Binding>> bindings = controller.Bindings();
  std::erase_if(bindings, [&wants, &lists](const auto& binding) {
    const BindingKey& key = binding->key();
    return !lists(key) || !wants("namespace", key.object_namespace) || !wants("name", key.object_name) ||
           !wants("policy", key.policy());
  });
  std::sort(bindings.begin(), bindings.end(), [](const auto& a, const auto& b) {
    return std::tie(a->key().object_namespace, a->key().object_name, a->key().metadata) <
           std::tie(b->key().object_namespace, b->key().object_name, b->key().metadata);
  });
  const Result<std::size_t> first = FirstAfter(bindings, FieldText(request, "after"));
  if (!first) return Fail(first.error());
  return BindingSelection{std::move(bindings), *first, *shown};
}

}  // namespace loadline
