// HTTP servers for tests, with and without TLS.
#ifndef LOADLINE_TESTS_UNIT_SYSTEM_SERVED_H_
#define LOADLINE_TESTS_UNIT_SYSTEM_SERVED_H_

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/certificates.h"
#include "support/child.h"
#include "support/raw_http.h"
#include "support/temp_dir.h"
#include "system/http_client.h"
#include "system/http_server.h"

namespace loadline::testing {

struct Served {
  explicit Served(HttpServerOptions options = {}) {
    options.address = "127.0.0.1:0";
    server = MakeHttpServer(options);
    server->Handle("GET", "/echo", [](const ServerRequest& request) {
      std::string text;
      for (const auto& [name, value] : request.query) text += name + "=" + value + ";";
      return ServerResponse{200, "text/plain", text};
    });
    server->Handle("GET", "/throws", [](const ServerRequest&) -> ServerResponse { throw std::runtime_error("oops"); });
    server->Handle("GET", "/large", [](const ServerRequest&) {
      return ServerResponse{200, "text/plain", std::string(5'000'000, 'x')};
    });
    port = *server->Start();
  }
  HttpResponse Send(const std::string& path, const std::string& body = "") const {
    const std::string url = "http://127.0.0.1:" + std::to_string(port) + path;
    const auto response = MakeHttpClient({})->SendAll({{url, body, Duration(10'000)}}, Duration(10'000))[0];
    REQUIRE(response);
    return *response;
  }
  int Connect(int receive_buffer = 0) const {
    const int client = socket(AF_INET, SOCK_STREAM, 0);
    if (receive_buffer > 0) setsockopt(client, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(connect(client, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
    return client;
  }
  // Sends raw bytes and reads until the server closes.
  std::string Raw(const std::string& bytes) const {
    const int client = Connect();
    REQUIRE(send(client, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()));
    std::string got;
    char buffer[4096];
    for (ssize_t size; (size = recv(client, buffer, sizeof(buffer), 0)) > 0;)
      got.append(buffer, static_cast<std::size_t>(size));
    close(client);
    return got;
  }

  std::unique_ptr<HttpServer> server;
  int port = 0;
};

struct ServedTls {
  explicit ServedTls(HttpGate* gate = nullptr) {
    Install("first");
    files = *OpenTlsFiles({dir / "tls.crt", dir / "tls.key", "", Duration(10)}, nullptr);
    HttpServerOptions options;
    options.address = "127.0.0.1:0";
    options.tls = files.get();
    options.gate = gate;
    server = MakeHttpServer(options);
    server->Handle("GET", "/x", [](const ServerRequest&) { return ServerResponse{200, "text/plain", "x"}; });
    server->Handle("GET", "/large", [](const ServerRequest&) {
      return ServerResponse{200, "text/plain", std::string(5'000'000, 'x')};
    });
    server->HandleSlowly("GET", "/slow", [](const ServerRequest&) {
      return ServerResponse{200, "text/plain", "slow"};
    });
    port = *server->Start();
  }
  void Install(const std::string& name) const {
    const auto pair = authority.Sign(name, "DNS:" + name + ".test,IP:127.0.0.1");
    dir.Write("tls.key", FileText(pair.key));
    dir.Write("tls.crt", FileText(pair.certificate));
  }
  Result<HttpResponse> Get(const std::string& path, const std::string& body = "") const {
    HttpClientOptions options;
    options.ca_file = authority.ca_file();
    const std::string url = "https://127.0.0.1:" + std::to_string(port) + path;
    return MakeHttpClient(options)->SendAll({{url, body, Duration(10'000)}}, Duration(10'000))[0];
  }
  // What openssl's own client says of the certificate that it is shown.
  std::string Shown(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"openssl", "s_client", "-connect", "127.0.0.1:" + std::to_string(port)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunProgram(arguments).output;
  }

  TempDir dir;
  Authority authority;
  std::unique_ptr<TlsFiles> files;
  std::unique_ptr<HttpServer> server;
  int port = 0;
};

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_UNIT_SYSTEM_SERVED_H_
