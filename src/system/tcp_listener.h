// A port that takes connections for somebody else, and no more of them than can be borne.
#ifndef LOADLINE_SYSTEM_TCP_LISTENER_H_
#define LOADLINE_SYSTEM_TCP_LISTENER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"

namespace loadline {

struct TcpListenerOptions {
  std::string address;                 // HOST:PORT; a wildcard takes IPv4 and IPv6, a name all its addresses
  std::size_t max_connections = 1024;  // past these a new one is closed at once
  // The same for one address (of IPv6 one /64), so that a client that opens many leaves room for others.
  std::size_t max_of_one_address = 256;
};

struct TcpListenerState {
  std::size_t open = 0;       // of those that were handed over, when this was last looked at
  std::uint64_t refused = 0;  // that were closed at once
};

class TcpListener {
 public:
  virtual ~TcpListener() = default;  // stops

  virtual int port() const = 0;
  // Hands over each connection, a socket that does not block, from a thread of its own. Whoever takes it closes it:
  // what is closed counts no more. Out of descriptors connections wait in the kernel's queue.
  virtual void Start(std::function<void(int socket)> take) = 0;
  virtual TcpListenerState State() const = 0;  // thread-safe
  // Takes no more, and closes the port. Idempotent.
  virtual void Stop() = 0;
};

// Fails with kUnavailable where the address is none of this machine's, or taken.
Result<std::unique_ptr<TcpListener>> OpenTcpListener(const TcpListenerOptions& options);

}  // namespace loadline

#endif  // LOADLINE_SYSTEM_TCP_LISTENER_H_
