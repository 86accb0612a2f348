#include "api/keda_server.h"

#include <fmt/format.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "api/client_names.h"
#include "api/keda_service.h"

namespace loadline {
namespace {

constexpr char kServiceName[] = "externalscaler.ExternalScaler";
constexpr int kLargestRequest = 1 << 20;
// Streams end by themselves when they are as old as a connection may become, so that none is cut.
constexpr Duration kStreamsEndWithin = std::chrono::minutes(1);
constexpr int kCertificateRefreshSeconds = 1;

std::shared_ptr<grpc::ServerCredentials> CredentialsOf(const KedaServerOptions& options) {
  if (options.tls == nullptr) return grpc::InsecureServerCredentials();
  auto files = std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
      options.tls->key_path(), options.tls->certificate_path(), options.tls->client_ca_path(),
      kCertificateRefreshSeconds);
  grpc::experimental::TlsServerCredentialsOptions tls(files);
  tls.watch_identity_key_cert_pairs();
  if (!options.tls->client_ca_path().empty()) {
    tls.watch_root_certs();
    tls.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  }
  auto credentials = grpc::experimental::TlsServerCredentials(tls);
  if (!options.allowed_client_names.empty()) {
    credentials->SetAuthMetadataProcessor(AllowClientNames(options.allowed_client_names));
  }
  return credentials;
}

class GrpcKedaServer : public KedaServer {
 public:
  GrpcKedaServer(KedaServerOptions options, Controller& controller, Instruments& instruments)
      : options_(std::move(options)),
        service_(controller, instruments, options_.first_decision_wait, options_.max_connection_age) {}

  ~GrpcKedaServer() override { Stop(Duration::zero()); }

  Result<int> Start() override {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort(options_.listen, CredentialsOf(options_), &port);
    builder.RegisterService(&service_);
    builder.SetMaxReceiveMessageSize(kLargestRequest);
    const auto milliseconds = [](Duration duration) { return static_cast<int>(duration.count()); };
    // KEDA opens one connection for all of its objects and keeps it: renewed at times, it finds new pods. There is no
    // limit on streams: polls share it.
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, milliseconds(options_.keepalive_time));
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, milliseconds(options_.keepalive_timeout));
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 5'000);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, milliseconds(options_.max_connection_age));
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS,
                               milliseconds(options_.max_connection_age + kStreamsEndWithin));
    // Two processes on one port would each answer for half of the calls.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port == 0) {
      server_.reset();
      return Fail(Code::kUnavailable, fmt::format("gRPC cannot listen on {}: want HOST:PORT of this machine that is "
                                                  "free (grpc.listen)",
                                                  options_.listen));
    }
    server_->GetHealthCheckService()->SetServingStatus(kServiceName, true);
    serving_ = true;
    return port;
  }

  bool serving() const override { return serving_; }
  std::size_t open_streams() const override { return service_.streams().size(); }

  void Stop(Duration grace) override {
    if (server_ == nullptr) return;
    serving_ = false;
    server_->GetHealthCheckService()->SetServingStatus(false);
    // Shutdown first takes no new calls, then waits for those under way: streams are ended beside it.
    std::jthread shutdown([this, grace] { server_->Shutdown(std::chrono::system_clock::now() + grace); });
    service_.streams().EndAll();
    shutdown.join();
    server_->Wait();
    server_.reset();
  }

 private:
  const KedaServerOptions options_;
  KedaService service_;
  std::unique_ptr<grpc::Server> server_;
  std::atomic<bool> serving_{false};
};

}  // namespace

std::unique_ptr<KedaServer> MakeKedaServer(const KedaServerOptions& options, Controller& controller,
                                           Instruments& instruments) {
  return std::make_unique<GrpcKedaServer>(options, controller, instruments);
}

}  // namespace loadline
