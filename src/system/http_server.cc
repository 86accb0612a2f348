#include "system/http_server.h"

#include <fmt/format.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/version.hpp>
#include <cctype>
#include <future>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "base/text.h"

namespace loadline {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

constexpr std::size_t kMostHeaderBytes = 16 * 1024;
constexpr std::size_t kMostConnections = 1024;
constexpr Duration kAcceptAgainAfter{100};

constexpr int kSlowThreads = 2;
constexpr int kMostSlow = 32;  // that run or wait

struct Route {
  HttpHandler handler;
  bool slow = false;
};
using Routes = std::map<std::string, std::map<std::string, Route>>;  // by path, then method

// The threads of slow handlers. Thread-safe.
class SlowPool {
 public:
  // False where too many wait already.
  template <class Job>
  bool Post(Job job) {
    if (waiting_.fetch_add(1) >= kMostSlow) {
      --waiting_;
      return false;
    }
    asio::post(threads_, [this, job = std::move(job)]() mutable {
      job();
      --waiting_;
    });
    return true;
  }
  void Join() { threads_.join(); }

 private:
  asio::thread_pool threads_{kSlowThreads};
  std::atomic<int> waiting_{0};
};

std::string PercentDecode(std::string_view text, bool plus_is_space) {
  auto hex = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const int letter = std::tolower(static_cast<unsigned char>(c));
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
  };
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%' && at + 2 < text.size() && hex(text[at + 1]) >= 0 && hex(text[at + 2]) >= 0) {
      decoded += static_cast<char>(hex(text[at + 1]) * 16 + hex(text[at + 2]));
      at += 2;
    } else {
      decoded += plus_is_space && text[at] == '+' ? ' ' : text[at];
    }
  }
  return decoded;
}

ServerRequest MakeRequest(std::string_view method, std::string_view target, std::string body) {
  ServerRequest request{std::string(method), "", {}, std::move(body)};
  const std::size_t mark = target.find('?');
  request.path = PercentDecode(target.substr(0, mark), false);
  if (mark == std::string_view::npos) return request;
  std::string_view rest = target.substr(mark + 1);
  while (!rest.empty()) {
    const std::size_t end = rest.find('&');
    const std::string_view pair = rest.substr(0, end);
    const std::size_t equals = pair.find('=');
    const std::string_view value = equals == std::string_view::npos ? "" : pair.substr(equals + 1);
    if (!pair.empty()) request.query[PercentDecode(pair.substr(0, equals), true)] = PercentDecode(value, true);
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return request;
}

// Who answers; nobody with the response that says so.
struct Found {
  const Route* route = nullptr;
  ServerResponse none = {};
};
Found Find(const Routes& routes, const ServerRequest& request) {
  const auto path = routes.find(request.path);
  if (path == routes.end())
    return {nullptr, ProblemResponse(404, "Not Found", "there is nothing at " + OneLine(request.path, 200))};
  const auto route = path->second.find(request.method == "HEAD" ? "GET" : request.method);
  if (route != path->second.end()) return {&route->second};
  return {nullptr, ProblemResponse(405, "Method Not Allowed",
                                   fmt::format("{} does not take {}", request.path, OneLine(request.method, 20)))};
}

ServerResponse Respond(const Route& route, const ServerRequest& request) {
  try {
    return route.handler(request);
  } catch (const std::exception& error) {
    return ProblemResponse(500, "Internal Server Error", error.what());
  }
}

// One connection: reads a request, answers, reads the next.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, const Routes& routes, const HttpServerOptions& options, SlowPool& slow,
          std::set<Session*>& all)
      : stream_(std::move(socket)), routes_(routes), options_(options), slow_(slow), all_(all) {
    beast::error_code ignored;
    stream_.socket().set_option(tcp::no_delay(true), ignored);
    all_.insert(this);
  }
  ~Session() { all_.erase(this); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void Read() {
    parser_.emplace();
    parser_->body_limit(options_.max_body_bytes);
    parser_->header_limit(kMostHeaderBytes);
    stream_.expires_after(options_.idle_timeout);
    idle_ = true;
    http::async_read_header(stream_, buffer_, *parser_,
                            [self = shared_from_this()](beast::error_code error, std::size_t) {
                              self->idle_ = false;
                              if (error) return self->Refuse(error);
                              http::async_read(self->stream_, self->buffer_, *self->parser_,
                                               [self](beast::error_code body_error, std::size_t) {
                                                 if (body_error) return self->Refuse(body_error);
                                                 self->Answer();
                                               });
                            });
  }

  // Between two requests nobody waits for us; who is in one gets its answer, and no further one.
  void Stop() {
    stopping_ = true;
    if (idle_) stream_.cancel();
  }
  void Close() { stream_.close(); }

 private:
  void Refuse(beast::error_code error) {
    if (error == http::error::body_limit) {
      return Write(ProblemResponse(413, "Payload Too Large",
                                   fmt::format("a request has at most {} bytes", options_.max_body_bytes)),
                   11, false, false);
    }
    if (error == http::error::header_limit) {
      return Write(ProblemResponse(431, "Request Header Fields Too Large",
                                   fmt::format("headers have at most {} bytes", kMostHeaderBytes)),
                   11, false, false);
    }
    // What is not HTTP gets an answer that says so; a connection that ended gets none.
    if (error.category() == http::make_error_code(http::error::bad_method).category() &&
        error != http::error::end_of_stream && error != http::error::partial_message) {
      return Write(ProblemResponse(400, "Bad Request", error.message()), 11, false, false);
    }
    stream_.close();
  }

  void Answer() {
    auto message = parser_->release();
    const auto method = message.method_string();
    const auto target = message.target();
    ServerRequest request =
        MakeRequest({method.data(), method.size()}, {target.data(), target.size()}, std::move(message.body()));
    Found found = Find(routes_, request);
    const bool keep_alive = message.keep_alive();
    if (found.route != nullptr && found.route->slow)
      return AnswerSlowly(*found.route, std::move(request), message.version(), keep_alive);
    const bool head = request.method == "HEAD";
    Write(found.route == nullptr ? std::move(found.none) : Respond(*found.route, request), message.version(),
          keep_alive && !stopping_, head);
  }

  // The guard keeps the server's thread until the answer has come back to it.
  void AnswerSlowly(const Route& route, ServerRequest request, unsigned version, bool keep_alive) {
    const bool head = request.method == "HEAD";
    auto job = [self = shared_from_this(), guard = asio::make_work_guard(stream_.get_executor()), &route,
                request = std::move(request), version, keep_alive, head]() mutable {
      ServerResponse response = Respond(route, request);
      const auto executor = self->stream_.get_executor();
      asio::post(executor,
                 [self = std::move(self), response = std::move(response), version, keep_alive, head]() mutable {
                   self->Write(std::move(response), version, keep_alive && !self->stopping_, head);
                 });
    };
    if (slow_.Post(std::move(job))) return;
    Write(ProblemResponse(503, "Service Unavailable", "too many such requests wait already: ask again later"), version,
          keep_alive && !stopping_, head);
  }

  void Write(ServerResponse response, unsigned version, bool keep_alive, bool head) {
    auto message =
        std::make_shared<http::response<http::string_body>>(static_cast<http::status>(response.status), version);
    message->set(http::field::content_type, response.content_type);
    message->set(http::field::cache_control, "no-store");
    message->keep_alive(keep_alive);
    message->content_length(response.body.size());
    if (!head) message->body() = std::move(response.body);
    stream_.expires_after(options_.idle_timeout);
    auto done = [self = shared_from_this(), message, keep_alive](beast::error_code error, std::size_t) {
      if (error || !keep_alive || self->stopping_) {
        beast::error_code ignored;
        self->stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
        return self->stream_.close();
      }
      self->Read();
    };
    if (!head) return http::async_write(stream_, *message, std::move(done));
    auto serializer = std::make_shared<http::response_serializer<http::string_body>>(*message);
    http::async_write_header(
        stream_, *serializer,
        [serializer, done = std::move(done)](beast::error_code error, std::size_t sent) mutable { done(error, sent); });
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  const Routes& routes_;
  const HttpServerOptions& options_;
  SlowPool& slow_;
  std::set<Session*>& all_;
  bool idle_ = false;
  bool stopping_ = false;
};

struct Address {
  asio::ip::address host;
  std::uint16_t port = 0;
};

Result<Address> ParseAddress(const std::string& text) {
  auto bad = [&] {
    return Fail(Code::kInvalidArgument,
                fmt::format("want ADDRESS:PORT such as 0.0.0.0:8080, [::]:8080 or :8080; found \"{}\"", text));
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return bad();
  std::string host = text.substr(0, colon);
  if (host.empty()) host = "0.0.0.0";
  if (host == "localhost") host = "127.0.0.1";
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  const Result<double> port = ParseNumber(text.substr(colon + 1));
  beast::error_code error;
  Address address{asio::ip::make_address(host, error), 0};
  if (error || !port || *port < 0 || *port > 65535 || *port != static_cast<int>(*port)) return bad();
  address.port = static_cast<std::uint16_t>(*port);
  return address;
}

class BeastServer : public HttpServer {
 public:
  explicit BeastServer(HttpServerOptions options)
      : options_(std::move(options)), acceptor_(context_), accept_again_(context_) {}
  ~BeastServer() override { Stop(); }

  void Handle(const std::string& method, const std::string& path, HttpHandler handler) override {
    routes_[path][method] = {std::move(handler), false};
  }
  void HandleSlowly(const std::string& method, const std::string& path, HttpHandler handler) override {
    routes_[path][method] = {std::move(handler), true};
  }

  Result<int> Start() override {
    const Result<Address> address = ParseAddress(options_.address);
    if (!address) return Fail(address.error());
    const tcp::endpoint endpoint(address->host, address->port);
    beast::error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
      return Fail(Code::kUnavailable,
                  fmt::format("cannot listen on {}: {}{}", options_.address, error.message(),
                              error == asio::error::address_in_use ? "; another program listens there" : ""));
    }
    const int port = acceptor_.local_endpoint().port();
    Accept();
    served_ = std::async(std::launch::async, [this] { context_.run(); });
    return port;
  }

  void Stop() override {
    if (!served_.valid()) return;
    asio::post(context_, [this] {
      beast::error_code ignored;
      acceptor_.close(ignored);
      accept_again_.cancel();
      for (Session* session : sessions_) session->Stop();
    });
    // A request of which half is sent, or an answer that nobody reads, would take up to the idle time-out.
    if (served_.wait_for(options_.stop_within) != std::future_status::ready) {
      asio::post(context_, [this] {
        for (Session* session : sessions_) session->Close();
      });
    }
    served_.get();
    slow_.Join();
  }

 private:
  void Accept() {
    acceptor_.async_accept([this](beast::error_code error, tcp::socket socket) {
      if (error == asio::error::operation_aborted || !acceptor_.is_open()) return;
      if (error) return AcceptLater();
      // Past the limit the connection is closed at once, so that what is open goes on.
      if (sessions_.size() < kMostConnections)
        std::make_shared<Session>(std::move(socket), routes_, options_, slow_, sessions_)->Read();
      Accept();
    });
  }

  // Out of descriptors, the connection stays in the kernel's queue: to accept again at once would fail again at once.
  void AcceptLater() {
    accept_again_.expires_after(kAcceptAgainAfter);
    accept_again_.async_wait([this](beast::error_code) {
      if (acceptor_.is_open()) Accept();
    });
  }

  const HttpServerOptions options_;
  Routes routes_;
  std::set<Session*> sessions_;  // touched by the server's thread only
  asio::io_context context_{1};
  SlowPool slow_;  // its jobs come back to the context
  tcp::acceptor acceptor_;
  asio::steady_timer accept_again_;
  std::future<void> served_;  // ready when the server's thread has ended
};

}  // namespace

std::unique_ptr<HttpServer> MakeHttpServer(const HttpServerOptions& options) {
  return std::make_unique<BeastServer>(options);
}

ServerResponse ProblemResponse(int status, std::string_view title, std::string_view detail) {
  const nlohmann::ordered_json body = {
      {"type", "about:blank"}, {"title", title}, {"status", status}, {"detail", detail}};
  return {status, "application/problem+json",
          body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n"};
}

}  // namespace loadline
