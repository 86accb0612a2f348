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
#include "system/tcp_listener.h"

namespace loadline {
namespace {

constexpr char kServiceName[] = "externalscaler.ExternalScaler";
constexpr int kLargestRequest = 1 << 20;
// Streams end by themselves when they are as old as a connection may become, so that none is cut.
constexpr Duration kStreamsEndWithin = std::chrono::minutes(1);
constexpr int kCertificateRefreshSeconds = 1;
// KEDA has one or two streams for each external-push trigger, of some 20 KB each, on few connections.
constexpr std::size_t kMostConnections = 1024;
constexpr int kMostStreams = 10'000;
constexpr std::size_t kMostMemory = 256 << 20;  // of all connections: past it gRPC ends calls and takes no connections
constexpr int kMostPolls = 1000;                // at once, on one connection
// Of TLS and of HTTP/2 together: who says nothing is let go.
constexpr int kHandshakeMilliseconds = 10'000;

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

// A MiB of gzip may be a GiB, which would be made before it is measured. KEDA compresses nothing.
void RefuseCompressed(grpc::ServerBuilder& builder) {
  builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  for (const grpc_compression_algorithm each : {GRPC_COMPRESS_DEFLATE, GRPC_COMPRESS_GZIP})
    builder.SetCompressionAlgorithmSupportStatus(each, false);
}

class GrpcKedaServer : public KedaServer {
 public:
  GrpcKedaServer(KedaServerOptions options, Controller& controller, Instruments& instruments)
      : options_(std::move(options)),
        service_(controller, instruments, options_.first_decision_wait, options_.max_connection_age, kMostStreams) {}

  ~GrpcKedaServer() override { Stop(Duration::zero()); }

  Result<int> Start() override {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    grpc::ServerBuilder builder;
    // gRPC 1.51 lets go of its port for ever when it is out of descriptors (CVE-2023-4785), and knows no limit of
    // connections: the port is ours, and it gets what connects there.
    auto listener = OpenTcpListener({options_.listen, kMostConnections, kMostConnections / 4});
    if (!listener) {
      return Fail(Code::kUnavailable, fmt::format("gRPC cannot listen on {}: want HOST:PORT of this machine that is "
                                                  "free (grpc.listen)",
                                                  options_.listen));
    }
    acceptor_ = builder.experimental().AddExternalConnectionAcceptor(
        grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD, CredentialsOf(options_));
    builder.RegisterService(&service_);
    builder.SetMaxReceiveMessageSize(kLargestRequest);
    RefuseCompressed(builder);
    // The size of a message is looked at when all of it is there, and it may be said to be 4 GiB.
    builder.SetResourceQuota(grpc::ResourceQuota("loadline").Resize(kMostMemory));
    const auto milliseconds = [](Duration duration) { return static_cast<int>(duration.count()); };
    // KEDA opens one connection for all of its objects and keeps it: renewed at times, it finds new pods. Polls share
    // it with streams, so that the streams' own limit comes first, which polls do not wait for.
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMostStreams + kMostPolls);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, milliseconds(options_.keepalive_time));
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, milliseconds(options_.keepalive_timeout));
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
    builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeMilliseconds);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 5'000);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, milliseconds(options_.max_connection_age));
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS,
                               milliseconds(options_.max_connection_age + kStreamsEndWithin));
    server_ = builder.BuildAndStart();
    if (server_ == nullptr) return Fail(Code::kUnavailable, "gRPC cannot be started");
    server_->GetHealthCheckService()->SetServingStatus(kServiceName, true);
    serving_ = true;
    listener_ = std::move(*listener);
    listener_->Start([this](int socket) {
      grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters connection;
      connection.fd = socket;
      acceptor_->HandleNewConnection(&connection);
    });
    return listener_->port();
  }

  bool serving() const override { return serving_; }
  std::size_t open_streams() const override { return service_.streams().size(); }

  void Stop(Duration grace) override {
    if (server_ == nullptr) return;
    serving_ = false;
    server_->GetHealthCheckService()->SetServingStatus(false);
    listener_->Stop();
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
  std::unique_ptr<TcpListener> listener_;
  std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> acceptor_;
  std::unique_ptr<grpc::Server> server_;
  std::atomic<bool> serving_{false};
};

}  // namespace

std::unique_ptr<KedaServer> MakeKedaServer(const KedaServerOptions& options, Controller& controller,
                                           Instruments& instruments) {
  return std::make_unique<GrpcKedaServer>(options, controller, instruments);
}

}  // namespace loadline
