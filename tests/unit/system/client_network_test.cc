#include "system/client_network.h"

#include <catch2/catch.hpp>

namespace loadline {
namespace {

TEST_CASE("Addresses of one IPv6 /64 are one client, and IPv4 is IPv4 over whatever socket it comes") {
  CHECK(NetworkOf("10.0.0.1") == "10.0.0.1");
  CHECK(NetworkOf("::ffff:10.0.0.1") == "10.0.0.1");
  CHECK(NetworkOf("2001:db8::1") == NetworkOf("2001:db8:0:0:ffff::2"));
  CHECK(NetworkOf("2001:db8::1") != NetworkOf("2001:db8:0:1::1"));
  CHECK(NetworkOf("::1") != NetworkOf("::ffff:0.0.0.1"));
  CHECK(NetworkOf("") == "");
}

}  // namespace
}  // namespace loadline
