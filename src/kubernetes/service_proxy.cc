#include "kubernetes/service_proxy.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "kubernetes/json_reading.h"
#include "kubernetes/refusal.h"

namespace loadline {
namespace {

using nlohmann::json;

constexpr Duration kPatience = std::chrono::seconds(30);
constexpr char kServices[] = "/api/v1/services?limit=500&labelSelector=app.kubernetes.io%2Fname%3Dloadline";

// What Kubernetes takes for a name; nothing in it leads to another path.
bool IsName(const std::string& text) {
  return !text.empty() && text.size() <= 63 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

std::string VerbOf(const std::string& method) {
  if (method == "POST") return "create";
  if (method == "PUT") return "update";
  return method == "DELETE" ? "delete" : "get";
}

// The port for people and dashboards, where a Service has it. Its names go into a path.
std::optional<ServiceAddress> HttpServiceOf(const json& item) {
  const json& metadata = MapIn(item, "metadata");
  const std::string service_namespace = TextIn(metadata, "namespace"), service = TextIn(metadata, "name");
  if (!IsName(service_namespace) || !IsName(service)) return std::nullopt;
  for (const json& port : ListIn(MapIn(item, "spec"), "ports")) {
    const std::string name = TextIn(port, "name");
    if (name != "http" && name != "https") continue;
    return ServiceAddress{service_namespace, service, name, name == "https" || TextIn(port, "appProtocol") == "https"};
  }
  return std::nullopt;
}

Result<ServiceAddress> TheOneOf(const json& list) {
  std::vector<ServiceAddress> found;
  for (const json& item : ListIn(list, "items")) {
    if (const auto service = HttpServiceOf(item)) found.push_back(*service);
  }
  if (found.size() == 1) return found.front();
  if (found.empty()) {
    return Fail(Code::kFailedPrecondition,
                "no Service of any namespace has the label app.kubernetes.io/name=loadline and a port named http: name "
                "it (--service NAMESPACE/NAME)");
  }
  std::vector<std::string> words;
  for (const ServiceAddress& each : found) words.push_back("--service " + ServiceText(each));
  return Fail(Code::kFailedPrecondition,
              fmt::format("there are {} Loadlines in the cluster: say {}", found.size(), JoinWords(words, "or")));
}

}  // namespace

Result<ServiceAddress> ParseServiceAddress(const std::string& text) {
  constexpr std::string_view kHttps = "https:";
  ServiceAddress service;
  std::string rest = text;
  if (rest.starts_with(kHttps)) {
    service.https = true;
    rest.erase(0, kHttps.size());
  }
  const std::size_t slash = rest.find('/');
  const std::size_t colon = rest.find(':');
  if (colon != std::string::npos) {
    service.port = rest.substr(colon + 1);
    rest.erase(colon);
  }
  if (slash < rest.size()) {
    service.service_namespace = rest.substr(0, slash);
    service.name = rest.substr(slash + 1);
  }
  if (IsName(service.service_namespace) && IsName(service.name) && IsName(service.port)) return service;
  return Fail(Code::kInvalidArgument,
              fmt::format("--service: want [https:]NAMESPACE/NAME[:PORT]; found \"{}\"", OneLine(text, 200)));
}

std::string ServiceText(const ServiceAddress& service) {
  return fmt::format("{}{}/{}{}", service.https ? "https:" : "", service.service_namespace, service.name,
                     service.port == "http" ? "" : ":" + service.port);
}

std::string ProxyPath(const ServiceAddress& service) {
  return fmt::format("/api/v1/namespaces/{}/services/{}{}:{}/proxy", service.service_namespace,
                     service.https ? "https:" : "", service.name, service.port);
}

Result<ServiceAddress> FindService(const std::string& server, HttpClient& client) {
  const Result<HttpResponse> response = client.SendAll({{server + kServices, "", kPatience}}, kPatience)[0];
  if (!response) return Fail(Code::kUnavailable, "the API server does not answer: " + response.error().message);
  if (response->status == 401 || response->status == 403) {
    return Fail(Code::kFailedPrecondition,
                RefusalText(response->status, response->body, "list", "services", "", "") +
                    (response->status == 403 ? "; or name Loadline's own: --service NAMESPACE/NAME" : ""));
  }
  const json list = json::parse(response->body, nullptr, false);
  if (response->status != 200 || !list.is_object())
    return Fail(Code::kUnavailable, RefusalText(response->status, response->body, "list", "services", "", ""));
  return TheOneOf(list);
}

std::optional<Error> ProxyProblem(const ServiceAddress& service, const std::string& method,
                                  const HttpResponse& response) {
  if (response.status < 400) return std::nullopt;
  const json body = json::parse(response.body, nullptr, false);
  const bool is_status = TextIn(body, "kind") == "Status" && TextIn(body, "apiVersion") == "v1";
  const std::string said = is_status ? TextIn(body, "message") : response.body;
  const auto says = [&](std::string_view words) { return said.find(words) != std::string::npos; };
  if (!is_status && !says("error trying to reach service")) return std::nullopt;
  const std::string name = service.service_namespace + "/" + service.name;
  if (response.status == 401 || response.status == 403) {
    return Error{Code::kFailedPrecondition, RefusalText(response.status, response.body, VerbOf(method),
                                                        "services/proxy", "", service.service_namespace)};
  }
  if (response.status == 404) {
    return Error{Code::kFailedPrecondition,
                 fmt::format("there is no Service {} (--service); the API server says: {}", name, OneLine(said, 200))};
  }
  if (says("no endpoints available"))
    return Error{
        Code::kUnavailable,
        fmt::format("no pod is ready behind port {} of the Service {}, if it has that port", service.port, name)};
  if (says("no service port")) {
    return Error{Code::kFailedPrecondition,
                 fmt::format("the Service {} has no port {}: say which (--service {}:PORT)", name, service.port, name)};
  }
  ServiceAddress other = service;
  other.https = !service.https;
  std::string hint;
  if (service.https && says("does not look like a TLS handshake"))
    hint = "; it speaks no TLS: --service " + ServiceText(other);
  if (!service.https && (says("EOF") || says("malformed HTTP response")))
    hint = "; if it speaks TLS: --service " + ServiceText(other);
  if (says("i/o timeout")) hint = "; is there a NetworkPolicy that does not let the API server in?";
  return Error{Code::kUnavailable, fmt::format("the API server does not get through to the Service {} ({}): {}{}", name,
                                               response.status, OneLine(said, 300), hint)};
}

}  // namespace loadline
