// HTTP requests over kept connections, many at once, or one whose response goes on and on (libcurl).
#ifndef LOADLINE_SYSTEM_HTTP_CLIENT_H_
#define LOADLINE_SYSTEM_HTTP_CLIENT_H_

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace loadline {

// Unset paths are empty. A rotated file is taken up: token and password are read at each SendAll, certificates and keys
// by each new connection.
struct HttpClientOptions {
  std::string ca_file;           // PEM; empty: the system's authorities
  std::string certificate_file;  // PEM; the client's own, with key_file
  std::string key_file;
  std::string ca_pem;  // the same three as text, for who has no files; where a file is set, too, the text counts
  std::string certificate_pem;
  std::string key_pem;
  bool insecure_skip_verify = false;
  std::string basic_auth_user;
  std::string basic_auth_password_file;
  std::string bearer_token_file;
  std::vector<std::pair<std::string, std::string>> headers;  // such as X-Scope-OrgID
  int max_connections = 8;                                   // kept and used at once
  std::size_t max_response_bytes = 64 << 20;                 // a larger response is an error
  std::stop_token stop;  // when requested, what is under way ends within 200 ms as if its budget had passed
};

struct HttpRequest {
  std::string url;
  std::string body;               // with a body it is a POST of application/x-www-form-urlencoded, else a GET
  Duration timeout{5000};         // of this request, from when it is sent
  std::string content_type = {};  // of the body, where it is another one
  std::string method = {};        // where it is another one, such as PUT or DELETE
  std::vector<std::pair<std::string, std::string>> headers = {};  // beside those of all requests
};

// A response that is read while it comes, for as long as it comes.
struct HttpStreamRequest {
  std::string url;
  Duration connect_timeout{10'000};
  Duration idle_timeout{60'000};  // without a byte, from when it is sent
};

// Takes a part of a response's body, of any size, and its status; first an empty one, when the head has come. False
// ends the stream.
using ChunkHandler = std::function<bool(int status, std::string_view chunk)>;

struct HttpResponse {
  int status = 0;
  std::string content_type;
  std::string body;
  Duration took{0};
  Duration retry_after{0};  // how long the server asks to be left alone; 0 where it does not
};

// Thread-safe: each call of SendAll has its own connections while it runs, and gives them back for the next.
class HttpClient {
 public:
  virtual ~HttpClient() = default;

  // Sends all requests, at most max_connections at once, and returns their results in the same order when all
  // have ended or `budget` has passed since the call. Any status is a response. Fails, each by itself, with
  // kDeadlineExceeded (its time-out, or the budget), kUnavailable (not reached, TLS refused, cut off),
  // kResourceExhausted (too large) or kInvalidArgument (not a URL, a file that cannot be read); the message
  // names the host and the cause, never a header or a credential.
  virtual std::vector<Result<HttpResponse>> SendAll(const std::vector<HttpRequest>& requests, Duration budget) = 0;

  // Hands over a response in parts, from the calling thread, and yields its status when it has ended, or when
  // `on_chunk` or `stop` ended it. Fails as SendAll does; kDeadlineExceeded is the idle time-out, kUnavailable also a
  // body that is cut off. A handler that is slow slows the server down, and nothing piles up.
  virtual Result<int> Stream(const HttpStreamRequest& request, const ChunkHandler& on_chunk, std::stop_token stop) = 0;
};

std::unique_ptr<HttpClient> MakeHttpClient(const HttpClientOptions& options);

}  // namespace loadline

#endif  // LOADLINE_SYSTEM_HTTP_CLIENT_H_
