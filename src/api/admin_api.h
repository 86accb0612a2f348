// What operators and Prometheus read over HTTP: /metrics, /healthz, /readyz, /api/v1/decisions, /api/v1/forecasts,
// /api/v1/history, /api/v1/explain, /api/v1/problems.
#ifndef LOADLINE_API_ADMIN_API_H_
#define LOADLINE_API_ADMIN_API_H_

#include "api/keda_server.h"
#include "controller/controller.h"
#include "kubernetes/cluster_watch.h"
#include "kubernetes/configmap_policies.h"
#include "system/http_server.h"
#include "system/tls_files.h"

namespace loadline {

// What the pages are made from. All must outlive the HTTP server.
struct AdminSources {
  const Controller& controller;
  const Instruments& instruments;
  const KedaServer& keda;
  const TlsFiles* tls = nullptr;                  // null: no TLS
  const DecisionSink* journal = nullptr;          // null: none
  DecisionJournal* history = nullptr;             // the same, to read
  Duration heartbeat{5 * 60 * 1000};              // how often a decision is kept that has not changed
  const ClusterWatch* cluster = nullptr;          // null: Kubernetes is not watched
  const ConfigMapPolicies* configmaps = nullptr;  // null: no policies from there
};

// REQUIRES: before HttpServer::Start.
void MountAdminApi(HttpServer& server, const AdminSources& sources);

}  // namespace loadline

#endif  // LOADLINE_API_ADMIN_API_H_
