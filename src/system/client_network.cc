#include "system/client_network.h"

#include <arpa/inet.h>
#include <fmt/format.h>

namespace loadline {

std::string NetworkOf(const std::string& address) {
  in6_addr parsed;
  if (inet_pton(AF_INET6, address.c_str(), &parsed) != 1) return address;
  if (IN6_IS_ADDR_V4MAPPED(&parsed)) return fmt::format("{}", fmt::join(parsed.s6_addr + 12, parsed.s6_addr + 16, "."));
  return fmt::format("{:02x}", fmt::join(parsed.s6_addr, parsed.s6_addr + 8, ""));
}

}  // namespace loadline
