#include "api/binding_selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <tuple>

#include "base/text.h"

namespace loadline {

Result<std::size_t> CheckQuery(const ServerRequest& request, const std::vector<std::string>& known, std::size_t limit) {
  for (const auto& [name, value] : request.query) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      const auto meant = DidYouMean(name, known);
      return Fail(Code::kInvalidArgument,
                  fmt::format("there is no query parameter \"{}\"; want {}{}", OneLine(name, 60),
                              JoinWords(known, "or"), meant ? fmt::format(" (did you mean {}?)", *meant) : ""));
    }
    if (name != "limit") continue;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), limit);
    if (error != std::errc() || end != value.data() + value.size() || limit == 0) {
      return Fail(Code::kInvalidArgument,
                  fmt::format("limit: want a whole number above 0; found \"{}\"", OneLine(value, 60)));
    }
  }
  return limit;
}

Result<BindingSelection> SelectBindings(const Controller& controller, const ServerRequest& request, std::size_t limit) {
  const Result<std::size_t> checked = CheckQuery(request, {"namespace", "name", "policy", "limit"}, limit);
  if (!checked) return Fail(checked.error());
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
  return BindingSelection{std::move(bindings), *checked};
}

}  // namespace loadline
