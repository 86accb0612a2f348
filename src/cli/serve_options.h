// Every option of `loadline serve` with its default; serve_fields.h declares names, units and help.
// config/loadline.yaml, flags, LOADLINE_ variables and docs/configuration.md come from there.
#ifndef LOADLINE_CLI_SERVE_OPTIONS_H_
#define LOADLINE_CLI_SERVE_OPTIONS_H_

#include <map>
#include <string>
#include <vector>

#include "base/time.h"
#include "notify/webhook.h"
#include "system/log.h"

namespace loadline {

struct TlsOptions {
  std::string certificate_file;  // empty: no TLS
  std::string key_file;
  std::string client_ca_file;                     // empty: clients need no certificate
  std::vector<std::string> allowed_client_names;  // SANs; empty: every certificate of the CA
};

struct GrpcOptions {
  std::string listen = "0.0.0.0:50051";
  TlsOptions tls;
  Duration max_connection_age{30 * 60 * 1000};
  Duration first_decision_wait{1000};
};

struct HttpTlsOptions {
  std::string certificate_file;  // empty: no TLS
  std::string key_file;
};

struct HttpOptions {
  std::string listen = "0.0.0.0:8080";
  HttpTlsOptions tls;
  std::string tokens_file;  // empty: all may read, nobody may change
  bool protect_metrics = false;
  int rate_limit = 100;  // 0: none
  std::string grafana;   // empty: the page links to none
};

struct TickOptions {
  Duration interval{15000};
  Duration delay{2000};
  Duration budget{10000};
};

struct ForecastingOptions {
  Duration refit{10 * 60 * 1000};
  Duration lead{60 * 1000};
  int threads = 1;
};

struct PolicyOptions {
  std::string path = "/etc/loadline/policies";
  Duration poll{1000};
};

struct OverrideOptions {
  std::string path;  // empty: a ConfigMap, or a folder of the data directory
};

struct BindingOptions {
  Duration forget_after{3600 * 1000};
  int max = 100'000;
};

struct JournalingOptions {
  std::string url;  // empty: a file of SQLite in the data directory, or memory where there is none
  std::string password_file;
  Duration keep{30LL * 24 * 3600 * 1000};
  int max_megabytes = 2048;
  Duration heartbeat{5 * 60 * 1000};
};

struct SourceOptions {
  std::string url;
  Duration timeout{5000};
  int max_connections = 8;
  int max_points = 11'000;
  std::string ca_file;
  std::string certificate_file;
  std::string key_file;
  bool insecure_skip_verify = false;
  std::string basic_auth_user;
  std::string basic_auth_password_file;
  std::string bearer_token_file;
  std::map<std::string, std::string> headers;
  std::vector<std::string> allowed_namespaces;
};

struct KubernetesOptions {
  bool enabled = false;
  std::string kubeconfig;               // empty: the pod's own service account
  std::vector<std::string> namespaces;  // empty: all
  std::string policy_label = "loadline.dev/policies=true";
  std::vector<std::string> shared_from;  // empty: Loadline's own namespace
  std::vector<std::string> scaler_addresses;
  bool events = true;
  bool decision_events = true;
};

struct LoggingOptions {
  LogLevel level = LogLevel::kInfo;
  std::map<std::string, LogLevel> modules;
};

struct ServeOptions {
  GrpcOptions grpc;
  HttpOptions http;
  TickOptions tick;
  ForecastingOptions forecasts;
  PolicyOptions policies;
  OverrideOptions overrides;
  BindingOptions bindings;
  JournalingOptions journal;
  std::map<std::string, SourceOptions> sources;
  KubernetesOptions kubernetes;
  std::map<std::string, WebhookOptions> webhooks;
  LoggingOptions log;
  std::string data_dir;
};

// The folder where overrides are kept that are set over the API; empty: a ConfigMap, or nowhere.
std::string OverrideFolderOf(const ServeOptions& options);

}  // namespace loadline

#endif  // LOADLINE_CLI_SERVE_OPTIONS_H_
