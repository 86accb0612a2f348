#include "system/tcp_listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <map>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "system/client_network.h"
#include "system/listening_sockets.h"

namespace loadline {
namespace {

constexpr int kAcceptAgainAfterMs = 100;  // out of descriptors

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
  KernelListener(const TcpListenerOptions& options, ListeningSockets listening)
      : listeners_(std::move(listening.sockets)),
        wake_(eventfd(0, EFD_CLOEXEC)),
        port_(listening.port),
        handed_over_(options.max_connections, options.max_of_one_address) {}
  ~KernelListener() override { Stop(); }

  int port() const override { return port_; }

  void Start(std::function<void(int)> take) override {
    thread_ = std::jthread([this, take = std::move(take)](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        for (const int listener : WaitFor(listeners_, -1)) TakeOne(listener, take);
      }
    });
  }

  TcpListenerState State() const override { return {open_, refused_}; }

  void Stop() override {
    if (thread_.joinable()) {
      thread_.request_stop();
      eventfd_write(wake_.number(), 1);
      thread_.join();
    }
    listeners_.clear();
  }

 private:
  void TakeOne(int listener, const std::function<void(int)>& take) {
    sockaddr_storage from{};
    socklen_t size = sizeof(from);
    Descriptor socket(accept4(listener, reinterpret_cast<sockaddr*>(&from), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket.number() < 0) {
      // What ended before it was taken, or a call to stop. Else descriptors or memory are short: to try again at once
      // would fail at once.
      if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) WaitFor({}, kAcceptAgainAfterMs);
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

  // Until there is something to accept at one of `listeners`, which are returned, Stop is called, or the time is over.
  std::vector<int> WaitFor(std::span<const Descriptor> listeners, int milliseconds) const {
    std::vector<pollfd> all = {{wake_.number(), POLLIN, 0}};
    for (const Descriptor& each : listeners) all.push_back({each.number(), POLLIN, 0});
    poll(all.data(), all.size(), milliseconds);
    std::vector<int> ready;
    for (const pollfd& each : std::span(all).subspan(1)) {
      if (each.revents != 0) ready.push_back(each.fd);
    }
    return ready;
  }

  std::vector<Descriptor> listeners_;
  const Descriptor wake_;
  const int port_;
  HandedOver handed_over_;  // touched by the thread only
  std::atomic<std::size_t> open_{0};
  std::atomic<std::uint64_t> refused_{0};
  std::jthread thread_;
};

}  // namespace

Result<std::unique_ptr<TcpListener>> OpenTcpListener(const TcpListenerOptions& options) {
  Result<ListeningSockets> listening = OpenListeningSockets(options.address);
  if (!listening) return Fail(listening.error());
  return std::make_unique<KernelListener>(options, *std::move(listening));
}

}  // namespace loadline
