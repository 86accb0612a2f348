// A server on this machine, for what asks over HTTP.
#ifndef LOADLINE_TESTS_FUZZ_ANSWERING_SERVER_H_
#define LOADLINE_TESTS_FUZZ_ANSWERING_SERVER_H_

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "fuzz/require.h"

namespace loadline::fuzz {

// Answers the connections with these bytes, one after the other, and those that are left with the last; whatever it is
// asked. Its thread lives as long as the process.
class AnsweringServer {
 public:
  AnsweringServer() : listening_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    Require(bind(listening_, reinterpret_cast<sockaddr*>(&address), length) == 0 && listen(listening_, 16) == 0);
    Require(getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &length) == 0);
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
    std::thread([this] { Serve(); }).detach();
  }

  void Set(std::deque<std::string> answers) {
    const std::lock_guard lock(mutex_);
    answers_ = std::move(answers);
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
        if (!answers_.empty()) answer = answers_.front();
        if (answers_.size() > 1) answers_.pop_front();
      }
      (void)send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
      close(connection);
    }
  }

  const int listening_;
  std::string url_;
  std::mutex mutex_;
  std::deque<std::string> answers_;
};

}  // namespace loadline::fuzz

#endif  // LOADLINE_TESTS_FUZZ_ANSWERING_SERVER_H_
