#include <fmt/format.h>

#include <utility>

#include "cli/server_link.h"

namespace loadline {
namespace {

class DirectLink : public ServerLink {
 public:
  explicit DirectLink(const ServerAddress& address) : url_(address.url) {
    HttpClientOptions options;
    options.bearer_token_file = address.token_file;
    options.ca_file = address.ca_file;
    client_ = MakeHttpClient(options);
  }

  std::string Name() const override { return url_; }
  std::string DefaultNamespace() const override { return ""; }

  Result<HttpResponse> Send(HttpRequest request) override {
    request.url = url_ + request.url;
    const Duration patience = request.timeout;
    Result<HttpResponse> response = client_->SendAll({std::move(request)}, patience)[0];
    if (response) return response;
    return Fail(Code::kUnavailable,
                fmt::format("{}; is that the HTTP port of a running `loadline serve`? (--server; --kube goes through "
                            "the cluster)",
                            response.error().message));
  }

 private:
  const std::string url_;
  std::unique_ptr<HttpClient> client_;
};

}  // namespace

std::unique_ptr<ServerLink> MakeDirectLink(const ServerAddress& address) {
  return std::make_unique<DirectLink>(address);
}

}  // namespace loadline
