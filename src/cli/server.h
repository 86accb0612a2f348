// A running server that a command asks: straight at its URL, or through the API server of its cluster. Who asks need
// not know which.
#ifndef LOADLINE_CLI_SERVER_H_
#define LOADLINE_CLI_SERVER_H_

#include <memory>
#include <string>
#include <utility>

#include "base/result.h"
#include "cli/server_address.h"
#include "system/http_client.h"

namespace loadline {

class ServerLink;

// The way is found at the first call, and kept.
class Server {
 public:
  Server();
  ~Server();

  ServerAddress address;  // as the command line has it; not to be changed after the first call

  // "http://127.0.0.1:8080", "Service loadline/loadline-http in context prod"
  std::string Name() const;

  // `request.url` is a page's path and its query. Any answer of Loadline's own is a response. Fails with
  // kFailedPrecondition where there is no such way, and asking again does not help: a kubeconfig that is bad, a right
  // that is missing, no Service; else with kUnavailable. The message is for who called the command.
  Result<HttpResponse> Send(HttpRequest request) const;

  // "shop/web": its two parts. "web" is in `object_namespace`, else in that of the kubeconfig's context, where the
  // server is reached by one. Fails with kInvalidArgument, or as Send does.
  Result<std::pair<std::string, std::string>> FindBinding(const std::string& text,
                                                          const std::string& object_namespace) const;

 private:
  Result<ServerLink*> Link() const;

  mutable std::unique_ptr<ServerLink> link_;
};

}  // namespace loadline

#endif  // LOADLINE_CLI_SERVER_H_
