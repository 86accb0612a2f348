#include "api/admin_routes.h"
#include "api/history_pages.h"
#include "api/outlook_page.h"
#include "api/route_parameters.h"
#include "api/summary_page.h"
#include "api/timeline_page.h"
#include "api/trends_page.h"

namespace loadline {

using Kind = Route::Kind;

std::vector<Route> HistoryRoutes(const AdminSources& sources) {
  const RouteParameter object = Needed({"name", "The ScaledObject or ScaledJob.", kNeededText});
  const RouteParameter object_namespace = Needed({"namespace", "Its namespace.", kNeededText});
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
  };
}

}  // namespace loadline
