#include "system/listening_sockets.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>

namespace loadline {
namespace {

// Whether somebody listens there.
bool Answers(const std::string& address, int port) {
  const Descriptor client(socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(static_cast<std::uint16_t>(port));
  REQUIRE(inet_pton(AF_INET, address.c_str(), &at.sin_addr) == 1);
  return connect(client.number(), reinterpret_cast<const sockaddr*>(&at), sizeof(at)) == 0;
}

// What a name stands for is the system's to say, so these say it themselves.
Resolver Saying(std::vector<std::string> addresses) {
  return [addresses = std::move(addresses)](const std::string& host) {
    return host == "here" ? addresses : std::vector<std::string>();
  };
}

TEST_CASE("A name is listened at by all its addresses, on one port") {
  const auto listening = OpenListeningSockets("here:0", Saying({"127.0.0.1", "127.0.0.2"}));
  REQUIRE(listening);
  CHECK(listening->sockets.size() == 2);
  CHECK(Answers("127.0.0.1", listening->port));
  CHECK(Answers("127.0.0.2", listening->port));
  CHECK_FALSE(Answers("127.0.0.3", listening->port));
}

TEST_CASE("Addresses of a name that this machine does not have are left out") {
  // 192.0.2.0/24 is nobody's (RFC 5737).
  const auto listening = OpenListeningSockets("here:0", Saying({"192.0.2.1", "127.0.0.1"}));
  REQUIRE(listening);
  CHECK(listening->sockets.size() == 1);
  CHECK(Answers("127.0.0.1", listening->port));
  for (const auto& addresses : std::vector<std::vector<std::string>>{{}, {"192.0.2.1"}}) {
    const auto none = OpenListeningSockets("here:0", Saying(addresses));
    REQUIRE_FALSE(none);
    CHECK(none.error().message == "want HOST:PORT of this machine that is free; found here:0");
  }
}

TEST_CASE("Where one address of a name is taken none is listened at") {
  const auto other = OpenListeningSockets("127.0.0.2:0");
  REQUIRE(other);
  const std::string address = "here:" + std::to_string(other->port);
  CHECK_FALSE(OpenListeningSockets(address, Saying({"127.0.0.1", "127.0.0.2"})));
  CHECK_FALSE(Answers("127.0.0.1", other->port));
  CHECK(OpenListeningSockets(address, Saying({"127.0.0.1"})));
}

TEST_CASE("Numbers are addresses of their own, in brackets or not") {
  CHECK(AddressesOf("127.0.0.1") == std::vector<std::string>{"127.0.0.1"});
  CHECK(AddressesOf("::1") == std::vector<std::string>{"::1"});
  const auto listening = OpenListeningSockets("[here]:0", Saying({"127.0.0.1"}));
  CHECK(listening);
}

}  // namespace
}  // namespace loadline
