// A small HTTP/1.1 server for what operators read: metrics, health, JSON (Boost.Beast, one thread).
#ifndef LOADLINE_SYSTEM_HTTP_SERVER_H_
#define LOADLINE_SYSTEM_HTTP_SERVER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "system/tls_files.h"

namespace loadline {

struct ServerRequest {
  std::string method;                               // "GET"
  std::string path;                                 // "/api/v1/decisions", percent-decoded
  std::map<std::string, std::string> query;         // decoded; of a repeated key the last
  std::string body;                                 // not there yet when the gate looks at it
  std::multimap<std::string, std::string> headers;  // names in lower case; a repeated one stands here as often
  std::string client;                               // its address: "10.0.0.7"
  std::string caller;                               // who asks, if the gate knows
};

struct ServerResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {};  // further ones, or others than the server's own
  std::string change = {};  // what it changed, as JSON, for the gate's audit log; not sent
};

// What goes to the streams that ask for it: a stream whose query has one of the names in `about` gets only messages
// with the same value there.
struct StreamMessage {
  std::map<std::string, std::string> about;
  std::string text;
};

struct HttpServerState {
  std::size_t streams = 0;            // that are open
  std::uint64_t dropped_streams = 0;  // that were closed, as their clients did not read
};

using HttpHandler = std::function<ServerResponse(const ServerRequest&)>;

// Stands before every request, whatever its path and method. Called from the server's thread.
class HttpGate {
 public:
  virtual ~HttpGate() = default;

  // Called when the headers are here, before the body is. With a response the request goes no further. The path is the
  // one by which the server looks for a handler: there is no other reading of it.
  virtual std::optional<ServerResponse> Refuse(ServerRequest& request) = 0;
  // Called with what a request was answered that went further.
  virtual void Answered(const ServerRequest& request, const ServerResponse& response) = 0;
};

struct HttpServerOptions {
  std::string address = "0.0.0.0:8080";  // "127.0.0.1:0" and "[::]:8080" work, too
  std::size_t max_body_bytes = 1 << 20;
  Duration idle_timeout{30000};            // of a kept connection, and of a request that is slow to come
  Duration stop_within{1000};              // how long Stop waits for requests and answers that are under way
  HttpGate* gate = nullptr;                // must outlive the server; null: all may pass
  const TlsFiles* tls = nullptr;           // likewise; null: no TLS. What they become each new connection gets
  std::size_t max_connections = 4096;      // past these a new one closes one that waits for its client
  std::size_t max_streams = 2048;          // past these a stream is refused with 503
  std::size_t max_stream_bytes = 4 << 20;  // that wait for one client: one that is further behind is dropped
  Duration stream_heartbeat{15000};        // between comments that keep proxies from closing a stream
};

// Handlers run on the server's one thread: they answer from memory, and quickly. Those that read files or ask others
// are slow ones, and run on threads of their own.
class HttpServer {
 public:
  virtual ~HttpServer() = default;  // stops

  // HEAD is answered as GET without the body. An unknown path is 404, a known one by another method 405, an
  // exception 500, each with an RFC 7807 body (application/problem+json). A path whose last part is {name} is that of
  // all that differ there alone; LastPart yields it. REQUIRES: before Start.
  virtual void Handle(const std::string& method, const std::string& path, HttpHandler handler) = 0;
  // The same of a handler that may wait: several run at once. With too many waiting the answer is 503.
  virtual void HandleSlowly(const std::string& method, const std::string& path, HttpHandler handler) = 0;

  // A GET whose answer goes on: where `begin` answers 200, its body goes first, and then what Send hands over, until
  // the client goes, does not read, or the server stops. Any other answer refuses.
  virtual void HandleStream(const std::string& path, HttpHandler begin) = 0;
  // Hands messages to the streams of that path. Never waits: false where too many are on their way already, and these
  // are told to nobody. Thread-safe.
  virtual bool Send(const std::string& path, std::vector<StreamMessage> messages) = 0;
  virtual HttpServerState State() const = 0;  // thread-safe

  // Listens, and yields the bound port. Fails with kUnavailable (address in use) or kInvalidArgument (no address, or
  // a certificate that OpenSSL does not take).
  virtual Result<int> Start() = 0;

  // Takes no new connections and closes idle ones, lets requests and answers under way end within `stop_within`, then
  // closes those, too, and joins the thread. Idempotent.
  virtual void Stop() = 0;
};

std::unique_ptr<HttpServer> MakeHttpServer(const HttpServerOptions& options);

// "b" of "/a/b".
std::string LastPart(const ServerRequest& request);

// {"type":"about:blank","title":...,"status":...,"detail":...} (RFC 7807)
ServerResponse ProblemResponse(int status, std::string_view title, std::string_view detail);

}  // namespace loadline

#endif  // LOADLINE_SYSTEM_HTTP_SERVER_H_
