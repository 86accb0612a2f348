#include "system/tcp_listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdint>
#include <mutex>
#include <vector>

#include "support/eventually.h"

namespace loadline {
namespace {

using testing::Eventually;

int Connect(int port, const char* from) {
  const int client = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  inet_pton(AF_INET, from, &address.sin_addr);
  REQUIRE(bind(client, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  REQUIRE(connect(client, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
  return client;
}

// Takes connections, and closes them when it is told to.
struct Taker {
  explicit Taker(TcpListenerOptions options) {
    listener = *OpenTcpListener(options);
    listener->Start([this](int socket) {
      const std::lock_guard lock(mutex);
      sockets.push_back(socket);
    });
  }
  ~Taker() {
    listener->Stop();
    CloseAll();
  }
  std::size_t taken() {
    const std::lock_guard lock(mutex);
    return sockets.size();
  }
  void CloseAll() {
    const std::lock_guard lock(mutex);
    for (const int each : sockets) close(each);
    sockets.clear();
  }

  std::mutex mutex;
  std::vector<int> sockets;
  std::unique_ptr<TcpListener> listener;
};

TEST_CASE("Of one address so many connections are taken, and others have room; what is closed counts no more") {
  Taker taker({"127.0.0.1:0", 3, 2});
  std::vector<int> clients;
  for (int i = 0; i < 4; ++i) clients.push_back(Connect(taker.listener->port(), "127.0.0.2"));
  REQUIRE(Eventually([&] { return taker.listener->State().refused == 2; }));
  CHECK(taker.taken() == 2);
  clients.push_back(Connect(taker.listener->port(), "127.0.0.3"));
  REQUIRE(Eventually([&] { return taker.taken() == 3; }));
  clients.push_back(Connect(taker.listener->port(), "127.0.0.3"));  // past what all may have together
  REQUIRE(Eventually([&] { return taker.listener->State().refused == 3; }));

  taker.CloseAll();
  clients.push_back(Connect(taker.listener->port(), "127.0.0.2"));
  CHECK(Eventually([&] { return taker.taken() == 1; }));
  for (const int each : clients) close(each);
}

TEST_CASE("A wildcard takes IPv4; an address that is none, or taken, is an error") {
  for (const char* address : {"0.0.0.0:0", ":0"}) {
    INFO(address);
    Taker taker({address, 10, 10});
    const int client = Connect(taker.listener->port(), "127.0.0.1");
    CHECK(Eventually([&] { return taker.taken() == 1; }));
    close(client);
  }
  for (const char* address : {"", "127.0.0.1", "192.0.2.1:0", "nonsense"}) {
    INFO(address);
    CHECK_FALSE(OpenTcpListener({address, 10, 10}));
  }
  const auto first = OpenTcpListener({"127.0.0.1:0", 10, 10});
  CHECK_FALSE(OpenTcpListener({"127.0.0.1:" + std::to_string((*first)->port()), 10, 10}));
}

}  // namespace
}  // namespace loadline
