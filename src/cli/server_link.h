// The two ways to a running server.
#ifndef LOADLINE_CLI_SERVER_LINK_H_
#define LOADLINE_CLI_SERVER_LINK_H_

#include <memory>
#include <string>

#include "base/result.h"
#include "cli/server_address.h"
#include "system/http_client.h"

namespace loadline {

class ServerLink {
 public:
  virtual ~ServerLink() = default;

  virtual std::string Name() const = 0;
  virtual std::string DefaultNamespace() const = 0;  // of objects; empty: none
  virtual Result<HttpResponse> Send(HttpRequest request) = 0;
};

// Both fail as Server::Send does.
std::unique_ptr<ServerLink> MakeDirectLink(const ServerAddress& address);
Result<std::unique_ptr<ServerLink>> OpenClusterLink(const ServerAddress& address);

}  // namespace loadline

#endif  // LOADLINE_CLI_SERVER_LINK_H_
