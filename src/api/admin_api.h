// What operators and Prometheus read over HTTP: the pages of admin_routes.h, and /api/v1/openapi.json, which tells of
// them.
#ifndef LOADLINE_API_ADMIN_API_H_
#define LOADLINE_API_ADMIN_API_H_

#include "api/access.h"
#include "api/decision_events.h"
#include "api/keda_server.h"
#include "api/override_desk.h"
#include "api/policy_shelf.h"
#include "api/replay_jobs.h"
#include "controller/controller.h"
#include "kubernetes/cluster_watch.h"
#include "kubernetes/configmap_policies.h"
#include "notify/notifier.h"
#include "system/http_server.h"
#include "system/tls_files.h"

namespace loadline {

// What the pages are made from. All must outlive the HTTP server.
struct AdminSources {
  const Controller& controller;
  const Instruments& instruments;
  const KedaServer& keda;
  const PolicyShelf& policies;
  const TlsFiles* tls = nullptr;                  // of the gRPC port; null: no TLS
  const DecisionSink* journal = nullptr;          // null: none
  DecisionJournal* history = nullptr;             // the same, to read
  Duration heartbeat{5 * 60 * 1000};              // how often a decision is kept that has not changed
  const Access* access = nullptr;                 // null: nobody stands before the pages
  const TlsFiles* http_tls = nullptr;             // of the HTTP port; null: no TLS
  const DecisionEvents* events = nullptr;         // null: nothing is told to those who listen
  const ClusterWatch* cluster = nullptr;          // null: Kubernetes is not watched
  const ConfigMapPolicies* configmaps = nullptr;  // null: no policies from there
  OverrideDesk* overrides = nullptr;              // null: none are set over the API
  ReplayJobs* replays = nullptr;                  // null: nothing is replayed
  // The sources that policies of a namespace may ask for history, beside those that decisions are made by.
  std::function<SourceLookup(const std::string& object_namespace)> history_sources = nullptr;
  const Notifier* notifier = nullptr;  // null: there are no webhooks
  std::string grafana = {};            // http.grafana
};

// REQUIRES: before HttpServer::Start. Of `sources` a copy is kept.
void MountAdminApi(HttpServer& server, const AdminSources& sources);

}  // namespace loadline

#endif  // LOADLINE_API_ADMIN_API_H_
