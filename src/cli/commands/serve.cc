#include "cli/commands/serve.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
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
#include "cli/kubernetes_wiring.h"
#include "cli/source_wiring.h"
#include "cli/webhook_wiring.h"
#include "controller/controller.h"
#include "journal/journal.h"
#include "journal/journal_reader.h"
#include "journal/journal_writer.h"
#include "system/access_tokens.h"
#include "system/clock.h"
#include "system/files.h"
#include "system/free_memory.h"
#include "system/http_server.h"
#include "system/log.h"
#include "system/tls_files.h"

namespace loadline {
namespace {

namespace fs = std::filesystem;

// Of the 5 s that a clean stop may take: what is left is for the threads that are joined after it.
constexpr Duration kCallsEndWithin = std::chrono::seconds(3);
constexpr std::size_t kLargestSourceFile = 1 << 20;

constexpr std::int64_t kMegabyte = 1 << 20;
constexpr std::int64_t kMostInMemory = 32 * kMegabyte;

JournalOptions JournalOptionsOf(const ServeOptions& options) {
  JournalOptions journal;
  journal.password_file = options.journal.password_file;
  if (!options.journal.url.empty()) {
    journal.url = options.journal.url;
  } else if (!options.data_dir.empty()) {
    journal.url = "sqlite:" + (fs::path(options.data_dir) / "journal.db").string();
  }
  return journal;
}

// The journal as it is written, and as it is read. Each opens it by itself: one that is not there yet, or full, or
// read-only, keeps nothing from starting.
struct Journals {
  std::unique_ptr<JournalWriter> writer;
  std::unique_ptr<DecisionJournal> reader;
};

Journals StartJournal(const ServeOptions& options, Log& log) {
  const JournalOptions journal = JournalOptionsOf(options);
  JournalWriterOptions writer;
  writer.keep = options.journal.keep;
  writer.most_bytes = options.journal.max_megabytes * kMegabyte;
  const bool in_memory = journal.url == "memory:";
  if (in_memory && (writer.most_bytes == 0 || writer.most_bytes > kMostInMemory)) writer.most_bytes = kMostInMemory;
  std::function<Result<std::unique_ptr<DecisionJournal>>()> open = [journal] { return OpenJournal(journal); };
  auto open_to_read = open;
  if (in_memory) {  // there is only the one
    open = [shared = std::shared_ptr<DecisionJournal>(*OpenJournal(journal))] {
      return Result<std::unique_ptr<DecisionJournal>>(ShareJournal(shared));
    };
    open_to_read = open;
  } else {
    open_to_read = [journal] {
      JournalOptions read_only = journal;
      read_only.read_only = true;
      return OpenJournal(read_only);
    };
  }
  return {MakeJournalWriter(writer, ShownJournalUrl(journal.url), std::move(open), SystemClock(), log),
          MakeJournalReader(std::move(open_to_read))};
}

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

TlsFilesOptions TlsFilesOptionsOf(const ServeOptions& options, TlsFilesOptions files) {
  if (!options.data_dir.empty()) files.copy_into = {options.data_dir};
  return files;
}
TlsFilesOptions GrpcTlsFiles(const ServeOptions& options) {
  const TlsOptions& tls = options.grpc.tls;
  return TlsFilesOptionsOf(options, {tls.certificate_file, tls.key_file, tls.client_ca_file});
}
TlsFilesOptions HttpTlsFiles(const ServeOptions& options) {
  return TlsFilesOptionsOf(options, {options.http.tls.certificate_file, options.http.tls.key_file, ""});
}

// Null without a certificate file.
Result<std::unique_ptr<TlsFiles>> OpenTls(const TlsFilesOptions& files, const std::string& option, Log& log) {
  if (files.certificate_file.empty()) return std::unique_ptr<TlsFiles>();
  auto opened = OpenTlsFiles(files, [&log, option](const TlsFilesState& state) {
    if (state.problem.empty()) {
      log.Write("system", LogLevel::kInfo, "tls_reloaded",
                {{"option", option}, {"certificate_expires", FormatTimestamp(state.not_after)}});
    } else {
      log.Write("system", LogLevel::kError, "tls_not_reloaded",
                {{"option", option}, {"problem", state.problem}, {"in_use_until", FormatTimestamp(state.not_after)}});
    }
  });
  if (!opened) return Fail(opened.error().code, option + ": " + opened.error().message);
  return opened;
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

Status MakeDataDir(const std::string& path) {
  if (path.empty()) return {};
  std::error_code failed;
  fs::create_directories(path, failed);
  if (!failed && access(path.c_str(), W_OK | X_OK) != 0) failed.assign(errno, std::generic_category());
  if (failed) return Fail(Code::kUnavailable, "dataDir: cannot write to " + path + ": " + failed.message());
  return {};
}

// Whether MakeDataDir would succeed: what it makes is removed again.
Status CheckDataDir(const std::string& path) {
  if (path.empty()) return {};
  std::vector<fs::path> missing;
  std::error_code ignored;
  auto is_missing = [&](const fs::path& each) {
    return fs::symlink_status(each, ignored).type() == fs::file_type::not_found;
  };
  for (fs::path each = fs::absolute(path); is_missing(each); each = each.parent_path()) missing.push_back(each);
  Status made = MakeDataDir(path);
  for (const fs::path& each : missing) fs::remove(each, ignored);
  return made;
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

std::vector<std::string> CheckServe(const ServeOptions& options) {
  std::vector<std::string> problems;
  auto note = [&problems](const Status& status, const std::string& option) {
    if (!status) problems.push_back(option + status.error().message);
  };
  note(CheckDataDir(options.data_dir), "");
  if (const std::string& file = options.journal.password_file; !file.empty()) {
    const Result<std::string> read = ReadFile(file, kLargestSourceFile);
    note(read ? Status() : Fail(read.error()), "journal.passwordFile: ");
  }
  if (const std::string& file = options.http.tokens_file; !file.empty()) {
    const auto tokens = AccessTokens::Open(file, SystemClock(), nullptr);
    note(tokens ? Status() : Fail(tokens.error()), "http.tokensFile: ");
  }
  if (options.kubernetes.enabled && !options.kubernetes.kubeconfig.empty()) {
    const Result<KubeConfig> read = ReadKubeConfig(options.kubernetes.kubeconfig);
    note(read ? Status() : Fail(read.error()), "kubernetes.kubeconfig: ");
  }
  if (!options.grpc.tls.certificate_file.empty()) note(CheckTlsFiles(GrpcTlsFiles(options)), "grpc.tls: ");
  if (!options.http.tls.certificate_file.empty()) note(CheckTlsFiles(HttpTlsFiles(options)), "http.tls: ");
  for (const auto& [name, source] : options.sources) {
    for (const auto& [field, file] : {std::pair{"caFile", &source.ca_file},
                                      {"certificateFile", &source.certificate_file},
                                      {"keyFile", &source.key_file},
                                      {"basicAuthPasswordFile", &source.basic_auth_password_file},
                                      {"bearerTokenFile", &source.bearer_token_file}}) {
      if (file->empty()) continue;
      const Result<std::string> read = ReadFile(*file, kLargestSourceFile);
      note(read ? Status() : Fail(read.error()), "sources." + name + "." + field + ": ");
    }
  }
  for (std::string& problem : CheckWebhookFiles(options)) problems.push_back(std::move(problem));
  return problems;
}

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
    notifier->Start([&] { return SightOf(controller->State(), journal->State(), SystemClock().Now()); });
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
