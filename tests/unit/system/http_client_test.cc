#include "system/http_client.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "support/certificates.h"
#include "support/child.h"
#include "support/eventually.h"
#include "support/temp_dir.h"

namespace loadline {
namespace {

using testing::Authority;
using testing::Child;
using testing::Eventually;
using testing::TempDir;

TEST_CASE("An authority's file that is replaced counts for the next connection") {
  const TempDir dir;
  const Authority first("first");
  const Authority second("second");
  const std::string port = std::to_string(testing::FreePort());
  HttpClientOptions options;
  options.ca_file = dir.Write("ca.crt", testing::FileText(first.ca_file()));
  const auto client = MakeHttpClient(options);
  auto ask = [&] {
    return client->SendAll({{"https://127.0.0.1:" + port + "/", "", Duration(5000)}}, Duration(5000))[0];
  };
  auto serve = [&](const Authority& authority) {
    const auto pair = authority.Sign("server", "IP:127.0.0.1");
    return std::make_unique<Child>(
        std::vector<std::string>{"openssl", "s_server", "-accept", "127.0.0.1:" + port, "-cert", pair.certificate,
                                 "-key", pair.key, "-www", "-quiet"},
        dir / "s_server.log");
  };
  auto server = serve(first);
  REQUIRE(Eventually([&] { return ask().has_value(); }));
  server.reset();
  server = serve(second);
  Result<HttpResponse> refused = ask();
  REQUIRE(Eventually([&] {
    refused = ask();
    return !refused && refused.error().message.find("certificate") != std::string::npos;
  }));
  std::ofstream(options.ca_file) << testing::FileText(second.ca_file());
  const Result<HttpResponse> response = ask();
  INFO((response ? "" : response.error().message));
  CHECK(response.has_value());
}

}  // namespace
}  // namespace loadline
