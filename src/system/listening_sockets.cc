#include "system/listening_sockets.h"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

namespace loadline {
namespace {

constexpr int kQueue = 4096;     // the kernel's own limit, net.core.somaxconn, counts where it is lower
constexpr int kTriesOfPort = 8;  // for one that is free at all addresses, where any will do

struct Addresses {
  addrinfo* first = nullptr;
  ~Addresses() {
    if (first != nullptr) freeaddrinfo(first);
  }
};

int Look(const std::string& host, const std::string& port, int flags, Addresses& found) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV | flags;
  return getaddrinfo(host.c_str(), port.c_str(), &hints, &found.first);
}

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

int PortOf(int socket) {
  sockaddr_storage bound{};
  socklen_t size = sizeof(bound);
  getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &size);
  return ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(bound).sin6_port
                                           : reinterpret_cast<const sockaddr_in&>(bound).sin_port);
}

// No descriptor, and errno, where it cannot.
Descriptor Listen(const std::string& address, const std::string& port) {
  Addresses found;
  if (Look(address, port, AI_NUMERICHOST, found) != 0) {
    errno = EADDRNOTAVAIL;
    return Descriptor();
  }
  Descriptor socket(::socket(found.first->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket.number() < 0) return Descriptor();
  const int on = 1;
  const int off = 0;
  setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));  // not REUSEPORT: one process has a port
  if (found.first->ai_family == AF_INET6) setsockopt(socket.number(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
  if (bind(socket.number(), found.first->ai_addr, found.first->ai_addrlen) == 0 && listen(socket.number(), kQueue) == 0)
    return socket;
  const int why = errno;
  socket = Descriptor();
  errno = why;
  return socket;
}

bool IsNotOfThisMachine(int error) { return error == EADDRNOTAVAIL || error == EAFNOSUPPORT; }

// At all of the addresses, on one port. errno says what is wrong with the one that cannot.
std::optional<ListeningSockets> ListenAt(const std::vector<std::string>& addresses, std::string port) {
  ListeningSockets all;
  for (const std::string& each : addresses) {
    Descriptor socket = Listen(each, port);
    if (socket.number() < 0 && IsNotOfThisMachine(errno)) continue;
    if (socket.number() < 0) return std::nullopt;
    all.port = PortOf(socket.number());
    port = std::to_string(all.port);
    all.sockets.push_back(std::move(socket));
  }
  if (!all.sockets.empty()) return all;
  errno = EADDRNOTAVAIL;
  return std::nullopt;
}

}  // namespace

std::vector<std::string> AddressesOf(const std::string& host) {
  std::vector<std::string> addresses;
  Addresses found;
  if (Look(host, "0", 0, found) != 0) return addresses;
  for (const addrinfo* each = found.first; each != nullptr; each = each->ai_next) {
    char text[NI_MAXHOST];
    if (getnameinfo(each->ai_addr, each->ai_addrlen, text, sizeof(text), nullptr, 0, NI_NUMERICHOST) != 0) continue;
    if (std::ranges::count(addresses, text) == 0) addresses.emplace_back(text);
  }
  return addresses;
}

Result<ListeningSockets> OpenListeningSockets(const std::string& address, const Resolver& addresses_of) {
  const auto [host, port] = Split(address);
  const bool is_wildcard = host.empty() || host == "0.0.0.0" || host == "::";
  // Of a wildcard IPv6: its socket takes IPv4, too. Where the machine has no IPv6 the other one is left.
  std::vector<std::vector<std::string>> choices = {{"::"}, {"0.0.0.0"}};
  if (port.empty()) {
    choices.clear();
  } else if (!is_wildcard) {
    choices = {addresses_of(host)};
  }
  for (const auto& addresses : choices) {
    int tries = port == "0" ? kTriesOfPort : 1;
    do {
      if (auto all = ListenAt(addresses, port)) return *std::move(all);
    } while (errno == EADDRINUSE && --tries > 0);
    if (!IsNotOfThisMachine(errno)) break;
  }
  return Fail(Code::kUnavailable, fmt::format("want HOST:PORT of this machine that is free; found {}", address));
}

}  // namespace loadline
