// Loadline's own Service, and the way to it through the API server: people reach that, and seldom the pods behind it.
#ifndef LOADLINE_KUBERNETES_SERVICE_PROXY_H_
#define LOADLINE_KUBERNETES_SERVICE_PROXY_H_

#include <optional>
#include <string>

#include "base/result.h"
#include "system/http_client.h"

namespace loadline {

struct ServiceAddress {
  std::string service_namespace;
  std::string name;
  std::string port = "http";  // its name, or its number
  bool https = false;         // what the port speaks
};

// "[https:]NAMESPACE/NAME[:PORT]", as --service has it. Fails with kInvalidArgument.
Result<ServiceAddress> ParseServiceAddress(const std::string& text);

// The way back: what to give to --service.
std::string ServiceText(const ServiceAddress& service);

// What stands before a page's path: "/api/v1/namespaces/loadline/services/loadline-http:http/proxy".
std::string ProxyPath(const ServiceAddress& service);

// The one Service of all namespaces that is labelled app.kubernetes.io/name=loadline and has a port named http or
// https. `server`: the API server's URL. Fails with kFailedPrecondition where there is none, or where there are
// several, which it names, or where they may not be listed; with kUnavailable where the API server does not answer.
Result<ServiceAddress> FindService(const std::string& server, HttpClient& client);

// What is in the way, where the API server answered in Loadline's place; null where Loadline did. kFailedPrecondition
// where asking again does not help, such as a right that is missing; else kUnavailable.
std::optional<Error> ProxyProblem(const ServiceAddress& service, const std::string& method,
                                  const HttpResponse& response);

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_SERVICE_PROXY_H_
