#include "support/fault_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace loadline::testing {

bool FaultConnection::Send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void FaultConnection::Cut() const { shutdown(socket_, SHUT_RDWR); }

FaultServer::FaultServer(std::function<std::string(const std::string&)> answer)
    : FaultServer([answer = std::move(answer)](const std::string& request, const FaultConnection& connection) {
        const std::string response = answer(request);
        connection.Send(response);
        if (response.find("Connection: close") != std::string::npos) connection.Cut();
      }) {}

FaultServer::FaultServer(std::function<void(const std::string&, const FaultConnection&)> answer)
    : answer_(std::move(answer)) {
  listener_ = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener_, 64) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("cannot listen");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::jthread([this] {
    while (true) {
      const int connection = accept(listener_, nullptr, nullptr);
      if (connection < 0 || ending_) {
        if (connection >= 0) close(connection);
        return;
      }
      ++connections_;
      const std::lock_guard lock(mutex_);
      open_.push_back(connection);
      threads_.emplace_back([this, connection] { Serve(connection); });
    }
  });
}

FaultServer::~FaultServer() {
  ending_ = true;
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int each : open_) shutdown(each, SHUT_RDWR);
  }
  threads_.clear();
  for (const int each : open_) close(each);
  close(listener_);
}

std::vector<std::string> FaultServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void FaultServer::Serve(int connection) {
  std::string got;
  char buffer[4096];
  while (true) {
    const ssize_t size = recv(connection, buffer, sizeof(buffer), 0);
    if (size <= 0) return;
    got.append(buffer, static_cast<std::size_t>(size));
    const std::size_t head = got.find("\r\n\r\n");
    if (head == std::string::npos) continue;
    std::size_t length = 0;
    if (const std::size_t at = got.find("Content-Length: "); at < head) length = std::stoul(got.substr(at + 16));
    if (got.size() < head + 4 + length) continue;
    const std::string request = got.substr(0, head + 4 + length);
    got.erase(0, request.size());
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    answer_(request, FaultConnection(connection));
  }
}

std::string HttpText(int status, const std::string& body, const std::string& type) {
  return "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Type: " + type +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace loadline::testing
