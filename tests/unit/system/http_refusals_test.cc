// Who is refused while a body is still on its way.
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "unit/system/served.h"

namespace loadline {
namespace {

using testing::Served;
using testing::ServedTls;

// Lets nobody in.
class NoOne : public HttpGate {
 public:
  std::optional<ServerResponse> Refuse(ServerRequest&) override { return ServerResponse{401, "text/plain", "no"}; }
  void Answered(const ServerRequest&, const ServerResponse&) override {}
};

// Lets all in, and notes what they were answered.
class Guest : public HttpGate {
 public:
  std::optional<ServerResponse> Refuse(ServerRequest&) override { return std::nullopt; }
  void Answered(const ServerRequest& request, const ServerResponse& response) override {
    const std::lock_guard lock(mutex_);
    answered_.push_back(request.method + " " + request.path + " " + std::to_string(response.status));
  }
  std::vector<std::string> answered() const {
    const std::lock_guard lock(mutex_);
    return answered_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> answered_;
};

// A connection that is closed with bytes unread is reset, and what was answered is lost (RFC 9112, 9.6).
TEST_CASE("Who still sends a body that is refused gets the answer all the same") {
  NoOne no_one;
  HttpServerOptions closed;
  closed.gate = &no_one;
  const Served open, guarded(closed);
  for (int i = 0; i < 50; ++i) {
    CHECK(open.Send("/echo", std::string((1 << 20) + 1, 'x')).status == 413);
    CHECK(guarded.Send("/echo", std::string(1 << 20, 'x')).status == 401);
    CHECK(guarded.Send("/echo", std::string((1 << 20) + 1, 'x')).status == 401);
  }
}

TEST_CASE("A body that is too large is refused behind the gate, which is told, whether its size is said or not") {
  Guest guest;
  HttpServerOptions options;
  options.gate = &guest;
  options.max_body_bytes = 100;
  const Served served(options);
  const auto post = [&](const std::string& rest) {
    return testing::StatusOf(served.Raw("POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + rest));
  };
  const std::string chunk = "32\r\n" + std::string(50, 'x') + "\r\n";
  const std::string chunked = "Transfer-Encoding: chunked\r\n\r\n";
  CHECK(post("Content-Length: 100\r\n\r\n" + std::string(100, 'x')) == 405);
  CHECK(post("Content-Length: 101\r\n\r\n" + std::string(101, 'x')) == 413);
  CHECK(post("Content-Length: 18446744073709551615\r\n\r\nx") == 413);
  CHECK(post(chunked + chunk + chunk + "0\r\n\r\n") == 405);
  CHECK(post(chunked + chunk + chunk + "1\r\nx\r\n") == 413);
  CHECK(post(chunked + "ffffffffffffffff\r\nx") == 413);
  const std::string read = "POST /echo 405", refused = "POST /echo 413";
  CHECK(guest.answered() == std::vector<std::string>{read, refused, refused, read, refused, refused});
}

TEST_CASE("Who still sends what is no request, or a header that is too long, gets the answer all the same") {
  const Served served;
  const std::string much(4 << 20, 'x');
  for (int i = 0; i < 20; ++i) {
    CHECK(testing::StatusOf(served.Raw("GET /echo HTTP/1.1\r\nHost: x\r\nX-Much: " + much)) == 431);
    CHECK(testing::StatusOf(served.Raw("GET / HTTP/9.9\r\n\r\n" + much)) == 400);
  }
}

TEST_CASE("Who never ends a body that is refused is not waited for") {
  const Served served;
  const int client = served.Connect();
  const std::string header = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 900000000\r\n\r\nxx";
  REQUIRE(send(client, header.data(), header.size(), 0) == static_cast<ssize_t>(header.size()));
  std::string got;
  char buffer[4096];
  for (ssize_t size; (size = recv(client, buffer, sizeof(buffer), 0)) > 0;)
    got.append(buffer, static_cast<std::size_t>(size));
  close(client);
  CHECK(testing::StatusOf(got) == 413);
}

TEST_CASE("Over TLS, too, who still sends a body that is refused gets the answer") {
  NoOne no_one;
  const ServedTls open, guarded(&no_one);
  const std::string too_large((1 << 20) + 1, 'x');
  for (int i = 0; i < 10; ++i) {
    const auto refused = open.Get("/x", too_large), closed = guarded.Get("/x", too_large);
    REQUIRE((refused && closed));
    CHECK(refused->status == 413);
    CHECK(closed->status == 401);
  }
}

}  // namespace
}  // namespace loadline
