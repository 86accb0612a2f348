// A small HTTP/1.1 server for what operators read: metrics, health, JSON (Boost.Beast, one thread).
#ifndef LOADLINE_SYSTEM_HTTP_SERVER_H_
#define LOADLINE_SYSTEM_HTTP_SERVER_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace loadline {

struct HttpServerOptions {
  std::string address = "0.0.0.0:8080";  // "127.0.0.1:0" and "[::]:8080" work, too
  std::size_t max_body_bytes = 1 << 20;
  Duration idle_timeout{30000};  // of a kept connection, and of a request that is slow to come
  Duration stop_within{1000};    // how long Stop waits for requests and answers that are under way
};

struct ServerRequest {
  std::string method;                        // "GET"
  std::string path;                          // "/api/v1/decisions", percent-decoded
  std::map<std::string, std::string> query;  // decoded; of a repeated key the last
  std::string body;
};

struct ServerResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
};

using HttpHandler = std::function<ServerResponse(const ServerRequest&)>;

// Handlers run on the server's one thread: they answer from memory, and quickly. Those that read files or ask others
// are slow ones, and run on threads of their own.
class HttpServer {
 public:
  virtual ~HttpServer() = default;  // stops

  // HEAD is answered as GET without the body. An unknown path is 404, a known one by another method 405, an
  // exception 500, each with an RFC 7807 body (application/problem+json). REQUIRES: before Start.
  virtual void Handle(const std::string& method, const std::string& path, HttpHandler handler) = 0;
  // The same of a handler that may wait: several run at once. With too many waiting the answer is 503.
  virtual void HandleSlowly(const std::string& method, const std::string& path, HttpHandler handler) = 0;

  // Listens, and yields the bound port. Fails with kUnavailable (address in use) or kInvalidArgument.
  virtual Result<int> Start() = 0;

  // Takes no new connections and closes idle ones, lets requests and answers under way end within `stop_within`, then
  // closes those, too, and joins the thread. Idempotent.
  virtual void Stop() = 0;
};

std::unique_ptr<HttpServer> MakeHttpServer(const HttpServerOptions& options);

// {"type":"about:blank","title":...,"status":...,"detail":...} (RFC 7807)
ServerResponse ProblemResponse(int status, std::string_view title, std::string_view detail);

}  // namespace loadline

#endif  // LOADLINE_SYSTEM_HTTP_SERVER_H_
