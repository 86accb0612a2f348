#include "api/access.h"

#include <catch2/catch.hpp>

#include "support/raw_http.h"
#include "unit/api/guarded.h"

namespace loadline {
namespace {

using testing::Ask;
using testing::Bearer;
using testing::FieldOf;
using testing::Guarded;
using testing::kOperator;
using testing::kReader;
using testing::Plain;
using testing::StatusOf;

TEST_CASE("Who has a token may ask; who has none learns what is wanted, and nothing else") {
  const Guarded guarded;
  CHECK(testing::BodyOf(guarded.Get("/api/v1/decisions", Bearer(kReader))) == "by dash");
  CHECK(testing::BodyOf(guarded.Get("/api/v1/history", Bearer(kOperator))) == "by anna");
  CHECK(StatusOf(guarded.Get("/api/v1/decisions", "authorization: bEARER   " + kReader + "\r\n")) == 200);
  const std::string none = guarded.Get("/api/v1/decisions");
  CHECK(StatusOf(none) == 401);
  CHECK(FieldOf(none, "WWW-Authenticate") == "Bearer realm=\"loadline\"");
  CHECK(FieldOf(none, "Content-Type") == "application/problem+json");
  const std::string wrong = guarded.Get("/api/v1/decisions", Bearer(std::string(32, 'x')));
  CHECK(StatusOf(wrong) == 401);
  CHECK(FieldOf(wrong, "WWW-Authenticate") == "Bearer realm=\"loadline\", error=\"invalid_token\"");
  CHECK(wrong.find("xxxx") == std::string::npos);
  // What there is and what there is not look alike from outside.
  CHECK(StatusOf(guarded.Get("/api/v1/none")) == 401);
  CHECK(StatusOf(guarded.Get("/api/v1/none", Bearer(kReader))) == 404);
}

TEST_CASE("Behind a proxy that keeps Authorization for itself, a token stands in a header of its own") {
  const Guarded guarded;
  CHECK(testing::BodyOf(guarded.Get("/api/v1/decisions", Plain(kReader))) == "by dash");
  CHECK(StatusOf(guarded.Get("/api/v1/decisions", "x-loadline-TOKEN:  " + kReader + " \r\n")) == 200);
  const std::string wrong = guarded.Get("/api/v1/decisions", Plain(std::string(32, 'x')));
  CHECK(StatusOf(wrong) == 401);
  CHECK(FieldOf(wrong, "WWW-Authenticate") == "Bearer realm=\"loadline\", error=\"invalid_token\"");
  CHECK(StatusOf(Ask(guarded.port, "DELETE /api/v1/overrides/x", Plain(kReader))) == 403);
  CHECK(guarded.log.Field("api_change", "caller") == "dash");
  CHECK(guarded.log.Field("api_change", "reason") == "forbidden");
  CHECK(StatusOf(Ask(guarded.port, "DELETE /api/v1/overrides/x", Plain(kOperator))) == 200);
  CHECK(guarded.log.Field("api_change", "caller") == "anna");
  CHECK(guarded.log.Field("api_change", "outcome") == "done");
}

TEST_CASE("Nothing but a token in the one header gets past") {
  const Guarded guarded;
  const std::string basic = "ZGFzaDpycnJycnJycnJycnJycnJycnJycnJycnJycnJycnJy";  // dash:rrr...
  const std::vector<std::string> tries = {
      Bearer(""), Bearer(" "), Bearer(kReader.substr(1)), Bearer(kReader.substr(0, 31)), Bearer(kReader + "r"),
      Bearer(kReader + " " + kReader), Bearer(kReader + "," + kReader), Bearer("\"" + kReader + "\""),
      Bearer(std::string(32, 'R')), Bearer("dash"), Bearer("anna"), Bearer("null"), Bearer("*"), Bearer("reader"),
      Bearer(std::string(10'000, 'r')), "Authorization: " + kReader + "\r\n", "Authorization: Bearer\r\n",
      "Authorization: Bearer\t" + kReader + "\r\n", "Authorization: Bearer" + kReader + "\r\n",
      "Authorization: Basic " + basic + "\r\n", "Authorization: Token " + kReader + "\r\n",
      "Authorization: Digest " + kReader + "\r\n",
      // Several: a proxy might look at one, and this server at the other.
      Bearer(kReader) + Bearer(kReader), Bearer(kReader) + Bearer("x"), Bearer("x") + Bearer(kReader),
      Bearer(kReader) + "AUTHORIZATION: Bearer x\r\n", Plain(kReader) + Plain(kReader),
      Plain(kReader) + "x-loadline-token: x\r\n", Bearer(kReader) + Plain(kReader), Plain("x") + Bearer(kReader),
      Plain(kReader) + Bearer("x"), Plain(kReader) + "Authorization: Basic " + basic + "\r\n", Plain(""),
      Plain("Bearer " + kReader), Plain(kReader + "," + kReader), Plain(kReader.substr(1)),
      "X-Loadline_Token: " + kReader + "\r\n", "Loadline-Token: " + kReader + "\r\n",
      // Other places.
      "Proxy-Authorization: Bearer " + kReader + "\r\n", "X-Authorization: Bearer " + kReader + "\r\n",
      "Cookie: token=" + kReader + "\r\n", "X-Api-Key: " + kReader + "\r\n", "X-Forwarded-User: anna\r\n",
      "X-Remote-User: anna\r\n", "X-Forwarded-For: 127.0.0.1\r\n", "X-Original-URL: /healthz\r\n",
      "X-Rewrite-URL: /healthz\r\n"};
  for (const std::string& headers : tries) {
    CAPTURE(headers);
    CHECK(StatusOf(guarded.Get("/api/v1/decisions", headers)) == 401);
  }
  for (const std::string& query : {"?access_token=" + kReader, "?token=" + kReader, "?Authorization=Bearer+" + kReader})
    CHECK(StatusOf(guarded.Get("/api/v1/decisions" + query)) == 401);
}

TEST_CASE("No other way to write a path or a method leads around the gate") {
  const Guarded guarded;
  const std::vector<std::string> paths = {"/api/v1/decisions/",
                                          "//api/v1/decisions",
                                          "/./api/v1/decisions",
                                          "/api/v1/../v1/decisions",
                                          "/healthz/../api/v1/decisions",
                                          "/healthz/..%2fapi/v1/decisions",
                                          "/healthz%2f..%2fapi%2fv1%2fdecisions",
                                          "/healthz;/api/v1/decisions",
                                          "/api/v1/decisions;/healthz",
                                          "/api/v1/decisions%00/healthz",
                                          "/healthz%00/../api/v1/decisions",
                                          "/%61pi/v1/decisions",
                                          "/api%2Fv1%2Fdecisions",
                                          "/api/v1/%64ecisions",
                                          "/%2561pi/v1/decisions",
                                          "/API/v1/decisions",
                                          "/Api/V1/Decisions",
                                          "/api\\v1\\decisions",
                                          "/healthz/",
                                          "/healthz%20",
                                          "/healthz%0a",
                                          "/HEALTHZ",
                                          "/metrics/",
                                          "/metrics/../api/v1/decisions",
                                          "/api/v1/decisions#/healthz",
                                          "/%2e/api/v1/decisions",
                                          "/%2e%2e/api/v1/decisions",
                                          "/api/v1/decisions?/healthz",
                                          "*",
                                          "http://127.0.0.1/api/v1/decisions",
                                          "http://127.0.0.1/healthz",
                                          "http:///healthz",
                                          "healthz"};
  for (const std::string& path : paths) {
    CAPTURE(path);
    const int status = StatusOf(guarded.Get(path));
    CHECK((status == 401 || status == 400));
  }
  for (const char* method : {"HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "get",
                             "Get", "GETS", "X"}) {
    CAPTURE(method);
    const int status = StatusOf(Ask(guarded.port, std::string(method) + " /api/v1/decisions"));
    CHECK((status == 401 || status == 400));
    // What is open is open to those who look.
    const int open = StatusOf(Ask(guarded.port, std::string(method) + " /healthz"));
    CHECK((open == 401 || open == 400 || (method == std::string("HEAD") && open == 200)));
  }
  CHECK(StatusOf(Ask(guarded.port, "GET /api/v1/overrides", "X-HTTP-Method-Override: DELETE\r\n" + Bearer(kReader))) ==
        405);
  // One connection, two requests: the first one's token is not the second one's.
  const std::string both =
      testing::SendRaw(guarded.port, "GET /api/v1/decisions HTTP/1.1\r\nHost: x\r\n" + Bearer(kReader) +
                                         "\r\nGET /api/v1/decisions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  CHECK(StatusOf(both) == 200);
  CHECK(both.find("HTTP/1.1 401") != std::string::npos);
  // What is smuggled as the body of a refused request is not read as the next one.
  const std::string inner = "GET /api/v1/decisions HTTP/1.1\r\nHost: x\r\n" + Bearer(kReader) + "\r\n";
  const std::string smuggled = Ask(guarded.port, "POST /api/v1/validate", "", inner);
  CHECK(StatusOf(smuggled) == 401);
  CHECK(smuggled.find("HTTP/1.1", 1) == std::string::npos);
}

TEST_CASE("Probes need no token, and /metrics only where that is said") {
  for (const bool protect : {false, true}) {
    const Guarded guarded({.protect_metrics = protect});
    CHECK(StatusOf(guarded.Get("/healthz")) == 200);
    CHECK(StatusOf(guarded.Get("/readyz?verbose")) == 200);
    CHECK(StatusOf(guarded.Get("/metrics")) == (protect ? 401 : 200));
    CHECK(StatusOf(guarded.Get("/metrics", Bearer(kReader))) == 200);
  }
}

TEST_CASE("A reader changes nothing; an operator does, and the log says who did what") {
  const Guarded guarded;
  for (const std::string method : {"POST", "PUT", "DELETE"}) {
    CHECK(StatusOf(Ask(guarded.port, method + " /api/v1/overrides", Bearer(kReader))) == 403);
    CHECK(guarded.log.Field("api_change", "outcome") == "refused");
    CHECK(guarded.log.Field("api_change", "reason") == "forbidden");
    CHECK(guarded.log.Field("api_change", "caller") == "dash");
    CHECK(guarded.log.Field("api_change", "method") == method);
    CHECK(guarded.log.Field("api_change", "change") == "null");
  }
  CHECK(StatusOf(Ask(guarded.port, "DELETE /api/v1/overrides/x", Bearer(std::string(32, 'x')))) == 401);
  CHECK(guarded.log.Field("api_change", "reason") == "unauthenticated");
  CHECK(guarded.log.Field("api_change", "caller") == "");
  CHECK(guarded.log.Count("api_change") == 4);
  CHECK(StatusOf(Ask(guarded.port, "POST /api/v1/validate", Bearer(kReader), "x")) == 200);
  CHECK(StatusOf(Ask(guarded.port, "GET /api/v1/decisions", Bearer(kReader))) == 200);
  CHECK(guarded.log.Count("api_change") == 4);
  CHECK(testing::BodyOf(Ask(guarded.port, "DELETE /api/v1/overrides/x", Bearer(kOperator))) == "ended x");
  CHECK(guarded.log.Field("api_change", "change") == R"({"action":"remove"})");
  CHECK(guarded.log.Field("api_change", "path") == "/api/v1/overrides/x");
  CHECK(StatusOf(Ask(guarded.port, "PUT /api/v1/overrides?secret=x", Bearer(kOperator), "x")) == 200);
  CHECK(guarded.log.Count("api_change") == 6);
  CHECK(guarded.log.Field("api_change", "outcome") == "done");
  CHECK(guarded.log.Field("api_change", "reason") == "");
  CHECK(guarded.log.Field("api_change", "caller") == "anna");
  CHECK(guarded.log.Field("api_change", "client") == "127.0.0.1");
  CHECK(guarded.log.Field("api_change", "method") == "PUT");
  CHECK(guarded.log.Field("api_change", "path") == "/api/v1/overrides");
  CHECK(guarded.access->Refused().at("forbidden") == 3);
  CHECK(guarded.access->Changes() == std::map<std::string, std::uint64_t>{{"done", 2}, {"failed", 0}, {"refused", 4}});
}

TEST_CASE("No way to write the path of what changes something leads around the gate, or to another page") {
  const Guarded guarded;
  for (const std::string path : {"/api/v1/overrides/x",
                                 "//api/v1/overrides/x",
                                 "/api/v1/overrides//x",
                                 "/api/v1//overrides/x",
                                 "/api/v1/overrides/x/",
                                 "/api/v1/overrides/%78",
                                 "/%61pi/v1/overrides/x",
                                 "/api/v1/%6fverrides/x",
                                 "/api/v1/overrides%2fx",
                                 "/api/v1/overrides/%2e%2e/overrides/x",
                                 "/api/v1/overrides/../overrides/x",
                                 "/%2e/api/v1/overrides/x",
                                 "/api/v1/validate/../overrides/x",
                                 "/api/v1/validate%2f..%2foverrides%2fx",
                                 "/healthz/../api/v1/overrides/x",
                                 "/api/v1/overrides/x%00",
                                 "/API/v1/overrides/x",
                                 "/api/v1/overrides/{name}",
                                 "/api/v1/overrides/%7bname%7d",
                                 "/api/v1/overrides/..",
                                 "/api/v1/overrides/%2e%2e"}) {
    CAPTURE(path);
    for (const std::string method : {"DELETE", "POST", "PUT", "PATCH", "delete"}) {
      CAPTURE(method);
      const int none = StatusOf(Ask(guarded.port, method + " " + path));
      CHECK((none == 401 || none == 400));
      const int reader = StatusOf(Ask(guarded.port, method + " " + path, Bearer(kReader)));
      CHECK((reader == 403 || reader == 400));
    }
  }
  // The part that is asked for is one part, decoded once.
  const auto ended = [&](const std::string& path) { return Ask(guarded.port, "DELETE " + path, Bearer(kOperator)); };
  CHECK(testing::BodyOf(ended("/api/v1/overrides/%78")) == "ended x");
  CHECK(testing::BodyOf(ended("/api/v1/overrides/%2578")) == "ended %78");
  for (const std::string path : {"//api/v1/overrides/x", "/api/v1/overrides//x", "/api/v1/overrides/x/",
                                 "/api/v1/overrides/a%2fb", "/api/v1/overrides/"}) {
    CAPTURE(path);
    CHECK(StatusOf(ended(path)) == 404);
  }
  CHECK(StatusOf(Ask(guarded.port, "GET /api/v1/overrides/x", Bearer(kReader))) == 405);
}

TEST_CASE("Without a file of tokens all may look, and nobody may change anything") {
  const Guarded guarded({}, false);
  CHECK(StatusOf(guarded.Get("/api/v1/decisions")) == 200);
  CHECK(StatusOf(Ask(guarded.port, "POST /api/v1/validate", "", "x")) == 200);
  CHECK(StatusOf(Ask(guarded.port, "PUT /api/v1/overrides", "", "x")) == 403);
  CHECK(StatusOf(Ask(guarded.port, "PUT /api/v1/overrides", Bearer(kOperator), "x")) == 403);
  for (const char* nobodys : {"TRACE", "OPTIONS"})
    CHECK(StatusOf(Ask(guarded.port, std::string(nobodys) + " /api/v1/decisions")) == 405);
}

TEST_CASE("Past its rate a client is put off until it may ask again, and no other client is") {
  Guarded guarded({.rate_limit = 2});
  const auto status = [&](const std::string& path, const std::string& headers) {
    return StatusOf(guarded.Get(path, headers));
  };
  CHECK(status("/api/v1/decisions", Bearer(kReader)) == 200);
  CHECK(status("/api/v1/decisions", Bearer(kReader)) == 200);
  const std::string put_off = guarded.Get("/api/v1/decisions", Bearer(kReader));
  CHECK(StatusOf(put_off) == 429);
  CHECK(FieldOf(put_off, "Retry-After") == "1");
  CHECK(status("/api/v1/decisions", Bearer(kOperator)) == 200);
  // Who guesses is put off, too, and takes nothing from those who need not.
  for (int i = 0; i < 2; ++i) CHECK(status("/api/v1/decisions", Bearer(std::string(32, 'x'))) == 401);
  CHECK(status("/api/v1/decisions", Bearer(std::string(32, 'y'))) == 429);
  CHECK(status("/api/v1/decisions", "") == 429);
  CHECK(status("/healthz", "") == 200);
  CHECK(status("/api/v1/decisions", Bearer(kOperator)) == 200);
  guarded.clock.Set(guarded.clock.Now() + Duration(500));
  CHECK(status("/api/v1/decisions", Bearer(kReader)) == 200);
  CHECK(status("/api/v1/decisions", Bearer(kReader)) == 429);
  CHECK(guarded.access->Refused().at("rate") == 4);
}

TEST_CASE("Who sends too much is asked for a token first, and has its rate") {
  const Guarded guarded({.rate_limit = 2});
  const auto status = [&](const std::string& headers) {
    return StatusOf(
        testing::SendRaw(guarded.port, "PUT /api/v1/overrides HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers +
                                           "Content-Length: 9000000\r\n\r\n"));
  };
  CHECK(status("") == 401);
  CHECK(status(Bearer(kReader)) == 403);
  CHECK(guarded.log.Field("api_change", "reason") == "forbidden");
  CHECK(status(Bearer(kOperator)) == 413);
  CHECK(guarded.log.Count("api_change") == 3);
  CHECK(guarded.log.Field("api_change", "caller") == "anna");
  CHECK(guarded.log.Field("api_change", "outcome") == "refused");
  CHECK(guarded.log.Field("api_change", "reason") == "");
  CHECK(status(Bearer(kOperator)) == 413);
  CHECK(status(Bearer(kOperator)) == 429);
  CHECK(guarded.access->Refused().at("rate") == 1);
}

TEST_CASE("Ever new clients are counted together past the most, and a bucket that is full again is forgotten") {
  ClientRates rates(1);
  for (int i = 0; i < 10'000; ++i) CHECK(rates.Take(std::to_string(i), Duration(0)) == Duration(0));
  const Duration second(1000);
  CHECK(rates.Take("a", Duration(500)) == Duration(500));  // nothing was there to begin with
  CHECK(rates.Take("a", second) == Duration(0));           // all others are full again
  CHECK(rates.Take("b", second) == Duration(0));
  CHECK(rates.Take("b", second) == second);
}

}  // namespace
}  // namespace loadline
