// RFC 9113 (HTTP/2) and 7541 (HPACK).
#include "bench/raw_http2.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace loadline::bench {
namespace {

constexpr std::uint8_t kData = 0, kHeaders = 1, kSettings = 4, kPing = 6;
constexpr std::uint8_t kAck = 1, kEndStream = 1, kEndHeaders = 4;
constexpr std::size_t kHeadSize = 9;

std::string BigEndian(std::uint32_t value, int bytes) {
  std::string text;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) text += static_cast<char>(value >> shift & 0xFF);
  return text;
}

std::uint32_t FromBigEndian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char each : bytes) value = value << 8 | static_cast<std::uint8_t>(each);
  return value;
}

// A header field that is not put into the table, with both texts as they are. REQUIRES: texts below 127 bytes.
std::string Field(std::string_view name, std::string_view value) {
  std::string field(1, '\0');
  for (const std::string_view text : {name, value}) {
    field += static_cast<char>(text.size());
    field += text;
  }
  return field;
}

}  // namespace

RawHttp2::RawHttp2(int port, std::uint32_t window) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  const timeval wait{0, 100'000};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
  if (connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0)
    throw std::runtime_error("cannot connect");
  constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  constexpr std::uint32_t kInitialWindowSize = 4;
  send(socket_, kPreface.data(), kPreface.size(), MSG_NOSIGNAL);
  Send(kSettings, 0, 0, BigEndian(kInitialWindowSize, 2) + BigEndian(window, 4));
}

RawHttp2::~RawHttp2() {
  if (socket_ >= 0) close(socket_);
}

bool RawHttp2::Send(std::uint8_t type, std::uint8_t flags, std::uint32_t stream, std::string_view payload) {
  std::string frame = BigEndian(static_cast<std::uint32_t>(payload.size()), 3);
  frame += static_cast<char>(type);
  frame += static_cast<char>(flags);
  frame += BigEndian(stream, 4);
  frame += payload;
  return send(socket_, frame.data(), frame.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(frame.size());
}

bool RawHttp2::Call(std::string_view path, std::string_view message) {
  const std::uint32_t stream = std::exchange(next_stream_, next_stream_ + 2);
  const std::string fields = Field(":method", "POST") + Field(":scheme", "http") + Field(":path", path) +
                             Field(":authority", "loadline") + Field("content-type", "application/grpc") +
                             Field("te", "trailers");
  const std::string uncompressed(1, '\0');
  const std::string body =
      uncompressed + BigEndian(static_cast<std::uint32_t>(message.size()), 4) + std::string(message);
  return Send(kHeaders, kEndHeaders, stream, fields) && Send(kData, kEndStream, stream, body);
}

bool RawHttp2::Read() {
  std::array<char, 1 << 16> buffer;
  const ssize_t count = recv(socket_, buffer.data(), buffer.size(), 0);
  if (count < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
  if (count == 0) return false;
  unread_.append(buffer.data(), static_cast<std::size_t>(count));
  while (unread_.size() >= kHeadSize) {
    const std::size_t size = FromBigEndian(std::string_view(unread_).substr(0, 3));
    if (unread_.size() < kHeadSize + size) break;
    const std::string frame = unread_.substr(0, kHeadSize + size);
    unread_.erase(0, kHeadSize + size);
    if (!Answer(static_cast<std::uint8_t>(frame[3]), static_cast<std::uint8_t>(frame[4]),
                std::string_view(frame).substr(kHeadSize)))
      return false;
  }
  return true;
}

bool RawHttp2::Answer(std::uint8_t type, std::uint8_t flags, std::string_view payload) {
  if (type == kData) ++data_frames_;
  if (type == kSettings && (flags & kAck) == 0) return Send(kSettings, kAck, 0, "");
  if (type == kPing && (flags & kAck) == 0) return Send(kPing, kAck, 0, payload);
  return true;
}

void RawHttp2::Cut() {
  const linger at_once{1, 0};
  setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  close(std::exchange(socket_, -1));
}

}  // namespace loadline::bench
