#include "api/admin_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/binding_selection.h"
#include "api/forecasts_page.h"
#include "api/history_pages.h"
#include "api/metrics_page.h"
#include "base/text.h"
#include "base/version.h"
#include "scaling/explain.h"

namespace loadline {
namespace {

using Json = nlohmann::ordered_json;

std::string Dump(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

Json TimeOrNull(Timestamp time) { return time == Timestamp() ? Json() : Json(FormatTimestamp(time)); }

Json ProblemJson(const PolicyProblem& each) {
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

Json JournalJson(const JournalState& state) {
  Json json = {{"where", state.where},         {"ok", state.ok},
               {"problem", state.problem},     {"queued", state.queued},
               {"stored", state.stored},       {"already_there", state.duplicates},
               {"differing", state.differing}, {"disagreements", state.disagreements},
               {"dropped", Json::object()},    {"last_write", TimeOrNull(state.last_write)}};
  for (const auto& [reason, count] : state.dropped) json["dropped"][reason] = count;
  return json;
}

Json TlsJson(const TlsFilesState& state) {
  return {{"certificate_expires", FormatTimestamp(state.not_after)}, {"problem", state.problem}};
}

// The code says whether KEDA may call this pod, and nothing else: a Prometheus that is down, or a bad policy, must not
// take all pods out of the Service at once. What is wrong stands in the body.
ServerResponse Ready(const AdminSources& sources) {
  const ControllerState state = sources.controller.State();
  const bool ready = sources.keda.serving() && state.policies_read;
  Json body = {{"ready", ready},
               {"grpc_serving", sources.keda.serving()},
               {"policies_read", state.policies_read},
               {"policies", state.policies},
               {"bindings", state.bindings},
               {"last_tick", TimeOrNull(state.last_tick)},
               {"sources", Json::array()},
               {"policy_problems", Json::array()}};
  for (const SourceState& source : state.sources) {
    body["sources"].push_back({{"name", source.name},
                               {"address", source.address},
                               {"ok", source.ok},
                               {"problem", source.problem},
                               {"last_ok", TimeOrNull(source.last_ok)}});
  }
  for (const PolicyProblem& each : state.problems) body["policy_problems"].push_back(ProblemJson(each));
  if (sources.tls != nullptr) body["tls"] = TlsJson(sources.tls->State());
  if (sources.http_tls != nullptr) body["http_tls"] = TlsJson(sources.http_tls->State());
  if (sources.journal != nullptr) body["journal"] = JournalJson(sources.journal->State());
  return {ready ? 200 : 503, "application/json", Dump(body)};
}

Json DecisionJson(const Binding& binding, Timestamp now) {
  const BindingKey& key = binding.key();
  Json json = {{"namespace", key.object_namespace},
               {"name", key.object_name},
               {"policy", std::string(key.policy())},
               {"metadata", ShownMetadata(key)},
               {"last_call", FormatTimestamp(binding.last_call())}};
  const auto answer = binding.Latest();
  json["time"] = answer == nullptr ? Json() : Json(FormatTimestamp(answer->time));
  json["valid_until"] = answer == nullptr ? Json() : Json(FormatTimestamp(answer->valid_until));
  if (answer != nullptr && answer->policy != nullptr) {
    json["policy_namespace"] = answer->policy->policy_namespace;
    json["policy_hash"] = fmt::format("{:016x}", answer->policy->hash);
    json.update(Json::parse(ExplainAsJson(*answer->policy, answer->decision)));
  }
  // What KEDA would be told now: also when there is no decision, or one that is too old.
  const auto current = CurrentAnswer(binding, now);
  if (!current) {
    json["replicas"] = nullptr;
    json["active"] = nullptr;
    json["confidence"] = nullptr;
    json["error"] = {{"code", CodeName(current.error().code)}, {"message", current.error().message}};
    json["summary"] = current.error().message;
  }
  return json;
}

ServerResponse Decisions(const AdminSources& sources, const ServerRequest& request) {
  const Result<BindingSelection> selection = SelectBindings(sources.controller, request, 1000);
  if (!selection) return ProblemResponse(400, "Bad Request", selection.error().message);
  const auto& bindings = selection->bindings;
  Json body = {{"total", bindings.size()}, {"decisions", Json::array()}};
  const Timestamp now = sources.controller.clock().Now();
  for (std::size_t i = 0; i < std::min(selection->limit, bindings.size()); ++i) {
    body["decisions"].push_back(DecisionJson(*bindings[i], now));
  }
  return {200, "application/json", Dump(body)};
}

}  // namespace

void MountAdminApi(HttpServer& server, const AdminSources& sources) {
  server.Handle("GET", "/healthz", [](const ServerRequest&) {
    return ServerResponse{200, "application/json", Dump({{"status", "ok"}, {"version", kVersion}})};
  });
  server.Handle("GET", "/readyz", [sources](const ServerRequest&) { return Ready(sources); });
  server.Handle("GET", "/metrics", [sources](const ServerRequest&) {
    return ServerResponse{200, "text/plain; version=0.0.4; charset=utf-8", MetricsPage(sources)};
  });
  server.Handle("GET", "/api/v1/decisions",
                [sources](const ServerRequest& request) { return Decisions(sources, request); });
  server.Handle("GET", "/api/v1/forecasts",
                [sources](const ServerRequest& request) { return ForecastsPage(sources, request); });
  server.HandleSlowly("GET", "/api/v1/history",
                      [sources](const ServerRequest& request) { return HistoryPage(sources, request); });
  server.HandleSlowly("GET", "/api/v1/explain",
                      [sources](const ServerRequest& request) { return ExplainPage(sources, request); });
}

}  // namespace loadline
