#include "api/binding_selection.h"

#include <algorithm>
#include <tuple>

#include "api/request_fields.h"

namespace loadline {

Result<BindingSelection> SelectBindings(const Controller& controller, const ServerRequest& request, std::size_t limit) {
  if (const Status good = CheckFields(request, {"namespace", "name", "policy", "limit"}); !good)
    return Fail(good.error());
  const Result<std::size_t> shown = LimitField(request, limit, static_cast<std::size_t>(-1));
  if (!shown) return Fail(shown.error());
  auto wants = [&request](const char* name, std::string_view value) {
    const auto filter = request.query.find(name);
    return filter == request.query.end() || filter->second == value;
  };
  std::vector<std::shared_ptr<Binding>> bindings = controller.Bindings();
  std::erase_if(bindings, [&wants](const auto& binding) {
    const BindingKey& key = binding->key();
    return !wants("namespace", key.object_namespace) || !wants("name", key.object_name) ||
           !wants("policy", key.policy());
  });
  std::sort(bindings.begin(), bindings.end(), [](const auto& a, const auto& b) {
    return std::tie(a->key().object_namespace, a->key().object_name, a->key().metadata) <
           std::tie(b->key().object_namespace, b->key().object_name, b->key().metadata);
  });
  return BindingSelection{std::move(bindings), *shown};
}

}  // namespace loadline
