#include <memory>

#include "api/admin_routes.h"
#include "api/override_pages.h"
#include "api/replay_pages.h"
#include "api/route.h"
#include "api/validate_page.h"

namespace loadline {
namespace {

using Kind = Route::Kind;

std::vector<Route> DocumentsAndOverrides(const AdminSources& sources) {
  const RouteParameter name{"name", "The override's.", R"({"type":"string","pattern":"^[a-z0-9-]{1,63}$"})", true,
                            true};
  const auto validate = std::make_shared<ValidatePage>(sources.controller.clock());
  return {
      {.method = "POST",
       .path = "/api/v1/validate",
       .kind = Kind::kSlow,
       .summary = "What is wrong with documents. Changes nothing.",
       .answer = "Validation",
       .body = "application/yaml",
       .refusals = {413, 503},
       .handler = [validate](const ServerRequest& request) { return validate->Answer(request); }},
      {.method = "GET",
       .path = "/api/v1/overrides",
       .kind = Kind::kSlow,
       .summary = "The overrides in force and to come: who, why, until when, and whom they match.",
       .answer = "Overrides",
       .refusals = {503},
       .handler = [sources](const ServerRequest&) { return OverridesPage(sources); }},
      {.method = "POST",
       .path = "/api/v1/overrides",
       .kind = Kind::kSlow,
       .summary = "Sets an override, or replaces that of the same name. Needs an operator's token.",
       .answer = "OverrideSet",
       .body = "application/json",
       .body_schema = "OverrideRequest",
       .refusals = {403, 409, 413, 503},
       .other_answer = 201,
       .handler = [sources](const ServerRequest& request) { return SetOverridePage(sources, request); }},
      {.method = "DELETE",
       .path = "/api/v1/overrides/{name}",
       .kind = Kind::kSlow,
       .summary = "Ends an override that was set over the API. Needs an operator's token.",
       .parameters = {name},
       .answer = "OverrideRemoved",
       .refusals = {403, 404, 503},
       .handler = [sources](const ServerRequest& request) { return RemoveOverridePage(sources, request); }},
  };
}

std::vector<Route> Replays(const AdminSources& sources) {
  const RouteParameter id{"name", "The replay's id.", R"({"type":"string","pattern":"^[0-9a-f]{16}$"})", true, true};
  return {
      {.method = "POST",
       .path = "/api/v1/replays",
       .summary = "Plays policies on an object's history, side by side, after those that were posted before. Needs an "
                  "operator's token. Changes nothing.",
       .answer = "ReplayJob",
       .success = 202,
       .body = "application/json",
       .body_schema = "ReplayRequest",
       .refusals = {403, 503},
       .handler = [sources](const ServerRequest& request) { return PostReplay(sources, request); }},
      {.method = "GET",
       .path = "/api/v1/replays",
       .summary = "The replays that this pod remembers, without their results.",
       .answer = "ReplayJobs",
       .handler = [sources](const ServerRequest&) { return ReplaysPage(sources); }},
      {.method = "GET",
       .path = "/api/v1/replays/{name}",
       .kind = Kind::kSlow,
       .summary = "How far a replay is, and what came of it; as=page: for people, with plots.",
       .parameters = {id, {"as", "json, text or page.", R"({"enum":["json","text","page"]})"}},
       .answer = "Replay",
       .refusals = {404},
       .handler = [sources](const ServerRequest& request) { return ReplayPage(sources, request); }},
      {.method = "DELETE",
       .path = "/api/v1/replays/{name}",
       .summary = "Stops a replay, and forgets it. Needs an operator's token.",
       .parameters = {id},
       .answer = "ReplayRemoved",
       .refusals = {403, 404},
       .handler = [sources](const ServerRequest& request) { return RemoveReplay(sources, request); }},
  };
}

}  // namespace

std::vector<Route> PostedRoutes(const AdminSources& sources) {
  std::vector<Route> routes = DocumentsAndOverrides(sources);
  for (auto& each : Replays(sources)) routes.push_back(std::move(each));
  return routes;
}

}  // namespace loadline
