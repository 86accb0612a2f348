#include "system/http_client.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <mutex>
#include <thread>

#include "support/certificates.h"
#include "support/child.h"
#include "support/eventually.h"
#include "support/fault_server.h"
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

using testing::FaultConnection;
using testing::FaultServer;

TEST_CASE("A bearer token is one line: another one would be a header of its own") {
  const TempDir dir;
  const FaultServer server([](const std::string&) { return testing::HttpText(200, "{}"); });
  HttpClientOptions options;
  options.bearer_token_file = dir.Write("token", "secret\r\nX-Other: value\n");
  const auto client = MakeHttpClient(options);
  const auto ask = [&] { return client->SendAll({{server.url() + "/", "", Duration(5000)}}, Duration(5000))[0]; };
  const Result<HttpResponse> refused = ask();
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error() ==
        Error{Code::kInvalidArgument, "bearer token: " + options.bearer_token_file + " has several lines"});
  CHECK(server.requests().empty());
  dir.Write("token", "secret\r\n");
  REQUIRE(ask().has_value());
  CHECK_THAT(server.requests().at(0), Catch::Contains("Authorization: Bearer secret\r\n"));
}

// What a stream of a server that does `serve` comes to: its parts, put together, and how it ended.
struct Streamed {
  std::string body;
  Result<int> ended = 0;
};
Streamed StreamFrom(const std::function<void(const FaultConnection&)>& serve, Duration idle = Duration(60'000),
                    std::stop_token stop = {}, const std::function<bool(const std::string&)>& go_on = nullptr) {
  const FaultServer server([&](const std::string&, const FaultConnection& connection) { serve(connection); });
  Streamed streamed;
  streamed.ended = MakeHttpClient({})->Stream(
      {server.url(), Duration(10'000), idle},
      [&](int, std::string_view chunk) {
        streamed.body += chunk;
        return go_on == nullptr || go_on(streamed.body);
      },
      stop);
  return streamed;
}

constexpr auto kChunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

TEST_CASE("A request may have a method of its own, with a body and without") {
  std::string asked;
  std::mutex mutex;
  const FaultServer server([&](const std::string& request) {
    const std::lock_guard lock(mutex);
    asked = request;
    return testing::HttpText(200, "");
  });
  const auto client = MakeHttpClient({});
  const auto send = [&](const std::string& body, const std::string& method) {
    REQUIRE(
        client->SendAll({{server.url() + "/x", body, Duration(5000), "application/json", method}}, Duration(5000))[0]);
    const std::lock_guard lock(mutex);
    return asked;
  };
  CHECK(send("{}", "PUT").starts_with("PUT /x HTTP/1.1\r\n"));
  CHECK(send("{}", "PUT").ends_with("\r\n\r\n{}"));
  CHECK(send("", "DELETE").starts_with("DELETE /x HTTP/1.1\r\n"));
  CHECK(send("{}", "").starts_with("POST /x HTTP/1.1\r\n"));
  CHECK(send("", "").starts_with("GET /x HTTP/1.1\r\n"));
}

TEST_CASE("What speaks no HTTP is said to, and is no wrong URL") {
  const FaultServer server([](const std::string&) { return "SSH-2.0-OpenSSH_9.2 Connection: close\r\n"; });
  const auto response = MakeHttpClient({})->SendAll({{server.url(), "", Duration(5000)}}, Duration(5000))[0];
  REQUIRE_FALSE(response.has_value());
  CHECK(response.error() == Error{Code::kUnavailable, server.url().substr(7) + ": what answers speaks no HTTP"});
}

TEST_CASE("A request may have headers of its own, beside those of all") {
  FaultServer server([](const std::string&) { return testing::HttpText(200, ""); });
  HttpClientOptions options;
  options.headers = {{"X-Of-All", "1"}};
  const auto client = MakeHttpClient(options);
  HttpRequest request{server.url() + "/a", "{}", Duration(5000), "application/json", "", {{"X-Own", "2"}}};
  REQUIRE(client->SendAll({request, {server.url() + "/b", "", Duration(5000)}}, Duration(5000))[0]);
  const std::vector<std::string> got = server.requests();
  REQUIRE(got.size() == 2);
  const std::size_t first = got[0].find("POST /a") == 0 ? 0 : 1;
  CHECK(got[first].find("\r\nX-Own: 2\r\n") != std::string::npos);
  CHECK(got[first].find("\r\nX-Of-All: 1\r\n") != std::string::npos);
  CHECK(got[first].find("\r\nContent-Type: application/json\r\n") != std::string::npos);
  CHECK(got[1 - first].find("X-Own") == std::string::npos);
  CHECK(got[1 - first].find("\r\nX-Of-All: 1\r\n") != std::string::npos);
}

// Found by fuzz/http_client_fuzz.cc: libcurl 7.88 goes on with a header of the response before, which is freed
// (curl issue 11101).
TEST_CASE("A response that begins with the rest of a header is its own, whatever came before") {
  const FaultServer server([](const std::string& request) -> std::string {
    if (request.starts_with("GET /odd ")) return "HTTP/1.1 200 OK\r\n\tX: y\r\nContent-Length: 3\r\n\r\nodd";
    return testing::HttpText(200, "{}");
  });
  const auto said = [&](HttpClient& client, const std::string& path) {
    const auto response = client.SendAll({{server.url() + path, "", Duration(5000)}}, Duration(5000))[0];
    return response ? response->body : "failed: " + response.error().message;
  };
  const std::string alone = said(*MakeHttpClient({}), "/odd");
  const auto client = MakeHttpClient({});
  for (int round = 0; round < 5; ++round) {
    CAPTURE(round);
    CHECK(said(*client, "/") == "{}");
    CHECK(said(*client, "/odd") == alone);
    CHECK(said(*client, "/odd") == alone);
  }
}

TEST_CASE("How long a server asks to be left alone is told, and nonsense is not") {
  const auto asks = [](const std::string& field) {
    FaultServer server([&](const std::string&) { return "HTTP/1.1 503 X\r\n" + field + "Content-Length: 0\r\n\r\n"; });
    const auto response = MakeHttpClient({})->SendAll({{server.url(), "", Duration(5000)}}, Duration(5000))[0];
    REQUIRE(response);
    return response->retry_after;
  };
  CHECK(asks("Retry-After: 120\r\n") == std::chrono::seconds(120));
  CHECK(asks("") == Duration(0));
  CHECK(asks("Retry-After: soon\r\n") == Duration(0));
  CHECK(asks("Retry-After: -5\r\n") == Duration(0));
  CHECK(asks("Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n") == Duration(0));
  CHECK(asks("Retry-After: Fri, 31 Dec 2199 23:59:59 GMT\r\n") > std::chrono::hours(24));
}

TEST_CASE("A stream is handed over as it comes") {
  const Streamed streamed = StreamFrom([](const FaultConnection& connection) {
    connection.Send(kChunked);
    connection.Send("3\r\nabc\r\n");
    connection.Send("2\r\nde\r\n0\r\n\r\n");
  });
  CHECK(streamed.body == "abcde");
  CHECK(streamed.ended == 200);
}

TEST_CASE("A stream that is cut off, or says nothing for too long, is an error after what came") {
  const Streamed cut = StreamFrom([](const FaultConnection& connection) {
    connection.Send(std::string(kChunked) + "3\r\nabc\r\n");
    connection.Cut();
  });
  CHECK(cut.body == "abc");
  REQUIRE_FALSE(cut.ended.has_value());
  CHECK(cut.ended.error().code == Code::kUnavailable);

  const Streamed idle = StreamFrom(
      [](const FaultConnection& connection) { connection.Send(std::string(kChunked) + "3\r\nabc\r\n"); }, Duration(50));
  CHECK(idle.body == "abc");
  REQUIRE_FALSE(idle.ended.has_value());
  CHECK(idle.ended.error().code == Code::kDeadlineExceeded);
  CHECK(idle.ended.error().message.ends_with(": nothing came for 50ms"));
}

TEST_CASE("A stream ends when its handler or its stop says so") {
  const auto serve = [](const FaultConnection& connection) { connection.Send(std::string(kChunked) + "3\r\nabc\r\n"); };
  CHECK(StreamFrom(serve, Duration(60'000), {}, [](const std::string& body) { return body.empty(); }).ended == 200);

  std::stop_source stop;
  const auto begin = std::chrono::steady_clock::now();
  std::jthread stopper;
  const Streamed stopped = StreamFrom(serve, Duration(60'000), stop.get_token(), [&](const std::string& body) {
    if (!body.empty()) stopper = std::jthread([&stop] { stop.request_stop(); });
    return true;
  });
  CHECK(stopped.ended == 200);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(8));
}

TEST_CASE("A stream that is refused hands over what is said, with the status") {
  const Streamed refused =
      StreamFrom([](const FaultConnection& connection) { connection.Send(testing::HttpText(403, "no")); });
  CHECK(refused.body == "no");
  CHECK(refused.ended == 403);
}

TEST_CASE("Authorities, certificates and keys may be text") {
  const Authority authority;
  const auto server_pair = authority.Sign("server", "IP:127.0.0.1");
  const auto client_pair = authority.Sign("client", "DNS:client");
  const TempDir dir;
  const std::string port = std::to_string(testing::FreePort());
  const Child server(
      {"openssl", "s_server", "-accept", "127.0.0.1:" + port, "-cert", server_pair.certificate, "-key", server_pair.key,
       "-CAfile", authority.ca_file(), "-Verify", "1", "-verify_return_error", "-www", "-quiet"},
      dir / "s_server.log");
  HttpClientOptions options;
  options.ca_pem = testing::FileText(authority.ca_file());
  options.certificate_pem = testing::FileText(client_pair.certificate);
  options.key_pem = testing::FileText(client_pair.key);
  const auto ask = [&](const HttpClientOptions& with) {
    return MakeHttpClient(with)->SendAll({{"https://127.0.0.1:" + port + "/", "", Duration(5000)}}, Duration(5000))[0];
  };
  CHECK(Eventually([&] { return ask(options).has_value(); }));
  options.key_pem.clear();
  options.certificate_pem.clear();
  CHECK_FALSE(ask(options).has_value());
}

}  // namespace
}  // namespace loadline
