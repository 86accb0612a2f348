#include "system/tcp_listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <map>
#include <thread>
#include <utility>
#include <vector>

#include "system/client_network.h"

namespace loadline {
namespace {

constexpr int kQueue = 4096;              // the kernel's own limit, net.core.somaxconn, counts where it is lower
constexpr int kAcceptAgainAfterMs = 100;  // out of descriptors

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  int number() const { return number_; }
  int Release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

// Which socket a descriptor is: numbers are used again, these are not. That it may be somebody else's by now is what is
// asked, so nothing orders this with who has closed it; ThreadSanitizer would want that of fstat.
std::uint64_t IdentityOf(int socket) {
  struct statx known {};
  const bool found = statx(socket, "", AT_EMPTY_PATH, STATX_TYPE | STATX_INO, &known) == 0;
  return found && S_ISSOCK(known.stx_mode) ? known.stx_ino : 0;
}

std::string AddressOf(const sockaddr_storage& from) {
  char text[INET6_ADDRSTRLEN] = "";
  if (from.ss_family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(from).sin_addr, text, sizeof(text));
  } else {
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6&>(from).sin6_addr, text, sizeof(text));
  }
  return text;
}

// The connections that were handed over and are still open. Who has them does not say when he closes one: it is looked
// at when it matters, which takes a microsecond each.
class HandedOver {
 public:
  HandedOver(std::size_t most, std::size_t most_of_one) : most_(most), most_of_one_(most_of_one) {}

  bool HasRoom(const std::string& network) {
    if (Fits(network)) return true;
    std::erase_if(open_, [this](const auto& each) {
      if (IdentityOf(each.socket) == each.identity) return false;
      if (--by_network_[each.network] == 0) by_network_.erase(each.network);
      return true;
    });
    return Fits(network);
  }
  void Add(int socket, const std::string& network) {
    open_.push_back({socket, IdentityOf(socket), network});
    ++by_network_[network];
  }
  std::size_t size() const { return open_.size(); }

 private:
  struct Connection {
    int socket;
    std::uint64_t identity;
    std::string network;
  };

  bool Fits(const std::string& network) const {
    const auto of_one = by_network_.find(network);
    return open_.size() < most_ && (of_one == by_network_.end() || of_one->second < most_of_one_);
  }

  const std::size_t most_;
  const std::size_t most_of_one_;
  std::vector<Connection> open_;
  std::map<std::string, std::size_t> by_network_;
};

class KernelListener : public TcpListener {
 public:
  KernelListener(const TcpListenerOptions& options, Descriptor listener, int port)
      : listener_(std::move(listener)),
        wake_(eventfd(0, EFD_CLOEXEC)),
        port_(port),
        handed_over_(options.max_connections, options.max_of_one_address) {}
  ~KernelListener() override { Stop(); }

  int port() const override { return port_; }

  void Start(std::function<void(int)> take) override {
    thread_ = std::jthread([this, take = std::move(take)](const std::stop_token& stop) {
      while (!stop.stop_requested()) TakeOne(take);
    });
  }

  TcpListenerState State() const override { return {open_, refused_}; }

  void Stop() override {
    if (thread_.joinable()) {
      thread_.request_stop();
      eventfd_write(wake_.number(), 1);
      thread_.join();
    }
    listener_ = Descriptor();
  }

 private:
  void TakeOne(const std::function<void(int)>& take) {
    Wait(listener_.number(), -1);
    sockaddr_storage from{};
    socklen_t size = sizeof(from);
    Descriptor socket(
        accept4(listener_.number(), reinterpret_cast<sockaddr*>(&from), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket.number() < 0) {
      // What ended before it was taken, or a call to stop. Else descriptors or memory are short: to try again at once
      // would fail at once.
      if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) Wait(-1, kAcceptAgainAfterMs);
      return;
    }
    const std::string network = NetworkOf(AddressOf(from));
    if (!handed_over_.HasRoom(network)) {
      ++refused_;
      return;
    }
    const int on = 1;
    setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    handed_over_.Add(socket.number(), network);
    open_ = handed_over_.size();
    take(socket.Release());
  }

  // Until there is something to accept, Stop is called, or the time is over.
  void Wait(int listener, int milliseconds) const {
    pollfd both[] = {{listener, POLLIN, 0}, {wake_.number(), POLLIN, 0}};
    poll(both, 2, milliseconds);
  }

  Descriptor listener_;
  const Descriptor wake_;
  const int port_;
  HandedOver handed_over_;  // touched by the thread only
  std::atomic<std::size_t> open_{0};
  std::atomic<std::uint64_t> refused_{0};
  std::jthread thread_;
};

struct HostAndPort {
  std::string host;
  std::string port;
};

HostAndPort Split(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos) return {address, ""};
  HostAndPort parts{address.substr(0, colon), address.substr(colon + 1)};
  if (parts.host.size() > 2 && parts.host.front() == '[' && parts.host.back() == ']')
    parts.host = parts.host.substr(1, parts.host.size() - 2);
  return parts;
}

struct Addresses {
  addrinfo* first = nullptr;
  ~Addresses() {
    if (first != nullptr) freeaddrinfo(first);
  }
};

Descriptor Listen(const addrinfo& at) {
  Descriptor socket(::socket(at.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket.number() < 0) return Descriptor();
  const int on = 1;
  const int off = 0;
  setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));  // not REUSEPORT: one process has a port
  if (at.ai_family == AF_INET6) setsockopt(socket.number(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
  if (bind(socket.number(), at.ai_addr, at.ai_addrlen) != 0 || listen(socket.number(), kQueue) != 0)
    return Descriptor();
  return socket;
}

int PortOf(int socket) {
  sockaddr_storage bound{};
  socklen_t size = sizeof(bound);
  getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &size);
  return ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(bound).sin6_port
                                           : reinterpret_cast<const sockaddr_in&>(bound).sin_port);
}

}  // namespace

Result<std::unique_ptr<TcpListener>> OpenTcpListener(const TcpListenerOptions& options) {
  const auto [host, port] = Split(options.address);
  const bool wildcard = host.empty() || host == "0.0.0.0" || host == "::";
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  // Of a wildcard IPv6 first: its socket takes IPv4, too. Where the machine has no IPv6 the other one is left.
  for (const char* name : wildcard ? std::vector{"::", "0.0.0.0"} : std::vector{host.c_str()}) {
    Addresses found;
    if (port.empty() || getaddrinfo(name, port.c_str(), &hints, &found.first) != 0) continue;
    for (const addrinfo* each = found.first; each != nullptr; each = each->ai_next) {
      Descriptor listener = Listen(*each);
      if (listener.number() < 0) continue;
      const int bound = PortOf(listener.number());
      return std::make_unique<KernelListener>(options, std::move(listener), bound);
    }
  }
  return Fail(Code::kUnavailable, "want HOST:PORT of this machine that is free; found " + options.address);
}

}  // namespace loadline
