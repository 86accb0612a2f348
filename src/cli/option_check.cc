#include "cli/option_check.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/secret_words.h"
#include "base/text.h"
#include "cli/webhook_wiring.h"
#include "journal/journal.h"

namespace loadline {
namespace {

bool IsWithin(const std::string& path, const std::string& folder) {
  if (path.empty() || folder.empty()) return false;
  namespace fs = std::filesystem;
  const fs::path relative =
      fs::absolute(path).lexically_normal().lexically_relative((fs::absolute(folder) / "").lexically_normal());
  return !relative.empty() && *relative.begin() != "..";
}

class OptionCheck {
 public:
  explicit OptionCheck(const ServeOptions& options) : options_(options) {}

  std::vector<std::string> Run() {
    CheckSources();
    CheckKubernetes();
    for (std::string& problem : CheckWebhooks(options_)) Report(std::move(problem));
    CheckPolicies();
    CheckGrpcTls();
    CheckHttp();
    CheckTick();
    CheckOverrides();
    CheckForecasts();
    CheckJournal();
    CheckLog();
    return std::move(problems_);
  }

 private:
  void CheckSources() {
    if (options_.sources.empty()) {
      Report(
          "sources: there is none to ask; want at least one, such as sources: { default: { url: http://prometheus:9090 "
          "} }");
    }
    for (const auto& [name, source] : options_.sources) {
      const std::string path = "sources." + name;
      static const RE2 name_pattern("[a-z0-9-]{1,63}");
      if (!RE2::FullMatch(name, name_pattern))
        Report(fmt::format("{}: a name is 1 to 63 of a-z, 0-9 and -", OneLine(path, 80)));
      if (!source.url.starts_with("http://") && !source.url.starts_with("https://")) {
        Report(fmt::format("{}.url: want an http:// or https:// URL; found \"{}\"", path,
                           OneLine(WithoutCredentials(source.url), 200)));
      }
      if (source.certificate_file.empty() != source.key_file.empty()) {
        Report(fmt::format("{}: certificateFile and keyFile go together; found only one", path));
      }
      if (source.basic_auth_user.empty() != source.basic_auth_password_file.empty()) {
        Report(fmt::format("{}: basicAuthUser and basicAuthPasswordFile go together; found only one", path));
      }
      if (!source.basic_auth_user.empty() && !source.bearer_token_file.empty()) {
        Report(fmt::format("{}: want basicAuthUser or bearerTokenFile; found both", path));
      }
    }
  }

  void CheckKubernetes() {
    const KubernetesOptions& kubernetes = options_.kubernetes;
    if (!kubernetes.enabled) return;
    static const RE2 label_pattern(R"(([a-z0-9.-]{1,253}/)?[A-Za-z0-9._-]{1,63}=[A-Za-z0-9._-]{1,63})");
    if (!kubernetes.policy_label.empty() && !RE2::FullMatch(kubernetes.policy_label, label_pattern)) {
      Report(fmt::format("kubernetes.policyLabel: want LABEL=VALUE, such as loadline.dev/policies=true; found \"{}\"",
                         OneLine(kubernetes.policy_label, 200)));
    }
    static const RE2 namespace_pattern("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    for (const std::string& each : kubernetes.namespaces) {
      if (RE2::FullMatch(each, namespace_pattern)) continue;
      Report(fmt::format("kubernetes.namespaces: want names of namespaces; found \"{}\"", OneLine(each, 80)));
    }
  }

  void CheckPolicies() {
    if (options_.policies.path.empty() && (!options_.kubernetes.enabled || options_.kubernetes.policy_label.empty())) {
      Report("policies.path: is empty, and there are no ConfigMaps to read policies from (kubernetes.policyLabel)");
    }
  }

  void CheckGrpcTls() {
    const TlsOptions& tls = options_.grpc.tls;
    if (tls.certificate_file.empty() != tls.key_file.empty()) {
      Report("grpc.tls: certificateFile and keyFile go together; found only one");
    }
    if (!tls.client_ca_file.empty() && tls.certificate_file.empty()) {
      Report(
          "grpc.tls.clientCaFile: needs certificateFile and keyFile, or clients would not be asked for a certificate");
    }
    if (!tls.allowed_client_names.empty() && tls.client_ca_file.empty()) {
      Report(
          "grpc.tls.allowedClientNames: needs clientCaFile, or clients would show no certificate to read a name from");
    }
  }

  void CheckHttp() {
    if (options_.http.tls.certificate_file.empty() != options_.http.tls.key_file.empty())
      Report("http.tls: certificateFile and keyFile go together; found only one");
    if (options_.http.protect_metrics && options_.http.tokens_file.empty())
      Report("http.protectMetrics: needs tokensFile, or nobody could read /metrics");
    if (const std::string& address = options_.http.grafana;
        !address.empty() && !address.starts_with("https://") && !address.starts_with("http://"))
      Report(fmt::format("http.grafana: want an address that begins with https:// or http://; found {}", address));
  }

  void CheckTick() {
    if (options_.tick.budget > options_.tick.interval) {
      Report(fmt::format(
          "tick.budget: want at most tick.interval ({}), or a slow source would make ticks be left out; found {}",
          FormatDuration(options_.tick.interval), FormatDuration(options_.tick.budget)));
    }
  }

  void CheckOverrides() {
    if (const std::string folder = OverrideFolderOf(options_); IsWithin(folder, options_.policies.path)) {
      Report(fmt::format("overrides.path: {} lies within policies.path, and would be read twice", folder));
    }
  }

  void CheckForecasts() {
    if (options_.forecasts.lead > options_.forecasts.refit) {
      Report(fmt::format(
          "forecasts.lead: want at most forecasts.refit ({}), or a forecast would be old before it is used; found {}",
          FormatDuration(options_.forecasts.refit), FormatDuration(options_.forecasts.lead)));
    }
  }

  void CheckJournal() {
    if (!options_.journal.url.empty()) {
      if (const std::string problem = CheckJournalUrl(options_.journal.url); !problem.empty())
        Report("journal.url: " + problem);
    }
    if (!options_.journal.password_file.empty() && !options_.journal.url.starts_with("postgresql://"))
      Report("journal.passwordFile: is for a url of postgresql:// only");
  }

  void CheckLog() {
    static const std::vector<std::string> modules = {"controller", "sources", "kubernetes", "journal",
                                                     "notify",     "api",     "system",     "cli"};
    for (const auto& [module, _] : options_.log.modules) {
      if (std::find(modules.begin(), modules.end(), module) == modules.end()) {
        Report(fmt::format("log.modules.{}: there is no such module; want {}", OneLine(module, 60),
                           JoinWords(modules, "or")));
      }
    }
  }

  void Report(std::string line) { problems_.push_back(std::move(line)); }

  const ServeOptions& options_;
  std::vector<std::string> problems_;
};

}  // namespace

std::vector<std::string> CheckOptions(const ServeOptions& options) { return OptionCheck(options).Run(); }

}  // namespace loadline
