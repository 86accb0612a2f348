// The HTTP server over TLS.
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "support/eventually.h"
#include "unit/system/served.h"

namespace loadline {
namespace {

using testing::ServedTls;

TEST_CASE("Over TLS all is as without, and plain HTTP is answered nothing") {
  ServedTls served;
  CHECK(served.Get("/x")->body == "x");
  CHECK(served.Get("/large")->body.size() == 5'000'000);
  CHECK(served.Get("/slow")->body == "slow");
  CHECK(served.Get("/none")->status == 404);
  const std::string plain = testing::Ask(served.port, "GET /x");
  CHECK(plain.find("HTTP") == std::string::npos);
  HttpClientOptions others;  // knows the system's authorities only
  const std::string url = "https://127.0.0.1:" + std::to_string(served.port) + "/x";
  CHECK_FALSE(MakeHttpClient(others)->SendAll({{url, "", Duration(10'000)}}, Duration(10'000))[0]);
  CHECK(served.Shown({"-tls1_1"}).find("BEGIN CERTIFICATE") == std::string::npos);
  CHECK(served.Shown({"-tls1_2"}).find("BEGIN CERTIFICATE") != std::string::npos);
}

TEST_CASE("A new certificate is shown to the next connection") {
  ServedTls served;
  REQUIRE(served.Shown().find("CN = first") != std::string::npos);
  served.Install("second");
  REQUIRE(testing::Eventually([&] { return served.files->State().reloads == 1; }));
  CHECK(served.Shown().find("CN = second") != std::string::npos);
  CHECK(served.Get("/x")->body == "x");
}

TEST_CASE("Who does not shake hands is put off, and Stop does not wait for it") {
  ServedTls served;
  const int silent = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(served.port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(connect(silent, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
  CHECK(served.Get("/x")->body == "x");  // accepted after it
  served.server->Stop();
  char byte = 0;
  CHECK(recv(silent, &byte, 1, 0) <= 0);
  close(silent);
}

}  // namespace
}  // namespace loadline
