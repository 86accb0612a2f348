// What several pages say in the same way.
#ifndef LOADLINE_API_PAGE_JSON_H_
#define LOADLINE_API_PAGE_JSON_H_

#include <nlohmann/json.hpp>
#include <optional>

#include "controller/binding.h"
#include "scaling/ports.h"
#include "system/http_server.h"

namespace loadline {

using PageJson = nlohmann::ordered_json;

ServerResponse JsonResponse(const PageJson& body, int status = 200);
// As the page's caller is told: 400, 404 or 503.
ServerResponse RefusalOf(const Error& error);

PageJson TimeOrNull(Timestamp time);  // null where it is 1970
template <class T>
PageJson ValueOrNull(const std::optional<T>& value) {
  return value ? PageJson(*value) : PageJson();
}
PageJson ErrorJson(const std::optional<Error>& error);  // null where there is none
PageJson ProblemJson(const PolicyProblem& problem);
// Namespace, name, policy and metadata, as they may be shown to anybody.
PageJson BindingJson(const BindingKey& key);
std::string HashText(std::uint64_t hash);

}  // namespace loadline

#endif  // LOADLINE_API_PAGE_JSON_H_
