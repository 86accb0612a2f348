// An HTTP server that misbehaves as it is told: for what a real Prometheus does only on its worst days.
#ifndef LOADLINE_TESTS_SUPPORT_FAULT_SERVER_H_
#define LOADLINE_TESTS_SUPPORT_FAULT_SERVER_H_

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace loadline::testing {

// One connection of a FaultServer, for who answers in his own time.
class FaultConnection {
 public:
  explicit FaultConnection(int socket) : socket_(socket) {}

  bool Send(std::string_view bytes) const;  // false where the other end is gone
  void Cut() const;

 private:
  int socket_;
};

// Answers each request with the bytes that `answer` makes of its head and body; what is empty is never answered. Closes
// the connection after each answer that says "Connection: close".
class FaultServer {
 public:
  explicit FaultServer(std::function<std::string(const std::string& request)> answer);
  // The same with a function that sends what it likes, when it likes, from a thread of the connection's own. It must
  // return before the server is destroyed.
  explicit FaultServer(std::function<void(const std::string& request, const FaultConnection& connection)> answer);
  ~FaultServer();

  int port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int connections() const { return connections_; }
  std::vector<std::string> requests() const;

 private:
  void Serve(int connection);

  const std::function<void(const std::string&, const FaultConnection&)> answer_;
  int listener_;
  int port_;
  std::atomic<bool> ending_{false};
  std::atomic<int> connections_{0};
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::vector<int> open_;
  std::vector<std::jthread> threads_;
  std::jthread acceptor_;
};

// A whole response.
std::string HttpText(int status, const std::string& body, const std::string& type = "application/json");

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_SUPPORT_FAULT_SERVER_H_
