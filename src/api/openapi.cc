#include "api/openapi.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "api/schemas/decision_schemas.h"
#include "api/schemas/history_schemas.h"
#include "api/schemas/posted_schemas.h"
#include "api/schemas/server_schemas.h"
#include "base/version.h"

namespace loadline {
namespace {

using Json = nlohmann::ordered_json;

Json Schemas() {
  Json schemas = Json::parse(kServerSchemas);
  for (const char* more : {kDecisionSchemas, kHistorySchemas, kPostedSchemas}) schemas.update(Json::parse(more));
  return schemas;
}

Json Reference(const std::string& schema) { return {{"$ref", "#/components/schemas/" + schema}}; }

Json Refusal(const char* help) {
  return {{"description", help}, {"content", {{"application/problem+json", {{"schema", Reference("Problem")}}}}}};
}

const char* HelpOf(int status) {
  switch (status) {
    case 400: return "The request is not what the page wants.";
    case 401: return "There is no good token.";
    case 403: return "The token's role is too small.";
    case 404: return "Nothing is known of it.";
    case 409: return "Something else has that name.";
    case 413: return "What was posted is too much.";
    case 429: return "The client asks too often.";
    case 503: return "It cannot be said now.";
    default: return "Refused.";
  }
}

Json ParameterJson(const RouteParameter& parameter) {
  return {{"name", parameter.name},
          {"in", parameter.in_path ? "path" : "query"},
          {"description", parameter.help},
          {"required", parameter.needed},
          {"schema", Json::parse(parameter.schema)}};
}

Json ResponsesJson(const Route& route, bool open) {
  const Json schema = route.answer.empty() ? Json{{"type", "string"}} : Reference(route.answer);
  Json ok = {{"description", "As asked."}, {"content", {{route.media_type, {{"schema", schema}}}}}};
  const bool tagged = route.kind == Route::Kind::kTagged;
  if (tagged) ok["headers"] = {{"ETag", {{"schema", {{"type", "string"}}}}}};
  Json responses = {{std::to_string(route.success), ok}};
  if (route.other_answer != 0) responses[std::to_string(route.other_answer)] = std::move(ok);
  if (tagged) responses["304"] = {{"description", "As it was with the tag of If-None-Match."}};
  std::vector<int> refusals = route.refusals;
  if (!open) refusals.insert(refusals.end(), {400, 401, 429});
  std::sort(refusals.begin(), refusals.end());
  for (const int status : refusals) responses[std::to_string(status)] = Refusal(HelpOf(status));
  return responses;
}

Json OperationJson(const Route& route) {
  const bool open = !route.path.starts_with("/api/");
  std::string id = route.method + route.path;
  std::transform(id.begin(), id.end(), id.begin(),
                 [](unsigned char c) { return std::isalnum(c) ? std::tolower(c) : '_'; });
  Json operation = {{"operationId", id}, {"summary", route.summary}};
  if (open) operation["security"] = Json::array();
  operation["parameters"] = Json::array();
  for (const RouteParameter& each : route.parameters) operation["parameters"].push_back(ParameterJson(each));
  if (!route.body.empty()) {
    const Json schema = route.body_schema.empty() ? Json{{"type", "string"}} : Reference(route.body_schema);
    operation["requestBody"] = {{"required", true}, {"content", {{route.body, {{"schema", schema}}}}}};
  }
  operation["responses"] = ResponsesJson(route, open);
  return operation;
}

}  // namespace

std::string OpenApiDocument(const std::vector<Route>& routes) {
  Json document = {{"openapi", "3.1.0"},
                   {"info",
                    {{"title", "Loadline"},
                     {"version", kVersion},
                     {"description", "What Loadline decided, and why. Errors are RFC 7807 problems."}}},
                   {"security", {Json::object(), {{"token", Json::array()}}, {{"token_behind_proxy", Json::array()}}}},
                   {"paths", Json::object()}};
  for (const Route& route : routes) {
    std::string method = route.method;
    std::transform(method.begin(), method.end(), method.begin(), [](unsigned char c) { return std::tolower(c); });
    document["paths"][route.path][method] = OperationJson(route);
  }
  document["components"] = {{"securitySchemes",
                             {{"token", {{"type", "http"}, {"scheme", "bearer"}}},
                              {"token_behind_proxy",
                               {{"type", "apiKey"},
                                {"in", "header"},
                                {"name", "X-Loadline-Token"},
                                {"description", "The same token, where a proxy keeps Authorization for itself."}}}}},
                            {"schemas", Schemas()}};
  return document.dump(2) + "\n";
}

}  // namespace loadline
