// Whom connections are counted for.
#ifndef LOADLINE_SYSTEM_CLIENT_NETWORK_H_
#define LOADLINE_SYSTEM_CLIENT_NETWORK_H_

#include <string>

namespace loadline {

// What clients at one address have in common: the address, of IPv6 its /64, as who has one of these has 2^64 of them.
// What is no address is its own.
std::string NetworkOf(const std::string& address);

}  // namespace loadline

#endif  // LOADLINE_SYSTEM_CLIENT_NETWORK_H_
