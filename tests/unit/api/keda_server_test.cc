// Ports, connections, health and TLS. The rules are those of docs/keda-rules.md.
#include <arpa/inet.h>
#include <grpcpp/generic/generic_stub.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <cerrno>
#include <filesystem>
#include <future>

#include "health.grpc.pb.h"
#include "support/certificates.h"
#include "support/eventually.h"
#include "unit/api/served_keda.h"

namespace loadline {
namespace {

using testing::Authority;
using testing::Eventually;
using testing::ExternalScaler;
using testing::GetMetricSpecResponse;
using testing::GetMetricsResponse;
using testing::RefTo;
using testing::Served;

// Reads HTTP/2 frames until one is a PING that is no answer to one; false where the server closes first.
bool SeesPing(int connection) {
  auto read = [connection](char* to, std::size_t size) {
    return recv(connection, to, size, MSG_WAITALL) == static_cast<ssize_t>(size);
  };
  std::array<char, 9> head{};  // RFC 9113, 4.1: length (3 bytes), type, flags, stream
  std::vector<char> payload;
  while (read(head.data(), head.size())) {
    auto byte = [&head](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(head[i])); };
    payload.resize(byte(0) << 16 | byte(1) << 8 | byte(2));
    if (!payload.empty() && !read(payload.data(), payload.size())) return false;
    constexpr std::size_t kPing = 6;
    if (byte(3) == kPing && (byte(4) & 1) == 0) return true;
  }
  return false;
}

TEST_CASE("Rule 7: the server pings a connection that is silent, and closes one that does not answer") {
  KedaServerOptions options;
  options.keepalive_time = std::chrono::seconds(1);
  options.keepalive_timeout = std::chrono::seconds(1);
  Served served(options);
  const int connection = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(served.port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
  const timeval patience{30, 0};
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  // The client's preface, and settings that change nothing.
  const std::string hello("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 33);
  REQUIRE(send(connection, hello.data(), hello.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(hello.size()));
  CHECK(SeesPing(connection));
  char buffer[256];
  ssize_t got = 1;
  while (got > 0) got = recv(connection, buffer, sizeof(buffer), 0);
  CHECK((got == 0 || errno == ECONNRESET));  // and not a time-out of ours
  close(connection);
}

grpc::health::v1::HealthCheckResponse::ServingStatus HealthOf(Served& served, const std::string& service) {
  grpc::ClientContext context;
  grpc::health::v1::HealthCheckRequest request;
  request.set_service(service);
  grpc::health::v1::HealthCheckResponse response;
  const grpc::Status status = grpc::health::v1::Health::NewStub(served.channel)->Check(&context, request, &response);
  INFO(status.error_message());
  CHECK(status.ok());
  return response.status();
}

TEST_CASE("Health is served for the server and for the service") {
  Served served;
  CHECK(HealthOf(served, "") == grpc::health::v1::HealthCheckResponse::SERVING);
  CHECK(HealthOf(served, "externalscaler.ExternalScaler") == grpc::health::v1::HealthCheckResponse::SERVING);
}

TEST_CASE("Bytes that are no request are an error, and the next call is answered") {
  Served served;
  served.controller.Publish(*served.BindingOf(RefTo("app")), 3, true);
  for (const char* bytes : {"\xff\xff\xff", "\x0a\x7f", "\x0b\x0b\x0b\x0b"}) {
    grpc::Slice slice(bytes);
    grpc::ByteBuffer request(&slice, 1);
    grpc::ByteBuffer response;
    grpc::ClientContext context;
    grpc::GenericStub stub(served.channel);
    std::promise<grpc::Status> ended;
    stub.UnaryCall(&context, "/externalscaler.ExternalScaler/GetMetrics", {}, &request, &response,
                   [&ended](grpc::Status status) { ended.set_value(std::move(status)); });
    const grpc::Status status = ended.get_future().get();
    CHECK(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  }
  GetMetricsResponse response;
  CHECK(served.GetMetrics(RefTo("app"), &response).ok());
}

TEST_CASE("A port that is taken is said") {
  Served served;
  KedaServerOptions options;
  options.listen = served.address();
  const auto second = MakeKedaServer(options, served.controller, served.instruments);
  const Result<int> started = second->Start();
  REQUIRE_FALSE(started);
  CHECK(started.error().code == Code::kUnavailable);
  CHECK(started.error().message.find(served.address()) != std::string::npos);
}

grpc::Status CallOver(const std::shared_ptr<grpc::Channel>& channel) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  GetMetricSpecResponse response;
  return ExternalScaler::NewStub(channel)->GetMetricSpec(&context, RefTo("app"), &response);
}

std::shared_ptr<grpc::Channel> TlsChannel(const std::string& address, const std::string& ca,
                                          const Authority::Pair* pair) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = testing::FileText(ca);
  if (pair != nullptr) {
    options.pem_cert_chain = testing::FileText(pair->certificate);
    options.pem_private_key = testing::FileText(pair->key);
  }
  // Each channel a connection of its own: gRPC shares those of equal settings.
  static std::atomic<int> number{0};
  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride("loadline.test");
  arguments.SetInt("test.channel", ++number);
  return grpc::CreateCustomChannel(address, grpc::SslCredentials(options), arguments);
}

TEST_CASE("Rules 13, 14: mTLS with an allow-list of names; the pair is taken up when it changes, a bad one is not") {
  const Authority authority;
  const Authority stranger("stranger");
  const auto server_pair = authority.Sign("server", "DNS:loadline.test");
  const auto keda = authority.Sign("keda", "DNS:keda-operator.keda.svc,URI:spiffe://cluster/keda");
  const auto other = authority.Sign("other", "DNS:other.svc");
  const auto unnamed = authority.Sign("unnamed", "");
  const auto foreign = stranger.Sign("keda", "DNS:keda-operator.keda.svc");

  TlsFilesOptions files{server_pair.certificate, server_pair.key, authority.ca_file(), Duration(20)};
  std::atomic<int> changes{0};
  auto tls = OpenTlsFiles(files, [&](const TlsFilesState&) { ++changes; });
  REQUIRE(tls);
  KedaServerOptions options;
  options.tls = tls->get();
  options.allowed_client_names = {"spiffe://cluster/keda"};
  Served served(options);

  CHECK(CallOver(TlsChannel(served.address(), authority.ca_file(), &keda)).ok());
  for (const auto* pair : {&other, &unnamed}) {
    const grpc::Status refused = CallOver(TlsChannel(served.address(), authority.ca_file(), pair));
    CHECK(refused.error_code() == grpc::StatusCode::PERMISSION_DENIED);
    CHECK(refused.error_message().find("allowedClientNames") != std::string::npos);
  }
  CHECK(CallOver(TlsChannel(served.address(), authority.ca_file(), &foreign)).error_code() ==
        grpc::StatusCode::UNAVAILABLE);
  CHECK(CallOver(TlsChannel(served.address(), authority.ca_file(), nullptr)).error_code() ==
        grpc::StatusCode::UNAVAILABLE);
  CHECK(CallOver(served.channel).error_code() == grpc::StatusCode::UNAVAILABLE);  // plain text

  // A pair that does not fit together is refused, and the last good one stays.
  const auto old_channel = TlsChannel(served.address(), authority.ca_file(), &keda);
  REQUIRE(CallOver(old_channel).ok());
  const auto next = stranger.Sign("server", "DNS:loadline.test");
  std::filesystem::rename(next.certificate, server_pair.certificate);  // at once: half a file is another problem
  REQUIRE(Eventually([&] { return !(*tls)->State().problem.empty(); }));
  CHECK((*tls)->State().problem.find("does not belong to the certificate") != std::string::npos);
  CHECK((*tls)->State().errors == 1);
  CHECK(CallOver(TlsChannel(served.address(), authority.ca_file(), &keda)).ok());

  // With its key it is taken up: new connections see the new certificate, open ones go on.
  std::filesystem::rename(next.key, server_pair.key);
  REQUIRE(Eventually([&] { return (*tls)->State().reloads == 1; }));
  CHECK((*tls)->State().problem.empty());
  CHECK(Eventually([&] { return CallOver(TlsChannel(served.address(), stranger.ca_file(), &keda)).ok(); }));
  CHECK(CallOver(old_channel).ok());
}

}  // namespace
}  // namespace loadline
