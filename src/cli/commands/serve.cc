#include "cli/commands/serve.h"

#include <signal.h>
#include <sys/resource.h>

#include <memory>
#include <stop_token>
#include <utility>
#include <vector>

#include "api/access.h"
#include "api/admin_api.h"
#include "api/decision_events.h"
#include "api/grpc_log.h"
#include "api/keda_mapping.h"
#include "api/keda_server.h"
#include "api/override_desk.h"
#include "api/policy_shelf.h"
#include "base/version.h"
#include "cli/data_dir.h"
#include "cli/journal_wiring.h"
#include "cli/kubernetes_wiring.h"
#include "cli/source_wiring.h"
#include "cli/tls_wiring.h"
#include "cli/webhook_wiring.h"
#include "controller/controller.h"
#include "system/access_tokens.h"
#include "system/clock.h"
#include "system/free_memory.h"
#include "system/http_server.h"
#include "system/log.h"

namespace loadline {
namespace {

// Of the 5 s that a clean stop may take: what is left is for the threads that are joined after it.
constexpr Duration kCallsEndWithin = std::chrono::seconds(3);

ControllerOptions ControllerOptionsOf(const ServeOptions& options) {
  ControllerOptions controller;
  controller.interval = options.tick.interval;
  controller.delay = options.tick.delay;
  controller.budget = options.tick.budget;
  controller.forget_after = options.bindings.forget_after;
  controller.max_bindings = static_cast<std::size_t>(options.bindings.max);
  controller.forecasts.refit = options.forecasts.refit;
  controller.forecasts.lead = options.forecasts.lead;
  controller.forecasts.threads = options.forecasts.threads;
  controller.data_dir = options.data_dir;
  controller.heartbeat = options.journal.heartbeat;
  controller.encode = EncodeAnswer;
  return controller;
}

Result<std::unique_ptr<AccessTokens>> OpenTokens(const ServeOptions& options, Log& log) {
  if (options.http.tokens_file.empty()) return std::unique_ptr<AccessTokens>();
  return AccessTokens::Open(options.http.tokens_file, SystemClock(), [&log](const AccessTokensState& state) {
    if (state.problem.empty()) {
      log.Write("system", LogLevel::kInfo, "tokens_reloaded", {});
    } else {
      log.Write("system", LogLevel::kError, "tokens_not_reloaded", {{"problem", state.problem}});
    }
  });
}

// SIGTERM and SIGINT are taken by sigwait alone: blocked in every thread, so before there is a second one.
sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

// Each connection is a descriptor, and the usual limit of a shell, 1,024, is none of the hard kind.
void AllowManyConnections() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int RunServe(const ServeOptions& options) {
  const sigset_t signals = BlockStopSignals();
  AllowManyConnections();
  ReturnFreeMemory();
  const std::unique_ptr<Log> log = MakeLog({options.log.level, options.log.modules});
  auto cannot_start = [&log](const Error& error) {
    StopGrpcLog();
    log->Write("cli", LogLevel::kError, "cannot_start", {{"problem", error.message}});
    return 1;
  };
  if (const Status made = MakeDataDir(options.data_dir); !made) return cannot_start(made.error());
  const Result<std::unique_ptr<TlsFiles>> tls = OpenTls(GrpcTlsFiles(options), "grpc.tls", *log);
  if (!tls) return cannot_start(tls.error());
  const Result<std::unique_ptr<TlsFiles>> http_tls = OpenTls(HttpTlsFiles(options), "http.tls", *log);
  if (!http_tls) return cannot_start(http_tls.error());
  const Result<std::unique_ptr<AccessTokens>> tokens = OpenTokens(options, *log);
  if (!tokens) return cannot_start({tokens.error().code, "http.tokensFile: " + tokens.error().message});

  Instruments instruments;
  std::stop_source stopping;
  const Result<KubernetesParts> kubernetes = OpenKubernetes(options, stopping.get_token(), SystemClock(), *log);
  if (!kubernetes) return cannot_start({kubernetes.error().code, "kubernetes: " + kubernetes.error().message});
  const auto override_store = MakeOverrideStore(options, *kubernetes);
  if (!override_store)
    return cannot_start({override_store.error().code, "overrides: " + override_store.error().message});
  const auto policies = MakePolicies(options, *kubernetes, SystemClock(), *log);
  PolicyShelf shelf(*policies);
  OverrideDesk overrides(override_store->get(), shelf, SystemClock(), *log,
                         {options.tick.interval, options.tick.delay});
  const auto [journal, history] = StartJournal(options, *log);
  HttpServerOptions http_options;
  http_options.address = options.http.listen;
  Access access({tokens->get(), options.http.protect_metrics, options.http.rate_limit}, SystemClock(), *log);
  http_options.gate = &access;
  http_options.tls = http_tls->get();
  const auto http = MakeHttpServer(http_options);
  DecisionEvents events(journal.get(), *http);
  ControllerOptions controller_options = ControllerOptionsOf(options);
  const auto notifier = MakeWebhooks(options, events, stopping.get_token(), SystemClock(), *log);
  controller_options.journal = notifier != nullptr ? static_cast<DecisionSink*>(notifier.get()) : &events;
  const auto controller =
      MakeController(std::move(controller_options), MakeSources(options, instruments, stopping.get_token()), shelf,
                     SystemClock(), *log, instruments);
  const auto cluster = MakeCluster(options, *kubernetes, *controller, *log);
  KedaServerOptions keda_options;
  keda_options.listen = options.grpc.listen;
  keda_options.tls = tls->get();
  keda_options.allowed_client_names = options.grpc.tls.allowed_client_names;
  keda_options.max_connection_age = options.grpc.max_connection_age;
  keda_options.first_decision_wait = options.grpc.first_decision_wait;
  const auto keda = MakeKedaServer(keda_options, *controller, instruments);
  ReplayJobs replays(SystemClock());
  MountAdminApi(*http, {*controller, instruments, *keda, shelf, tls->get(), journal.get(), history.get(),
                        options.journal.heartbeat, &access, http_tls->get(), &events, cluster.get(),
                        kubernetes->configmaps.get(), &overrides, &replays,
                        MakeHistorySources(options, stopping.get_token()), notifier.get(), options.http.grafana});

  StartGrpcLog(*log);
  const Result<int> http_port = http->Start();
  if (!http_port) return cannot_start({http_port.error().code, "http.listen: " + http_port.error().message});
  const Result<int> grpc_port = keda->Start();
  if (!grpc_port) {
    http->Stop();  // its pages ask what ends before it
    return cannot_start(grpc_port.error());
  }
  controller->Start();
  overrides.Start();
  if (notifier != nullptr)
    notifier->Start(
        [&, journal = journal.get()] { return SightOf(controller->State(), journal->State(), SystemClock().Now()); });
  if (cluster != nullptr) cluster->Start();
  log->Write("cli", LogLevel::kInfo, "started",
             {{"version", kVersion}, {"grpc_port", *grpc_port}, {"http_port", *http_port}, {"tls", *tls != nullptr}});

  int signal_number = 0;
  sigwait(&signals, &signal_number);
  log->Write("cli", LogLevel::kInfo, "stopping", {{"signal", signal_number == SIGTERM ? "SIGTERM" : "SIGINT"}});
  // Who asks twice does not want to wait.
  signal(SIGTERM, SIG_DFL);
  signal(SIGINT, SIG_DFL);
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  keda->Stop(kCallsEndWithin);
  stopping.request_stop();
  if (cluster != nullptr) cluster->Stop();
  overrides.Stop();
  if (notifier != nullptr) notifier->Stop();
  replays.Stop();
  controller->Stop();
  journal->Stop();
  http->Stop();
  StopGrpcLog();
  log->Write("cli", LogLevel::kInfo, "stopped", {});
  return 0;
}

}  // namespace loadline
