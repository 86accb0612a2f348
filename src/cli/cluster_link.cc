#include <fmt/format.h>

#include <optional>
#include <utility>

#include "cli/server_link.h"
#include "kubernetes/kube_config.h"
#include "kubernetes/service_proxy.h"
#include "system/files.h"

namespace loadline {
namespace {

constexpr std::size_t kMostTokenBytes = 64 * 1024;

Result<std::string> ReadToken(const std::string& file) {
  Result<std::string> token = ReadFile(file, kMostTokenBytes);
  if (!token) return Fail(Code::kFailedPrecondition, "--token-file: " + token.error().message);
  token->erase(token->find_last_not_of(" \t\r\n") + 1);
  if (token->find_first_of(" \t\r\n") != std::string::npos)
    return Fail(Code::kFailedPrecondition, fmt::format("--token-file: {} has more than a token in it", file));
  return token;
}

// A client with the credentials of now: those of a program are fetched by it.
Result<std::unique_ptr<HttpClient>> SignIn(const KubeConfig& config) {
  HttpClientOptions options = config.http;
  if (config.program) {
    if (const Status fetched = FetchCredential(*config.program, config.server, options); !fetched)
      return Fail(fetched.error());
  }
  return MakeHttpClient(options);
}

class ClusterLink : public ServerLink {
 public:
  ClusterLink(KubeConfig config, std::unique_ptr<HttpClient> client, ServiceAddress service, std::string token_file)
      : config_(std::move(config)),
        client_(std::move(client)),
        service_(std::move(service)),
        token_file_(std::move(token_file)) {}

  std::string Name() const override {
    const std::string service = fmt::format("Service {}/{}", service_.service_namespace, service_.name);
    return config_.context.empty() ? service : fmt::format("{} in context {}", service, config_.context);
  }

  std::string DefaultNamespace() const override { return config_.own_namespace; }

  // The API server takes Authorization for its own, and does not hand it on.
  Result<HttpResponse> Send(HttpRequest request) override {
    if (!token_file_.empty()) {
      const Result<std::string> token = ReadToken(token_file_);
      if (!token) return Fail(token.error());
      request.headers.emplace_back("X-Loadline-Token", *token);
    }
    request.url = config_.server + ProxyPath(service_) + request.url;
    Result<HttpResponse> response = Ask(request);
    if (response && response->status == 401 && config_.program && Problem(request, *response)) {
      Result<std::unique_ptr<HttpClient>> again = SignIn(config_);  // what was fetched has expired
      if (!again) return Fail(again.error());
      client_ = *std::move(again);
      response = Ask(request);
    }
    if (!response) {
      const std::string whose = config_.context.empty() ? "" : " of context " + config_.context;
      return Fail(Code::kUnavailable,
                  fmt::format("the API server{} does not answer: {}", whose, response.error().message));
    }
    if (const auto problem = Problem(request, *response)) return Fail(*problem);
    return response;
  }

 private:
  Result<HttpResponse> Ask(const HttpRequest& request) { return client_->SendAll({request}, request.timeout)[0]; }

  std::optional<Error> Problem(const HttpRequest& request, const HttpResponse& response) const {
    const std::string usual = request.body.empty() ? "GET" : "POST";
    return ProxyProblem(service_, request.method.empty() ? usual : request.method, response);
  }

  const KubeConfig config_;
  std::unique_ptr<HttpClient> client_;
  const ServiceAddress service_;
  const std::string token_file_;
};

}  // namespace

Result<std::unique_ptr<ServerLink>> OpenClusterLink(const ServerAddress& address) {
  Result<KubeConfig> config = FindKubeConfig(address.cluster.kubeconfig, address.cluster.context);
  if (!config) return Fail(Code::kFailedPrecondition, config.error().message);
  Result<std::unique_ptr<HttpClient>> client = SignIn(*config);
  if (!client) return Fail(client.error());
  Result<ServiceAddress> service = address.cluster.service.empty() ? FindService(config->server, **client)
                                                                   : ParseServiceAddress(address.cluster.service);
  if (!service) {
    const bool may_pass = service.error().code == Code::kUnavailable;
    return Fail(may_pass ? Code::kUnavailable : Code::kFailedPrecondition, service.error().message);
  }
  return std::make_unique<ClusterLink>(*std::move(config), *std::move(client), *std::move(service), address.token_file);
}

}  // namespace loadline
