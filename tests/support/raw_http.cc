#include "support/raw_http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <stdexcept>

namespace loadline::testing {

std::string SendRaw(int port, const std::string& bytes) {
  const int client = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(client, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    close(client);
    throw std::runtime_error("cannot connect to 127.0.0.1:" + std::to_string(port));
  }
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t size = send(client, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (size <= 0) break;  // what was answered until then counts
    sent += static_cast<std::size_t>(size);
  }
  std::string got;
  char buffer[4096];
  for (ssize_t size; (size = recv(client, buffer, sizeof(buffer), 0)) > 0;)
    got.append(buffer, static_cast<std::size_t>(size));
  close(client);
  return got;
}

std::string Ask(int port, const std::string& first, const std::string& headers, const std::string& body) {
  const std::string length = body.empty() ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return SendRaw(port, first + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + length + headers + "\r\n" + body);
}

int StatusOf(const std::string& answer) {
  return answer.starts_with("HTTP/1.1 ") ? std::atoi(answer.c_str() + std::string("HTTP/1.1 ").size()) : 0;
}

std::string FieldOf(const std::string& answer, const std::string& name) {
  const std::string header = answer.substr(0, answer.find("\r\n\r\n") + 2);
  const std::size_t at = header.find("\r\n" + name + ": ");
  if (at == std::string::npos) return "";
  const std::size_t value = at + name.size() + 4;
  return header.substr(value, header.find("\r\n", value) - value);
}

std::string BodyOf(const std::string& answer) {
  const std::size_t end = answer.find("\r\n\r\n");
  return end == std::string::npos ? "" : answer.substr(end + 4);
}

}  // namespace loadline::testing
