#include "system/http_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <future>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "system/http_session.h"

namespace loadline {
namespace http_server {

Found Find(const Routes& routes, const ServerRequest& request) {
  auto path = routes.find(request.path);
  if (path == routes.end() && !LastPart(request).empty())
    path = routes.find(request.path.substr(0, request.path.rfind('/') + 1) + "{name}");
  if (path == routes.end())
    return {nullptr, ProblemResponse(404, "Not Found", "there is nothing at " + OneLine(request.path, 200))};
  const auto route = path->second.find(request.method == "HEAD" ? "GET" : request.method);
  if (route != path->second.end()) return {&route->second};
  ServerResponse refused = ProblemResponse(
      405, "Method Not Allowed", fmt::format("{} does not take {}", request.path, OneLine(request.method, 20)));
  std::string allowed;
  for (const auto& [method, _] : path->second) {
    allowed += (allowed.empty() ? "" : ", ") + method;
    if (method == "GET") allowed += ", HEAD";
  }
  refused.headers = {{"Allow", allowed}};  // RFC 9110, 15.5.6
  return {nullptr, std::move(refused)};
}

ServerResponse Respond(const Route& route, const ServerRequest& request) {
  try {
    return route.handler(request);
  } catch (const std::exception& error) {
    return ProblemResponse(500, "Internal Server Error", error.what());
  }
}

}  // namespace http_server

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using http_server::Connection;
using tcp = asio::ip::tcp;

constexpr int kMostSends = 8;  // batches on their way to the streams
constexpr Duration kAcceptAgainAfter{100};

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
  explicit BeastServer(const HttpServerOptions& options)
      : acceptor_(context_), accept_again_(context_), heartbeat_(context_) {
    shared_.options = options;
  }
  ~BeastServer() override { Stop(); }

  void Handle(const std::string& method, const std::string& path, HttpHandler handler) override {
    shared_.routes[path][method] = {std::move(handler), http_server::Route::Kind::kQuick};
  }
  void HandleSlowly(const std::string& method, const std::string& path, HttpHandler handler) override {
    shared_.routes[path][method] = {std::move(handler), http_server::Route::Kind::kSlow};
  }

  void HandleStream(const std::string& path, HttpHandler begin) override {
    shared_.routes[path]["GET"] = {std::move(begin), http_server::Route::Kind::kStream};
  }

  bool Send(const std::string& path, std::vector<StreamMessage> messages) override {
    if (sending_.fetch_add(1) >= kMostSends) {
      --sending_;
      return false;
    }
    asio::post(context_, [this, path, messages = std::move(messages)]() mutable {
      --sending_;
      Hand(path, std::move(messages));
    });
    return true;
  }

  HttpServerState State() const override { return {shared_.open_streams, shared_.dropped_streams}; }

  Result<int> Start() override {
    const Result<Address> address = ParseAddress(shared_.options.address);
    if (!address) return Fail(address.error());
    if (shared_.options.tls != nullptr) {
      if (const Status taken = TakeCertificate(); !taken) return Fail(taken.error());
    }
    const tcp::endpoint endpoint(address->host, address->port);
    beast::error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
      return Fail(Code::kUnavailable,
                  fmt::format("cannot listen on {}: {}{}", shared_.options.address, error.message(),
                              error == asio::error::address_in_use ? "; another program listens there" : ""));
    }
    const int port = acceptor_.local_endpoint().port();
    Accept();
    Beat();
    served_ = std::async(std::launch::async, [this] { context_.run(); });
    return port;
  }

  void Stop() override {
    if (!served_.valid()) return;
    asio::post(context_, [this] {
      beast::error_code ignored;
      acceptor_.close(ignored);
      accept_again_.cancel();
      heartbeat_.cancel();
      for (Connection* each : shared_.connections) each->Stop();
    });
    // A request of which half is sent, or an answer that nobody reads, would take up to the idle time-out.
    if (served_.wait_for(shared_.options.stop_within) != std::future_status::ready) {
      asio::post(context_, [this] {
        for (Connection* each : shared_.connections) each->Close();
      });
    }
    served_.get();
    shared_.slow.Join();
  }

 private:
  void Accept() {
    acceptor_.async_accept([this](beast::error_code error, tcp::socket socket) {
      if (error == asio::error::operation_aborted || !acceptor_.is_open()) return;
      if (error) return AcceptLater();
      // Who opens many and says nothing does not keep others out: probes come on new connections.
      if (shared_.connections.size() < shared_.options.max_connections || CloseOneThatWaits()) Serve(std::move(socket));
      Accept();
    });
  }

  // The one that has waited for longest of the client that has most that wait. False where none waits.
  bool CloseOneThatWaits() {
    std::map<std::string_view, std::vector<Connection*>> waiting;
    for (Connection* each : shared_.connections) {
      if (each->waits_since()) waiting[each->client()].push_back(each);
    }
    const auto most = std::max_element(waiting.begin(), waiting.end(),
                                       [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
    if (most == waiting.end()) return false;
    const auto oldest = std::min_element(most->second.begin(), most->second.end(), [](Connection* a, Connection* b) {
      return a->waits_since() < b->waits_since();
    });
    (*oldest)->Close();
    return true;
  }

  void Serve(tcp::socket socket) {
    if (shared_.options.tls == nullptr)
      return std::make_shared<http_server::Session<http_server::PlainStream>>(shared_, std::move(socket))->Start();
    // Where the new pair cannot be taken, the one before goes on, and the next connection tries again.
    if (shared_.options.tls->State().reloads != tls_reloads_) (void)TakeCertificate();
    std::make_shared<http_server::Session<http_server::TlsStream>>(shared_, std::move(socket), *tls_)->Start();
  }

  Status TakeCertificate() {
    const TlsFiles& files = *shared_.options.tls;
    const std::uint64_t reloads = files.State().reloads;
    auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
    beast::error_code error;
    context->set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1, error);
    if (!error) context->use_certificate_chain_file(files.certificate_path(), error);
    if (!error) context->use_private_key_file(files.key_path(), asio::ssl::context::pem, error);
    if (error) return Fail(Code::kInvalidArgument, "TLS: " + error.message());
    tls_ = std::move(context);
    tls_reloads_ = reloads;
    return {};
  }

  void Hand(const std::string& path, std::vector<StreamMessage> messages) {
    std::vector<http_server::SharedText> texts;
    for (StreamMessage& each : messages) texts.push_back(std::make_shared<const std::string>(std::move(each.text)));
    const auto streams = shared_.streams;  // one that is dropped leaves
    for (Connection* stream : streams) {
      const ServerRequest& request = stream->request();
      if (request.path != path) continue;
      for (std::size_t i = 0; i < messages.size(); ++i) {
        if (Wants(request, messages[i])) stream->Push(texts[i]);
      }
      stream->Flush();
    }
  }

  static bool Wants(const ServerRequest& request, const StreamMessage& message) {
    for (const auto& [name, value] : request.query) {
      const auto about = message.about.find(name);
      if (about != message.about.end() && about->second != value) return false;
    }
    return true;
  }

  void Beat() {
    heartbeat_.expires_after(shared_.options.stream_heartbeat);
    heartbeat_.async_wait([this](beast::error_code error) {
      if (error || !acceptor_.is_open()) return;
      static const auto comment = std::make_shared<const std::string>(":\n\n");
      const auto streams = shared_.streams;
      for (Connection* stream : streams) {
        stream->Push(comment);
        stream->Flush();
      }
      Beat();
    });
  }

  // Out of descriptors, the connection stays in the kernel's queue: to accept again at once would fail again at once.
  void AcceptLater() {
    accept_again_.expires_after(kAcceptAgainAfter);
    accept_again_.async_wait([this](beast::error_code) {
      if (acceptor_.is_open()) Accept();
    });
  }

  http_server::Shared shared_;
  asio::io_context context_{1};
  std::unique_ptr<asio::ssl::context> tls_;  // a connection keeps what it needs of the one that it began with
  std::uint64_t tls_reloads_ = 0;            // of the files, when it was made
  tcp::acceptor acceptor_;
  asio::steady_timer accept_again_;
  asio::steady_timer heartbeat_;
  std::atomic<int> sending_{0};
  std::future<void> served_;  // ready when the server's thread has ended
};

}  // namespace

std::unique_ptr<HttpServer> MakeHttpServer(const HttpServerOptions& options) {
  return std::make_unique<BeastServer>(options);
}

std::string LastPart(const ServerRequest& request) { return request.path.substr(request.path.rfind('/') + 1); }

ServerResponse ProblemResponse(int status, std::string_view title, std::string_view detail) {
  const nlohmann::ordered_json body = {
      {"type", "about:blank"}, {"title", title}, {"status", status}, {"detail", detail}};
  return {status, "application/problem+json",
          body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n"};
}

}  // namespace loadline
