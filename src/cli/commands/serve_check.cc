#include <utility>

#include "cli/commands/serve.h"
#include "cli/data_dir.h"
#include "cli/tls_wiring.h"
#include "cli/webhook_wiring.h"
#include "kubernetes/kube_config.h"
#include "system/access_tokens.h"
#include "system/clock.h"
#include "system/files.h"

namespace loadline {
namespace {

constexpr std::size_t kLargestFile = 1 << 20;

}  // namespace

std::vector<std::string> CheckServe(const ServeOptions& options) {
  std::vector<std::string> problems;
  auto note = [&problems](const Status& status, const std::string& option) {
    if (!status) problems.push_back(option + status.error().message);
  };
  note(CheckDataDir(options.data_dir), "");
  if (const std::string& file = options.journal.password_file; !file.empty()) {
    const Result<std::string> read = ReadFile(file, kLargestFile);
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
      const Result<std::string> read = ReadFile(*file, kLargestFile);
      note(read ? Status() : Fail(read.error()), "sources." + name + "." + field + ": ");
    }
  }
  for (std::string& problem : CheckWebhookFiles(options)) problems.push_back(std::move(problem));
  return problems;
}

}  // namespace loadline
