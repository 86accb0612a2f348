#include "api/status_page.h"

#include "api/page_json.h"
#include "base/version.h"

namespace loadline {
namespace {

PageJson JournalJson(const JournalState& state) {
  PageJson json = {{"where", state.where},          {"ok", state.ok},
                   {"problem", state.problem},      {"queued", state.queued},
                   {"stored", state.stored},        {"already_there", state.duplicates},
                   {"differing", state.differing},  {"disagreements", state.disagreements},
                   {"dropped", PageJson::object()}, {"last_write", TimeOrNull(state.last_write)}};
  for (const auto& [reason, count] : state.dropped) json["dropped"][reason] = count;
  return json;
}

PageJson WebhookJson(const WebhookState& state) {
  return {{"name", state.name},
          {"queued", state.queued},
          {"sent", state.counts.sent},
          {"retried", state.counts.retried},
          {"failed", state.counts.refused + state.counts.given_up},
          {"dropped", state.counts.dropped},
          {"left_out", state.left_out},
          {"last_sent", TimeOrNull(state.last_sent)},
          {"problem", state.problem}};
}

PageJson TlsJson(const TlsFilesState& state) {
  return {{"certificate_expires", FormatTimestamp(state.not_after)}, {"problem", state.problem}};
}

bool IsReady(const AdminSources& sources, const ControllerState& state) {
  return sources.keda.serving() && state.policies_read;
}

PageJson ServerJson(const AdminSources& sources, const ControllerState& state) {
  PageJson body = {{"ready", IsReady(sources, state)},     {"grpc_serving", sources.keda.serving()},
                   {"policies_read", state.policies_read}, {"policies", state.policies},
                   {"bindings", state.bindings},           {"last_tick", TimeOrNull(state.last_tick)},
                   {"sources", PageJson::array()},         {"policy_problems", PageJson::array()}};
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
  if (sources.notifier != nullptr) {
    body["webhooks"] = PageJson::array();
    for (const WebhookState& each : sources.notifier->States()) body["webhooks"].push_back(WebhookJson(each));
  }
  return body;
}

}  // namespace

ServerResponse ReadyPage(const AdminSources& sources) {
  const ControllerState state = sources.controller.State();
  return JsonResponse(ServerJson(sources, state), IsReady(sources, state) ? 200 : 503);
}

ServerResponse StatusPage(const AdminSources& sources) {
  PageJson body = {{"version", kVersion}};
  body.update(ServerJson(sources, sources.controller.State()));
  const Timestamp now = sources.controller.clock().Now();
  std::size_t answered = 0;
  std::size_t failed = 0;
  for (const auto& binding : sources.controller.Bindings()) ++(CurrentAnswer(*binding, now) ? answered : failed);
  body["answers"] = {{"numbers", answered}, {"errors", failed}};
  body["grafana"] = sources.grafana.empty() ? PageJson() : PageJson(sources.grafana);
  return JsonResponse(body);
}

}  // namespace loadline
