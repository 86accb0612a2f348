#include "api/admin_routes.h"

#include <memory>

#include "api/binding_pages.h"
#include "api/changes_page.h"
#include "api/decision_events.h"
#include "api/document_pages.h"
#include "api/forecasts_page.h"
#include "api/history_pages.h"
#include "api/hpa_pages.h"
#include "api/metrics_page.h"
#include "api/object_list.h"
#include "api/outlook_page.h"
#include "api/override_pages.h"
#include "api/page_json.h"
#include "api/problems_page.h"
#include "api/replay_pages.h"
#include "api/status_page.h"
#include "api/summary_page.h"
#include "api/timeline_page.h"
#include "api/trends_page.h"
#include "api/validate_page.h"
#include "base/version.h"
#include "scaling/policy_schema.h"

namespace loadline {
namespace {

constexpr char kText[] = R"({"type":"string"})";
constexpr char kNeededText[] = R"({"type":"string","minLength":1})";
constexpr char kWhole[] = R"({"type":"integer","minimum":1})";
constexpr char kTime[] = R"({"type":"string","format":"date-time"})";

RouteParameter Needed(RouteParameter parameter) {
  parameter.needed = true;
  return parameter;
}

const RouteParameter kNamespace{"namespace", "Only of this namespace.", kText};
const RouteParameter kName{"name", "Only of the ScaledObject or ScaledJob of this name.", kText};
const RouteParameter kPolicy{"policy", "Only with this policy, as the trigger's metadata names it.", kText};
const RouteParameter kObjects{"objects", "NAMESPACE/NAME of each, at most 100, with commas.", kObjectListSchema};
const RouteParameter kLimit{"limit", "How many at most.", kWhole};
const RouteParameter kAfter{"after", "The `next` of the page before.", kText};
// NAMESPACE/NAME/UUID, but that is nobody's business.
const RouteParameter kAfterBinding{"after", kAfter.help,
                                   R"({"type":"string","pattern":"^([^/]*/[^/]*/[0-9a-f-]{36})?$"})"};
const RouteParameter kAfterUuid{"after", kAfter.help,
                                R"({"type":"string","pattern":"^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$"})"};

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

std::vector<Route> SlowPages(const AdminSources& sources) {
  const RouteParameter object = Needed({"name", "The ScaledObject or ScaledJob.", kNeededText});
  const RouteParameter object_namespace = Needed({"namespace", "Its namespace.", kNeededText});
  const auto validate = std::make_shared<ValidatePage>(sources.controller.clock());
  return {
      {.method = "GET",
       .path = "/api/v1/history",
       .kind = Kind::kSlow,
       .summary = "What was decided, from the journal; the latest first.",
       .parameters = {object_namespace,
                      object,
                      kPolicy,
                      {"from", "Not before this time.", kTime},
                      {"until", "Not after this time: the `next` of the page before.", kTime},
                      kLimit},
       .answer = "History",
       .refusals = {503},
       .handler = [sources](const ServerRequest& request) { return HistoryPage(sources, request); }},
      {.method = "GET",
       .path = "/api/v1/explain",
       .kind = Kind::kSlow,
       .summary = "The decision of a time in the past, with its reasons, or what it would have been.",
       .parameters = {object_namespace,
                      object,
                      kPolicy,
                      {"at", "That time; absent: now.", kTime},
                      {"what_if", "Other readings: lag=5000,depth=missing.", kText}},
       .answer = "Explanation",
       .refusals = {404, 503},
       .handler = [sources](const ServerRequest& request) { return ExplainPage(sources, request); }},
      {.method = "GET",
       .path = "/api/v1/timeline",
       .kind = Kind::kSlow,
       .summary =
           "The course of an object's triggers, thinned to what a plot can show: numbers, demands, bounds, marks.",
       .parameters = {object_namespace,
                      object,
                      kPolicy,
                      {"from", "Its begin; absent: six hours before its end.", kTime},
                      {"until", "Its end, now at the latest; absent: now.", kTime},
                      {"limit", "How many decisions of each trigger, about.", kWhole}},
       .answer = "Timeline",
       .refusals = {503},
       .handler = [sources](const ServerRequest& request) { return TimelinePage(sources, request); }},
      {.method = "GET",
       .path = "/api/v1/outlook",
       .kind = Kind::kSlow,
       .summary = "What will change by itself, and what forecasts expect, as replicas.",
       .parameters = {object_namespace, object, kPolicy, {"until", "How far; absent: a day from now.", kTime}},
       .answer = "Outlook",
       .handler = [sources](const ServerRequest& request) { return OutlookPage(sources, request); }},
      {.method = "GET",
       .path = "/api/v1/summary",
       .kind = Kind::kSlow,
       .summary = "What was decided in a span of time, in figures, beside as long a span before it.",
       .parameters = {kNamespace,
                      kName,
                      kPolicy,
                      {"from", "Its begin; absent: a day before its end.", kTime},
                      {"until", "Its end; absent: now.", kTime},
                      kLimit,
                      kAfterUuid},
       .answer = "Summary",
       .refusals = {503},
       .handler = [sources](const ServerRequest& request) { return SummaryPage(sources, request); }},
      {.method = "GET",
       .path = "/api/v1/trends",
       .kind = Kind::kSlow,
       .summary = "How many replicas some objects were answered, and had, of late: what a small plot shows.",
       .parameters = {Needed(kObjects),
                      {"from", "Its begin; absent: an hour before its end.", kTime},
                      {"until", "Its end; absent: now.", kTime}},
       .answer = "Trends",
       .refusals = {503},
       .handler = [sources](const ServerRequest& request) { return TrendsPage(sources, request); }},
      {.method = "POST",
       .path = "/api/v1/validate",
       .kind = Kind::kSlow,
       .summary = "What is wrong with documents. Changes nothing.",
       .answer = "Validation",
       .body = "application/yaml",
       .refusals = {413, 503},
       .handler = [validate](const ServerRequest& request) { return validate->Answer(request); }},
  };
}

std::vector<Route> Overrides(const AdminSources& sources) {
  const RouteParameter name{"name", "The override's.", R"({"type":"string","pattern":"^[a-z0-9-]{1,63}$"})", true,
                            true};
  return {
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
  for (auto& each : SlowPages(sources)) routes.push_back(std::move(each));
  for (auto& each : Overrides(sources)) routes.push_back(std::move(each));
  for (auto& each : Replays(sources)) routes.push_back(std::move(each));
  routes.push_back(Events());
  return routes;
}

}  // namespace loadline
