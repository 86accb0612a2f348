// The sockets that listen at one HOST:PORT: of a name one for each address that it has on this machine.
#ifndef LOADLINE_SYSTEM_LISTENING_SOCKETS_H_
#define LOADLINE_SYSTEM_LISTENING_SOCKETS_H_

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "system/descriptor.h"

namespace loadline {

struct ListeningSockets {
  std::vector<Descriptor> sockets;  // that do not block; one at least
  int port = 0;                     // of all of them
};

// The addresses of a host, as numbers, each once; empty: there is none.
using Resolver = std::function<std::vector<std::string>(const std::string& host)>;
std::vector<std::string> AddressesOf(const std::string& host);  // as the system knows them

// A wildcard takes IPv4 and IPv6 alike. Of a name, addresses that this machine does not have are left out. Fails with
// kUnavailable where none is left, and where one of them is taken: calls would reach somebody else, as it happens.
Result<ListeningSockets> OpenListeningSockets(const std::string& address, const Resolver& addresses_of = AddressesOf);

}  // namespace loadline

#endif  // LOADLINE_SYSTEM_LISTENING_SOCKETS_H_
