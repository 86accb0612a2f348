#include "api/admin_routes.h"

#include "api/binding_pages.h"
#include "api/changes_page.h"
#include "api/decision_events.h"
#include "api/document_pages.h"
#include "api/forecasts_page.h"
#include "api/hpa_pages.h"
#include "api/metrics_page.h"
#include "api/page_json.h"
#include "api/problems_page.h"
#include "api/route_parameters.h"
#include "api/status_page.h"
#include "base/version.h"
#include "scaling/policy_schema.h"

namespace loadline {
namespace {

using Kind = Route::Kind;

std::vector<Route> Probes(const AdminSources& sources) {
  return {
      {.method = "GET",
       .path = "/healthz",
       .summary = "Whether the process lives.",
       .answer = "Health",
       .handler =
           [](const ServerRequest&) {
             return JsonResponse({{"status", "ok"}, {"version", kVersion}});
           }},
      {.method = "GET",
       .path = "/readyz",
       .summary = "Whether KEDA may call this pod (200 or 503), and what is wrong.",
       .answer = "Ready",
       .other_answer = 503,
       .handler = [sources](const ServerRequest&) { return ReadyPage(sources); }},
      {.method = "GET",
       .path = "/metrics",
       .summary = "Loadline's own metrics, for Prometheus.",
       .media_type = "text/plain",
       .handler =
           [sources](const ServerRequest&) {
             return ServerResponse{200, "text/plain; version=0.0.4; charset=utf-8", MetricsPage(sources)};
           }},
  };
}

std::vector<Route> MemoryPages(const AdminSources& sources) {
  return {
      {.method = "GET",
       .path = "/api/v1/status",
       .kind = Kind::kTagged,
       .summary = "The server, its sources, problems of policies, the journal.",
       .answer = "Status",
       .handler = [sources](const ServerRequest&) { return StatusPage(sources); }},
      {.method = "GET",
       .path = "/api/v1/decisions",
       .kind = Kind::kTagged,
       .summary = "The latest decision of each binding, with its signals, steps and reasons.",
       .parameters = {kObjects, kNamespace, kName, kPolicy, kLimit, kAfterBinding},
       .answer = "Decisions",
       .handler = [sources](const ServerRequest& request) { return DecisionsPage(sources, request); }},
      {.method = "GET",
       .path = "/api/v1/bindings",
       .kind = Kind::kTagged,
       .summary = "The triggers that are decided for, and what each would be answered now.",
       .parameters = {kObjects, kNamespace, kName, kPolicy, kLimit, kAfterBinding},
       .answer = "Bindings",
       .handler = [sources](const ServerRequest& request) { return BindingsPage(sources, request); }},
      {.method = "GET",
       .path = "/api/v1/changes",
       .kind = Kind::kTagged,
       .summary = "Who changed what over this pod's API since it began, the latest first; 200 at most.",
       .answer = "Changes",
       .handler = [sources](const ServerRequest&) { return ChangesPage(sources); }},
      {.method = "GET",
       .path = "/api/v1/forecasts",
       .kind = Kind::kTagged,
       .summary = "The forecasts of each binding, with their history and how far they are trusted.",
       .parameters = {kNamespace, kName, kPolicy, kLimit},
       .answer = "Forecasts",
       .handler = [sources](const ServerRequest& request) { return ForecastsPage(sources, request); }},
      {.method = "GET",
       .path = "/api/v1/problems",
       .kind = Kind::kTagged,
       .summary = "What is wrong with objects in Kubernetes, and with the watches of them.",
       .parameters = {kNamespace, kName, kLimit},
       .answer = "Problems",
       .handler = [sources](const ServerRequest& request) { return ProblemsPage(sources, request); }},
      {.method = "GET",
       .path = "/api/v1/policies",
       .kind = Kind::kTagged,
       .summary = "The policies in force, and what is wrong with documents.",
       .parameters = {{"namespace", "Only the policies of this namespace; empty: those without one.", kText},
                      {"name", "Only the policies of this name.", kText},
                      {"text", "Whether the documents' texts are wanted.", R"({"type":"boolean"})"},
                      kLimit,
                      kAfter},
       .answer = "Policies",
       .handler = [sources](const ServerRequest& request) { return PoliciesPage(sources, request); }},
      {.method = "GET",
       .path = "/api/v1/dependencies",
       .kind = Kind::kTagged,
       .summary = "Who follows whom, and who shares which budget.",
       .answer = "Dependencies",
       .handler = [sources](const ServerRequest&) { return DependenciesPage(sources); }},
      {.method = "GET",
       .path = "/api/v1/calendars",
       .kind = Kind::kTagged,
       .summary = "The calendars in force.",
       .answer = "Calendars",
       .handler = [sources](const ServerRequest&) { return CalendarsPage(sources); }},
      {.method = "GET",
       .path = "/api/v1/schema",
       .kind = Kind::kTagged,
       .summary = "The JSON Schema of documents.",
       .answer = "Schema",
       .handler =
           [](const ServerRequest&) {
             return ServerResponse{200, "application/json", DocumentSchema()};
           }},
  };
}

std::vector<Route> HpaPages(const AdminSources& sources) {
  const RouteParameter binding{"binding", "Only of this object: NAMESPACE/NAME.",
                               R"({"type":"string","pattern":"^([^/]*/[^/]*)?$"})"};
  const RouteParameter after{"after", kAfter.help, R"({"type":"string","pattern":"^([1-9][0-9]{0,14})?$"})"};
  return {
      {.method = "GET",
       .path = "/api/v1/hpa-events",
       .kind = Kind::kTagged,
       .summary = "What HPAs did about what was asked for; the latest first.",
       .parameters = {binding, kNamespace, kName, kPolicy, kLimit, after},
       .answer = "HpaEvents",
       .handler = [sources](const ServerRequest& request) { return HpaEventsPage(sources, request); }},
      {.method = "GET",
       .path = "/api/v1/effectiveness",
       .kind = Kind::kSlow,
       .summary = "How well what was asked for was followed, 0 to 1, and what the HPA does now.",
       .parameters =
           {binding, kNamespace, kName, kPolicy, {"from", "Since when; absent: a day ago.", kTime}, kLimit, kAfterUuid},
       .answer = "EffectivenessOfBindings",
       .handler = [sources](const ServerRequest& request) { return EffectivenessPage(sources, request); }},
  };
}

Route Events() {
  return {.method = "GET",
          .path = kEventsPath,
          .kind = Kind::kStream,
          .summary = "Decisions as they are made, as server-sent events: each that changed, and heartbeats.",
          .parameters = {kNamespace, kName, kPolicy},
          .media_type = "text/event-stream",
          .refusals = {503},
          .handler = BeginEvents};
}

}  // namespace

std::vector<Route> AdminRoutes(const AdminSources& sources) {
  std::vector<Route> routes = Probes(sources);
  for (auto& each : MemoryPages(sources)) routes.push_back(std::move(each));
  for (auto& each : HpaPages(sources)) routes.push_back(std::move(each));
  for (auto& each : HistoryRoutes(sources)) routes.push_back(std::move(each));
  for (auto& each : PostedRoutes(sources)) routes.push_back(std::move(each));
  routes.push_back(Events());
  return routes;
}

}  // namespace loadline
