// What a server answers over HTTP, as bytes: a response whose parts are within their bounds, or a failure with words;
// as a stream the same bytes give the same status.
//
// The input is what the server sends before it closes the connection.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "fuzz/require.h"
#include "system/http_client.h"

namespace {

using namespace loadline;
using fuzz::Require;

constexpr std::size_t kMostBytes = 4096;
constexpr Duration kPatience = std::chrono::minutes(2);  // however busy the machine is

// Answers each connection with the same bytes, whatever it is asked.
class Server {
 public:
  Server() : listening_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    Require(bind(listening_, reinterpret_cast<sockaddr*>(&address), length) == 0 && listen(listening_, 16) == 0);
    Require(getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &length) == 0);
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
    std::thread([this] { Serve(); }).detach();
  }

  void Set(std::string answer) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(answer);
  }
  const std::string& url() const { return url_; }

 private:
  void Serve() {
    for (;;) {
      const int connection = accept(listening_, nullptr, nullptr);
      if (connection < 0) continue;
      char asked[2048];
      (void)recv(connection, asked, sizeof(asked), 0);
      std::string answer;
      {
        const std::lock_guard lock(mutex_);
        answer = answer_;
      }
      (void)send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
      close(connection);
    }
  }

  const int listening_;
  std::string url_;
  std::mutex mutex_;
  std::string answer_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Server& server = *new Server;  // its thread lives as long as the process
  static const std::unique_ptr<HttpClient> client = [] {
    HttpClientOptions options;
    options.max_response_bytes = kMostBytes;
    return MakeHttpClient(options);
  }();
  server.Set(std::string(reinterpret_cast<const char*>(data), size));
  const Result<HttpResponse> response = client->SendAll({{server.url(), "", kPatience}}, kPatience)[0];
  if (response) {
    Require(response->body.size() <= kMostBytes);
    Require(response->status >= 0 && response->retry_after >= Duration::zero());
  } else {
    Require(!response.error().message.empty());
    // Within the time: nothing here is to be waited for.
    Require(response.error().code != Code::kDeadlineExceeded);
  }
  std::size_t streamed = 0;
  const Result<int> status = client->Stream({server.url(), kPatience, kPatience},
                                            [&](int, std::string_view chunk) {
                                              streamed += chunk.size();
                                              return true;
                                            },
                                            {});
  if (response && status) Require(*status == response->status && streamed == response->body.size());
  return 0;
}
