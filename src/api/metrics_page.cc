#include "api/metrics_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <tuple>

#include "api/binding_metrics.h"
#include "api/problems_page.h"
#include "base/version.h"

namespace loadline {
namespace {

void AddPolicies(MetricsText& page, const ControllerState& state) {
  page.Gauge("loadline_policies", "Policies in force.").Add(static_cast<double>(state.policies));
  page.Gauge(
      "loadline_policy_problems",
      "Problems of policy documents. With an error the document is not in force as it stands: last_good says whether "
      "an earlier version of it is.");
  std::map<std::tuple<std::string, std::string, std::string, bool, bool>, int> problems;
  for (const PolicyProblem& each : state.problems) {
    const bool error = each.problem.severity == Severity::kError;
    ++problems[{each.file, each.policy_namespace, each.policy_name, error, error && each.last_good_in_force}];
  }
  for (const auto& [key, count] : problems) {
    const auto& [file, policy_namespace, policy, error, last_good] = key;
    page.Add(count, {{"file", file},
                     {"policy_namespace", policy_namespace},
                     {"policy", policy},
                     {"severity", error ? "error" : "warning"},
                     {"last_good", last_good ? "true" : "false"}});
  }
}

void AddSources(MetricsText& page, const ControllerState& state) {
  page.Gauge("loadline_source_up", "1 where the source answered every query of the last tick that asked it.");
  for (const SourceState& source : state.sources) page.Add(source.ok ? 1 : 0, {{"source", source.name}});
  page.Gauge("loadline_source_last_success_timestamp_seconds", "When the source last answered; 0 where never.");
  for (const SourceState& source : state.sources) page.Add(ToSeconds(source.last_ok), {{"source", source.name}});
}

void AddWatches(MetricsText& page, const std::vector<WatchState>& watches) {
  if (watches.empty()) return;
  const auto add = [&](double value, const WatchState& watch) {
    page.Add(value, {{"resource", watch.resource},
                     {"watched_namespace", watch.object_namespace.empty() ? "*" : watch.object_namespace}});
  };
  page.Gauge("loadline_kubernetes_watching", "1 while changes of the resource are heard of, 0 while not.");
  for (const WatchState& each : watches) add(each.watching ? 1 : 0, each);
  page.Gauge("loadline_kubernetes_listed", "1 once all objects of the resource are known, 0 before.");
  for (const WatchState& each : watches) add(each.complete ? 1 : 0, each);
  page.Gauge("loadline_kubernetes_last_heard_timestamp_seconds",
             "When the API server last said anything about the resource; 0 where never.");
  for (const WatchState& each : watches) add(ToSeconds(each.last_heard), each);
  page.Counter("loadline_kubernetes_lists_total", "Complete lists of the resource.");
  for (const WatchState& each : watches) add(static_cast<double>(each.lists), each);
  page.Counter("loadline_kubernetes_watches_total", "Watches of the resource that were begun.");
  for (const WatchState& each : watches) add(static_cast<double>(each.watches), each);
  page.Counter("loadline_kubernetes_failures_total", "Lists and watches of the resource that failed.");
  for (const WatchState& each : watches) add(static_cast<double>(each.failures), each);
}

void AddCluster(MetricsText& page, const ClusterState& state) {
  page.Gauge("loadline_kubernetes_objects", "Objects that are known.")
      .Add(static_cast<double>(state.scaled_objects), {{"kind", "ScaledObject"}});
  page.Add(static_cast<double>(state.scaled_jobs), {{"kind", "ScaledJob"}});
  page.Add(static_cast<double>(state.hpas), {{"kind", "HorizontalPodAutoscaler"}});
  page.Gauge("loadline_finding",
             "1 for each finding about an object that uses a policy; docs/kubernetes.md explains them.");
  for (const ObjectFindings& each : state.view->objects) {
    std::set<FindingKind> kinds;
    for (const Finding& finding : each.findings) kinds.insert(finding.kind);
    for (const FindingKind kind : kinds) {
      page.Add(1, {{"namespace", each.object->object_namespace},
                   {"name", each.object->name},
                   {"kind", each.object->Kind()},
                   {"finding", std::string(FindingName(kind))},
                   {"severity", std::string(SeverityName(SeverityOf(kind)))}});
    }
  }
  page.Counter("loadline_kubernetes_events_total", "Events that were asked for, by what became of them.")
      .Add(static_cast<double>(state.events.written), {{"outcome", "written"}});
  page.Add(static_cast<double>(state.events.there), {{"outcome", "there"}});
  page.Add(static_cast<double>(state.events.failed), {{"outcome", "failed"}});
  page.Gauge("loadline_kubernetes_last_event_timestamp_seconds",
             "When an Event was last written, or found there; 0 where never.")
      .Add(ToSeconds(state.events.last_written));
}

void AddJournal(MetricsText& page, const JournalState& state) {
  page.Gauge("loadline_journal_up", "1 where the journal's latest write succeeded.").Add(state.ok ? 1 : 0);
  page.Gauge("loadline_journal_queued", "Decisions that wait to be written.").Add(static_cast<double>(state.queued));
  page.Gauge("loadline_journal_last_write_timestamp_seconds", "When something was last written; 0 where never.")
      .Add(ToSeconds(state.last_write));
  page.Counter("loadline_journal_decisions_total",
               "Decisions brought to the journal: stored, or already_there, from another pod.")
      .Add(static_cast<double>(state.stored), {{"outcome", "stored"}})
      .Add(static_cast<double>(state.duplicates), {{"outcome", "already_there"}});
  page.Counter("loadline_journal_dropped_total", "Decisions that are not in the journal, by the reason.");
  // From the start on, so that the first that is dropped shows as an increase.
  for (const char* reason : {"queue_full", "refused", "stopped"}) {
    const auto found = state.dropped.find(reason);
    page.Add(found == state.dropped.end() ? 0 : static_cast<double>(found->second), {{"reason", reason}});
  }
  page.Counter("loadline_journal_write_errors_total", "Writes, and openings, that failed; they are tried again.")
      .Add(static_cast<double>(state.write_errors));
  page.Counter("loadline_journal_deleted_total", "Decisions that were deleted for their age, or to make room.")
      .Add(static_cast<double>(state.deleted));
  page.Counter("loadline_journal_differing_total", "Of those already there: other readings, plan or policy.")
      .Add(static_cast<double>(state.differing));
  page.Counter("loadline_journal_disagreements_total",
               "Of those already there: another answer to equal readings, which must not be.")
      .Add(static_cast<double>(state.disagreements));
}

void AddTls(MetricsText& page, const std::string& prefix, std::string_view port, const TlsFilesState& tls) {
  page.Gauge(prefix + "_certificate_expiry_timestamp_seconds",
             fmt::format("When the certificate in use by the {} port ends.", port))
      .Add(ToSeconds(tls.not_after));
  page.Counter(prefix + "_reloads_total", "Changed certificates taken up.").Add(static_cast<double>(tls.reloads));
  page.Counter(prefix + "_reload_errors_total", "Changed certificates refused; the last good one stays in use.")
      .Add(static_cast<double>(tls.errors));
}

void AddAccess(MetricsText& page, const Access& access) {
  page.Counter("loadline_http_refused_total", "HTTP requests without a good token, of too small a role, or too many.");
  for (const auto& [reason, count] : access.Refused()) page.Add(static_cast<double>(count), {{"reason", reason}});
  page.Counter(
      "loadline_http_changes_total",
      "HTTP requests that would change something: done, refused (401, 403, and what the page does not take) or "
      "failed.");
  for (const auto& [outcome, count] : access.Changes()) page.Add(static_cast<double>(count), {{"outcome", outcome}});
}

void AddEvents(MetricsText& page, const DecisionEvents& events) {
  const HttpServerState listeners = events.listeners();
  page.Gauge("loadline_event_streams", "Streams of /api/v1/events that are open.")
      .Add(static_cast<double>(listeners.streams));
  page.Counter("loadline_event_streams_dropped_total", "Streams that were closed, as their clients did not read.")
      .Add(static_cast<double>(listeners.dropped_streams));
  page.Counter("loadline_events_left_out_total",
               "Decisions that were told to no stream, as there were too many at once.")
      .Add(static_cast<double>(events.left_out()));
}

void AddWebhooks(MetricsText& page, const Notifier& notifier) {
  const std::vector<WebhookState> states = notifier.States();
  const auto count = [&](const char* name, const char* help, auto value) {
    page.Counter(name, help);
    for (const WebhookState& each : states) page.Add(static_cast<double>(value(each)), {{"webhook", each.name}});
  };
  count("loadline_webhook_sent_total", "Messages that the receiver took.",
        [](const WebhookState& each) { return each.counts.sent; });
  page.Counter("loadline_webhook_failed_total", "Messages that the receiver did not take, by the reason.");
  for (const WebhookState& each : states) {
    page.Add(static_cast<double>(each.counts.refused), {{"webhook", each.name}, {"reason", "refused"}});
    page.Add(static_cast<double>(each.counts.given_up), {{"webhook", each.name}, {"reason", "given_up"}});
  }
  count("loadline_webhook_dropped_total", "Messages that were not sent, as too many waited.",
        [](const WebhookState& each) { return each.counts.dropped; });
  count("loadline_webhook_retries_total", "Attempts that failed and are made again.",
        [](const WebhookState& each) { return each.counts.retried; });
  count("loadline_webhook_left_out_total", "Messages that a digest stands for, as there were too many at once.",
        [](const WebhookState& each) { return each.left_out; });
  page.Gauge("loadline_webhook_queued", "Messages that wait to be sent, or to be tried again.");
  for (const WebhookState& each : states) page.Add(static_cast<double>(each.queued), {{"webhook", each.name}});
  page.Gauge("loadline_webhook_last_sent_timestamp_seconds", "When the receiver last took one; 0 where never.");
  for (const WebhookState& each : states) page.Add(ToSeconds(each.last_sent), {{"webhook", each.name}});
  page.Counter("loadline_webhook_decisions_overlooked_total",
               "Decisions that no webhook heard of, as there were too many at once.")
      .Add(static_cast<double>(notifier.overlooked()));
}

}  // namespace

std::string MetricsPage(const AdminSources& sources) {
  const ControllerState state = sources.controller.State();
  MetricsText page;
  page.Gauge("loadline_build_info", "1; which build this is.").Add(1, {{"version", std::string(kVersion)}});
  page.Gauge("loadline_bindings", "Bindings that are decided for.").Add(static_cast<double>(state.bindings));
  page.Gauge("loadline_grpc_open_streams", "StreamIsActive and StreamMetricSpec calls that are open.")
      .Add(static_cast<double>(sources.keda.open_streams()));
  page.Gauge("loadline_last_tick_timestamp_seconds", "The time of the last completed tick; 0 where none was.")
      .Add(ToSeconds(state.last_tick));
  AddPolicies(page, state);
  AddSources(page, state);
  if (sources.tls != nullptr) AddTls(page, "loadline_tls", "gRPC", sources.tls->State());
  if (sources.http_tls != nullptr) AddTls(page, "loadline_http_tls", "HTTP", sources.http_tls->State());
  if (sources.cluster != nullptr) AddCluster(page, sources.cluster->State());
  AddWatches(page, WatchStates(sources));
  if (sources.journal != nullptr) AddJournal(page, sources.journal->State());
  if (sources.events != nullptr) AddEvents(page, *sources.events);
  if (sources.notifier != nullptr) AddWebhooks(page, *sources.notifier);
  if (sources.access != nullptr) AddAccess(page, *sources.access);
  AddBindingMetrics(page, sources);
  return sources.instruments.Text() + page.Text();
}

}  // namespace loadline
