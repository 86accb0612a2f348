// Streams of the HTTP server: answers that go on.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "support/eventually.h"
#include "support/raw_http.h"
#include "system/http_server.h"

namespace loadline {
namespace {

using testing::Eventually;

// Somebody who listens.
class Listener {
 public:
  Listener(int port, const std::string& path, int receive_buffer = 0) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer > 0) setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
    const timeval patience{20, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const std::string request = "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
    connected_ = connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0 &&
                 send(socket_, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size());
  }
  ~Listener() {
    if (socket_ >= 0) close(socket_);
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // Reads until `text` has come; false where the stream ends before, or nothing comes for long.
  bool Hears(const std::string& text) {
    char buffer[4096];
    while (heard_.find(text) == std::string::npos) {
      const ssize_t size = recv(socket_, buffer, sizeof(buffer), 0);
      if (size <= 0) return false;
      heard_.append(buffer, static_cast<std::size_t>(size));
    }
    return true;
  }
  // Whether the server ended it.
  bool Ended() {
    char buffer[4096];
    ssize_t size = 0;
    while ((size = recv(socket_, buffer, sizeof(buffer), 0)) > 0) heard_.append(buffer, static_cast<std::size_t>(size));
    return size == 0 || errno == ECONNRESET;
  }
  bool connected() const { return connected_; }
  const std::string& heard() const { return heard_; }

 private:
  int socket_;
  bool connected_ = false;
  std::string heard_;
};

struct Streaming {
  explicit Streaming(HttpServerOptions options = {}) {
    options.address = "127.0.0.1:0";
    server = MakeHttpServer(options);
    server->HandleStream("/events", [](const ServerRequest& request) {
      if (request.query.contains("bad")) return ProblemResponse(400, "Bad Request", "bad");
      return ServerResponse{200, "text/event-stream", ": listening\n\n"};
    });
    server->Handle("GET", "/x", [](const ServerRequest&) { return ServerResponse{200, "text/plain", "x"}; });
    port = *server->Start();
  }
  void Say(const std::string& name, const std::string& text) const {
    REQUIRE(server->Send("/events", {{{{"name", name}}, text + "\n\n"}}));
  }

  std::unique_ptr<HttpServer> server;
  int port = 0;
};

TEST_CASE("Who listens hears all that is said afterwards, of what was asked for") {
  Streaming streaming;
  Listener all(streaming.port, "/events");
  Listener some(streaming.port, "/events?name=b");
  REQUIRE(all.Hears(": listening\n\n"));
  REQUIRE(some.Hears(": listening\n\n"));
  CHECK(streaming.server->State().streams == 2);
  streaming.Say("a", "first");
  streaming.Say("b", "second");
  CHECK(all.Hears("first\n\nsecond\n\n"));
  CHECK(some.Hears("second\n\n"));
  CHECK(some.heard().find("first") == std::string::npos);
  CHECK(all.heard().starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(testing::FieldOf(all.heard(), "Content-Type") == "text/event-stream");
  CHECK(testing::FieldOf(all.heard(), "Cache-Control") == "no-store");
  CHECK(testing::FieldOf(all.heard(), "Content-Length").empty());
}

TEST_CASE("A stream that is refused, and the head of one, end as other answers do") {
  Streaming streaming;
  CHECK(testing::StatusOf(testing::Ask(streaming.port, "GET /events?bad")) == 400);
  CHECK(testing::StatusOf(testing::Ask(streaming.port, "HEAD /events")) == 200);
  const std::string refused = testing::Ask(streaming.port, "POST /events");
  CHECK(testing::StatusOf(refused) == 405);
  CHECK(refused.find("\r\nAllow: GET, HEAD\r\n") != std::string::npos);
  CHECK(streaming.server->State().streams == 0);
}

TEST_CASE("Who goes is forgotten, and Stop ends every stream at once") {
  HttpServerOptions options;
  options.stop_within = std::chrono::minutes(1);
  Streaming streaming(options);
  Listener stays(streaming.port, "/events");
  REQUIRE(stays.Hears(": listening"));
  {
    Listener goes(streaming.port, "/events");
    REQUIRE(goes.Hears(": listening"));
    CHECK(streaming.server->State().streams == 2);
  }
  CHECK(Eventually([&] { return streaming.server->State().streams == 1; }));
  const auto begin = std::chrono::steady_clock::now();
  streaming.server->Stop();
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(30));
  CHECK(stays.Ended());
  CHECK(streaming.server->State().dropped_streams == 0);
}

TEST_CASE("A comment comes now and then, so that no proxy takes the stream for dead") {
  HttpServerOptions options;
  options.stream_heartbeat = Duration(10);
  Streaming streaming(options);
  Listener listener(streaming.port, "/events");
  CHECK(listener.Hears(": listening\n\n:\n\n:\n\n:\n\n"));
}

TEST_CASE("Who does not read is dropped and counted, and keeps nobody else from hearing") {
  HttpServerOptions options;
  options.max_stream_bytes = 1 << 20;
  Streaming streaming(options);
  Listener slow(streaming.port, "/events", 4096);
  Listener quick(streaming.port, "/events");
  REQUIRE(slow.Hears(": listening"));
  REQUIRE(quick.Hears(": listening"));
  const std::string large(200'000, 'x');
  int said = 0;
  while (streaming.server->State().dropped_streams == 0 && said < 1000) {
    ++said;
    streaming.Say("a", large + " number " + std::to_string(said) + ".");
    REQUIRE(quick.Hears(" number " + std::to_string(said) + "."));
  }
  CHECK(streaming.server->State().dropped_streams == 1);
  CHECK(streaming.server->State().streams == 1);
  CHECK(said < 100);  // what the kernel takes, and the limit
  CHECK(slow.Ended());
  CHECK(testing::BodyOf(testing::Ask(streaming.port, "GET /x")) == "x");
}

TEST_CASE("Past the most streams a further one is told to come later") {
  HttpServerOptions options;
  options.max_streams = 2;
  Streaming streaming(options);
  Listener first(streaming.port, "/events");
  Listener second(streaming.port, "/events");
  REQUIRE(first.Hears(": listening"));
  REQUIRE(second.Hears(": listening"));
  CHECK(testing::StatusOf(testing::Ask(streaming.port, "GET /events")) == 503);
}

TEST_CASE("1,000 listeners hear every message, and other pages are answered meanwhile") {
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit more{std::min<rlim_t>(before.rlim_max, 8192), before.rlim_max};
  REQUIRE(setrlimit(RLIMIT_NOFILE, &more) == 0);
  {
    Streaming streaming;
    std::vector<std::unique_ptr<Listener>> listeners;
    for (int i = 0; i < 1000; ++i) {
      listeners.push_back(std::make_unique<Listener>(streaming.port, "/events"));
      REQUIRE(listeners.back()->connected());
      REQUIRE(listeners.back()->Hears(": listening"));
    }
    CHECK(streaming.server->State().streams == 1000);
    for (int i = 0; i < 20; ++i) {
      CHECK(Eventually([&] {
        return streaming.server->Send("/events", {{{}, "message " + std::to_string(i) + ".\n\n"}});
      }));
      CHECK(testing::BodyOf(testing::Ask(streaming.port, "GET /x")) == "x");
    }
    std::string wanted;
    for (int i = 0; i < 20; ++i) wanted += "message " + std::to_string(i) + ".\n\n";
    int heard = 0;
    for (auto& each : listeners) heard += each->Hears(wanted) ? 1 : 0;
    CHECK(heard == 1000);
    CHECK(streaming.server->State().dropped_streams == 0);
  }
  REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
}

}  // namespace
}  // namespace loadline
