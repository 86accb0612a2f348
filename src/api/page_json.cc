#include "api/page_json.h"

#include <fmt/format.h>

#include "scaling/trigger_metadata.h"

namespace loadline {

ServerResponse JsonResponse(const PageJson& body, int status) {
  return {status, "application/json", body.dump(2, ' ', false, PageJson::error_handler_t::replace) + "\n"};
}

ServerResponse RefusalOf(const Error& error) {
  if (error.code == Code::kInvalidArgument) return ProblemResponse(400, "Bad Request", error.message);
  if (error.code == Code::kNotFound) return ProblemResponse(404, "Not Found", error.message);
  return ProblemResponse(503, "Service Unavailable", error.message);
}

PageJson TimeOrNull(Timestamp time) { return time == Timestamp() ? PageJson() : PageJson(FormatTimestamp(time)); }

PageJson ErrorJson(const std::optional<Error>& error) {
  return error ? PageJson{{"code", CodeName(error->code)}, {"message", error->message}} : PageJson();
}

PageJson ProblemJson(const PolicyProblem& each) {
  const Problem& problem = each.problem;
  return {{"file", each.file},
          {"line", problem.at.line},
          {"column", problem.at.column},
          {"field", problem.field},
          {"rule", problem.rule},
          {"found", problem.found},
          {"hint", problem.hint},
          {"namespace", each.policy_namespace},
          {"kind", each.kind},
          {"policy", each.policy_name},
          {"last_good_in_force", each.last_good_in_force}};
}

PageJson BindingJson(const BindingKey& key) {
  return {{"namespace", key.object_namespace},
          {"name", key.object_name},
          {"policy", std::string(key.policy())},
          {"metadata", ShownMetadata(key.metadata)}};
}

std::string HashText(std::uint64_t hash) { return fmt::format("{:016x}", hash); }

}  // namespace loadline
