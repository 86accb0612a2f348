// One connection of the HTTP server: reads a request, answers, reads the next.
#ifndef LOADLINE_SYSTEM_HTTP_SESSION_H_
#define LOADLINE_SYSTEM_HTTP_SESSION_H_

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream_base.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <cctype>
#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/text.h"
#include "system/http_shared.h"
#include "system/http_target.h"

namespace loadline::http_server {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

inline constexpr std::size_t kMostHeaderBytes = 16 * 1024;
inline constexpr Duration kGoodbye{1000};  // how long a client may take to end a connection

// "Sun, 06 Nov 1994 08:49:37 GMT", as HTTP has it.
inline std::string DateNow() {
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(now));
}

template <class Stream>
class Session : public Connection, public std::enable_shared_from_this<Session<Stream>> {
 public:
  template <class... StreamArguments>
  Session(Shared& shared, tcp::socket socket, StreamArguments&... arguments)
      : stream_(std::move(socket), arguments...), shared_(shared) {
    beast::error_code ignored;
    tcp_socket().set_option(tcp::no_delay(true), ignored);
    const tcp::endpoint client = tcp_socket().remote_endpoint(ignored);
    client_ = client.address().to_string();
    shared_.connections.insert(this);
  }
  ~Session() override {
    LeaveStreams();
    shared_.connections.erase(this);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void Start() {
    if constexpr (kTls) {
      AwaitClient();
      idle_ = true;
      stream_.async_handshake(asio::ssl::stream_base::server, [self = shared_from_this()](beast::error_code error) {
        if (error || self->stopping_) return self->Close();
        self->Read();
      });
    } else {
      Read();
    }
  }

  void Stop() override {
    stopping_ = true;
    if (idle_) lowest().cancel();
    if (streaming_) Close();
  }
  void Close() override {
    waits_since_.reset();
    LeaveStreams();
    lowest().close();
  }

  const ServerRequest& request() const override { return request_; }
  const std::string& client() const override { return client_; }
  std::optional<Steady::time_point> waits_since() const override { return waits_since_; }

  void Push(const SharedText& text) override {
    if (!streaming_) return;
    waiting_bytes_ += text->size();
    if (waiting_bytes_ > shared_.options.max_stream_bytes) return Drop();
    waiting_.push_back(text);
  }

  void Flush() override {
    if (!streaming_ || !writing_.empty() || waiting_.empty()) return;
    writing_.swap(waiting_);
    waiting_bytes_ = 0;
    std::vector<asio::const_buffer> buffers;
    buffers.reserve(writing_.size());
    for (const SharedText& text : writing_) buffers.emplace_back(text->data(), text->size());
    lowest().expires_after(shared_.options.idle_timeout);
    asio::async_write(stream_, buffers, [self = shared_from_this()](beast::error_code error, std::size_t) {
      self->writing_.clear();
      if (error == beast::error::timeout) return self->Drop();
      if (error) return self->Close();
      self->Flush();
    });
  }

 private:
  using std::enable_shared_from_this<Session<Stream>>::shared_from_this;
  static constexpr bool kTls = std::is_same_v<Stream, TlsStream>;

  // What begins now waits for what the client sends, or takes.
  void AwaitClient() {
    lowest().expires_after(shared_.options.idle_timeout);
    waits_since_ = Steady::now();
  }

  beast::tcp_stream& lowest() { return beast::get_lowest_layer(stream_); }
  tcp::socket& tcp_socket() { return lowest().socket(); }

  void Read() {
    parser_.emplace();
    parser_->body_limit(std::numeric_limits<std::uint64_t>::max());  // set behind the gate, which comes first
    parser_->header_limit(kMostHeaderBytes);
    AwaitClient();
    idle_ = true;
    http::async_read_header(stream_, buffer_, *parser_,
                            [self = shared_from_this()](beast::error_code error, std::size_t) {
                              self->idle_ = false;
                              if (error) return self->RefuseBroken(error);
                              self->TakeHeader();
                            });
  }

  void TakeHeader() {
    const auto& message = parser_->get();
    const auto target = message.target();
    HttpTarget parsed = ParseTarget({target.data(), target.size()});
    request_ = {
        std::string(message.method_string()), std::move(parsed.path), std::move(parsed.query), "", {}, client_, ""};
    for (const auto& field : message) {
      std::string name(field.name_string());
      std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
      request_.headers.emplace(std::move(name), std::string(field.value()));
    }
    version_ = message.version();
    keep_alive_ = message.keep_alive();
    if (shared_.options.gate != nullptr) {
      if (auto refused = shared_.options.gate->Refuse(request_)) {
        // What it still sends as a body nobody will read.
        unread_ = !parser_->is_done();
        keep_alive_ = keep_alive_ && !unread_;
        return Write(*std::move(refused));
      }
    }
    const auto length = parser_->content_length();
    if (length && *length > shared_.options.max_body_bytes) return RefuseBody();
    parser_->body_limit(shared_.options.max_body_bytes);
    http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](beast::error_code error, std::size_t) {
      if (error == http::error::body_limit) return self->RefuseBody();
      if (error) return self->RefuseBroken(error);
      self->request_.body = std::move(self->parser_->get().body());
      self->Answer();
    });
  }

  void RefuseBody() {
    keep_alive_ = false;
    unread_ = true;
    Finish(ProblemResponse(413, "Payload Too Large",
                           fmt::format("a request has at most {} bytes", shared_.options.max_body_bytes)));
  }

  // What cannot be read as a request the gate does not see.
  void RefuseBroken(beast::error_code error) {
    request_ = {};
    version_ = 11;
    keep_alive_ = false;
    unread_ = true;
    if (error == http::error::header_limit) {
      return Write(ProblemResponse(431, "Request Header Fields Too Large",
                                   fmt::format("headers have at most {} bytes", kMostHeaderBytes)));
    }
    // What is not HTTP gets an answer that says so; a connection that ended gets none.
    if (error.category() == http::make_error_code(http::error::bad_method).category() &&
        error != http::error::end_of_stream && error != http::error::partial_message) {
      return Write(ProblemResponse(400, "Bad Request", error.message()));
    }
    Close();
  }

  void Answer() {
    waits_since_.reset();
    Found found = Find(shared_.routes, request_);
    if (found.route == nullptr) return Finish(std::move(found.none));
    if (found.route->kind == Route::Kind::kSlow) return AnswerSlowly(*found.route);
    ServerResponse response = Respond(*found.route, request_);
    if (found.route->kind == Route::Kind::kStream && response.status == 200 && request_.method == "GET")
      return BeginStream(std::move(response));
    Finish(std::move(response));
  }

  // The end of the connection is the end of the answer.
  void BeginStream(ServerResponse response) {
    if (shared_.streams.size() >= shared_.options.max_streams)
      return Finish(ProblemResponse(503, "Service Unavailable", "too many streams are open: come again later"));
    if (shared_.options.gate != nullptr) shared_.options.gate->Answered(request_, response);
    auto header = std::make_shared<http::response<http::empty_body>>(http::status::ok, version_);
    SetFields(*header, response);
    header->keep_alive(false);
    auto serializer = std::make_shared<http::response_serializer<http::empty_body>>(*header);
    AwaitClient();
    http::async_write_header(stream_, *serializer,
                             [self = shared_from_this(), header, serializer, first = std::move(response.body)](
                                 beast::error_code error, std::size_t) {
                               if (error || self->stopping_) return self->Close();
                               self->JoinStreams(first);
                             });
  }

  void JoinStreams(const std::string& first) {
    streaming_ = true;
    waits_since_.reset();
    shared_.streams.insert(this);
    ++shared_.open_streams;
    AwaitEnd();
    Push(std::make_shared<const std::string>(first));
    Flush();
  }

  void LeaveStreams() {
    if (!streaming_) return;
    streaming_ = false;
    shared_.streams.erase(this);
    --shared_.open_streams;
    waiting_.clear();
  }

  void Drop() {
    if (streaming_) ++shared_.dropped_streams;
    Close();
  }

  // Whoever listens has nothing more to say: what comes is the end, or is not looked at.
  void AwaitEnd() {
    lowest().expires_never();
    stream_.async_read_some(buffer_.prepare(512), [self = shared_from_this()](beast::error_code error, std::size_t) {
      if (error) return self->Close();
      self->AwaitEnd();
    });
  }

  // The guard keeps the server's thread until the answer has come back to it.
  void AnswerSlowly(const Route& route) {
    auto job = [self = shared_from_this(), guard = asio::make_work_guard(stream_.get_executor()), &route]() mutable {
      ServerResponse response = Respond(route, self->request_);
      const auto executor = self->stream_.get_executor();
      asio::post(executor, [self = std::move(self), response = std::move(response)]() mutable {
        self->Finish(std::move(response));
      });
    };
    if (shared_.slow.Post(std::move(job))) return;
    Finish(ProblemResponse(503, "Service Unavailable", "too many such requests wait already: ask again later"));
  }

  void Finish(ServerResponse response) {
    if (shared_.options.gate != nullptr) shared_.options.gate->Answered(request_, response);
    Write(std::move(response));
  }

  template <class Message>
  static void SetFields(Message& message, const ServerResponse& response) {
    message.set(http::field::date, DateNow());
    message.set(http::field::content_type, response.content_type);
    message.set(http::field::cache_control, "no-store");
    for (const auto& [name, value] : response.headers) message.set(name, value);
  }

  void Write(ServerResponse response) {
    auto message =
        std::make_shared<http::response<http::string_body>>(static_cast<http::status>(response.status), version_);
    SetFields(*message, response);
    const bool last = !keep_alive_ || stopping_;
    message->keep_alive(!last);
    if (response.status != 304) message->content_length(response.body.size());
    const bool head = request_.method == "HEAD";
    if (!head) message->body() = std::move(response.body);
    AwaitClient();
    auto done = [self = shared_from_this(), message, last](beast::error_code error, std::size_t) {
      if (error) return self->Close();
      if (last || self->stopping_) return self->End();
      self->Read();
    };
    if (!head) return http::async_write(stream_, *message, std::move(done));
    auto serializer = std::make_shared<http::response_serializer<http::string_body>>(*message);
    http::async_write_header(
        stream_, *serializer,
        [serializer, done = std::move(done)](beast::error_code error, std::size_t sent) mutable { done(error, sent); });
  }

  void End() {
    lowest().expires_after(kGoodbye);
    if (!unread_) return Shutdown();
    if constexpr (!kTls) {
      beast::error_code ignored;
      tcp_socket().shutdown(tcp::socket::shutdown_send, ignored);
    }
    Linger();
  }

  // Reads what is still sent: a connection that is closed with bytes unread is reset, and the client may lose
  // the answer (RFC 9112, 9.6).
  void Linger() {
    buffer_.clear();
    idle_ = true;
    stream_.async_read_some(buffer_.prepare(kMostHeaderBytes),
                            [self = shared_from_this()](beast::error_code error, std::size_t) {
                              if (error || self->stopping_) return self->Shutdown();
                              self->Linger();
                            });
  }

  void Shutdown() {
    if constexpr (kTls) {
      return stream_.async_shutdown([self = shared_from_this()](beast::error_code) { self->Close(); });
    }
    beast::error_code ignored;
    tcp_socket().shutdown(tcp::socket::shutdown_send, ignored);
    Close();
  }

  Stream stream_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  Shared& shared_;
  std::string client_;
  // Of the request that is being answered:
  ServerRequest request_;
  unsigned version_ = 11;
  bool keep_alive_ = false;
  bool unread_ = false;  // something of it may still come

  // Of a stream:
  bool streaming_ = false;
  std::vector<SharedText> writing_;  // under way
  std::vector<SharedText> waiting_;  // for that
  std::size_t waiting_bytes_ = 0;

  std::optional<Steady::time_point> waits_since_;
  bool idle_ = false;
  bool stopping_ = false;
};

}  // namespace loadline::http_server

#endif  // LOADLINE_SYSTEM_HTTP_SESSION_H_
