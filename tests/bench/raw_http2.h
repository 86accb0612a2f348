// A gRPC client that misbehaves as no library's would: HTTP/2 by hand, over one connection.
#ifndef LOADLINE_TESTS_BENCH_RAW_HTTP2_H_
#define LOADLINE_TESTS_BENCH_RAW_HTTP2_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace loadline::bench {

class RawHttp2 {
 public:
  // `window`: how many bytes of each stream the server may send. It is never told that there is room again.
  RawHttp2(int port, std::uint32_t window);
  ~RawHttp2();  // closes
  RawHttp2(const RawHttp2&) = delete;
  RawHttp2& operator=(const RawHttp2&) = delete;

  // Opens a stream with a call: "/package.Service/Method", and its message as it goes over the wire. False where the
  // connection is gone.
  bool Call(std::string_view path, std::string_view message);

  // Reads what comes for a tenth of a second, and answers pings, as a client does that is slow but alive. False where
  // the connection is gone.
  bool Read();
  // How many messages, or parts of them, it has read.
  int data_frames() const { return data_frames_; }

  // Resets the connection with all that is under way, as when a process dies.
  void Cut();

 private:
  bool Send(std::uint8_t type, std::uint8_t flags, std::uint32_t stream, std::string_view payload);
  bool Answer(std::uint8_t type, std::uint8_t flags, std::string_view payload);

  int socket_;
  std::uint32_t next_stream_ = 1;
  std::string unread_;  // the beginning of a frame that has not come as a whole
  int data_frames_ = 0;
};

}  // namespace loadline::bench

#endif  // LOADLINE_TESTS_BENCH_RAW_HTTP2_H_
