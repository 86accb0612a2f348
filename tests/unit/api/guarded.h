// A server behind the gate of the admin API, and those who ask it.
#ifndef LOADLINE_TESTS_UNIT_API_GUARDED_H_
#define LOADLINE_TESTS_UNIT_API_GUARDED_H_

#include <memory>
#include <string>

#include "api/access.h"
#include "support/raw_http.h"
#include "support/simulated_clock.h"
#include "support/temp_dir.h"
#include "unit/controller/recording_log.h"

namespace loadline::testing {

inline const std::string kReader(32, 'r');
inline const std::string kOperator(32, 'o');

inline std::string Bearer(const std::string& token) { return "Authorization: Bearer " + token + "\r\n"; }
inline std::string Plain(const std::string& token) { return "X-Loadline-Token: " + token + "\r\n"; }

// A server whose pages say who asked, behind a gate.
struct Guarded {
  explicit Guarded(AccessOptions options = {}, bool with_tokens = true) {
    if (with_tokens) {
      const std::string file = dir.Write("tokens", "reader " + kReader + " dash\noperator " + kOperator + " anna\n");
      tokens = *AccessTokens::Open(file, clock, nullptr);
      options.tokens = tokens.get();
    }
    access = std::make_unique<Access>(options, clock, log);
    HttpServerOptions http;
    http.address = "127.0.0.1:0";
    http.gate = access.get();
    server = MakeHttpServer(http);
    auto page = [](const ServerRequest& request) { return ServerResponse{200, "text/plain", "by " + request.caller}; };
    for (const char* path : {"/healthz", "/readyz", "/metrics", "/api/v1/decisions", "/"})
      server->Handle("GET", path, page);
    server->HandleSlowly("GET", "/api/v1/history", page);
    server->Handle("POST", "/api/v1/validate", page);
    for (const char* method : {"POST", "PUT", "DELETE"}) server->Handle(method, "/api/v1/overrides", page);
    server->Handle("DELETE", "/api/v1/overrides/{name}", [](const ServerRequest& request) {
      ServerResponse response{200, "text/plain", "ended " + LastPart(request)};
      response.change = R"({"action":"remove"})";
      return response;
    });
    port = *server->Start();
  }
  std::string Get(const std::string& path, const std::string& headers = "") const {
    return Ask(port, "GET " + path, headers);
  }

  TempDir dir;
  SimulatedClock clock{Timestamp(Duration(1'000'000))};
  RecordingLog log;
  std::unique_ptr<AccessTokens> tokens;
  std::unique_ptr<Access> access;
  std::unique_ptr<HttpServer> server;
  int port = 0;
};

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_UNIT_API_GUARDED_H_
