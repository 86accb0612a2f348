#include "kubernetes/service_proxy.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/fake_api_server.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::FakeApiServer;
using testing::StatusText;

json Service(const std::string& service_namespace, const std::string& name, const json& port,
             const std::string& label = "loadline") {
  return {
      {"metadata", {{"namespace", service_namespace}, {"name", name}, {"labels", {{"app.kubernetes.io/name", label}}}}},
      {"spec", {{"ports", {port}}}}};
}

const json kHttp = {{"name", "http"}, {"port", 8080}};

std::string Found(const FakeApiServer& api) {
  const auto client = MakeHttpClient({});
  const Result<ServiceAddress> service = FindService(api.url(), *client);
  return service ? ProxyPath(*service) : service.error().message;
}

TEST_CASE("A Service is named as NAMESPACE/NAME, with its port and what it speaks") {
  const auto path = [](const std::string& text) {
    const auto service = ParseServiceAddress(text);
    REQUIRE(service.has_value());
    CHECK(ServiceText(*ParseServiceAddress(ServiceText(*service))) == ServiceText(*service));
    return ProxyPath(*service);
  };
  CHECK(path("loadline/loadline-http") == "/api/v1/namespaces/loadline/services/loadline-http:http/proxy");
  CHECK(path("ops/web:9000") == "/api/v1/namespaces/ops/services/web:9000/proxy");
  CHECK(path("https:ops/web") == "/api/v1/namespaces/ops/services/https:web:http/proxy");
  CHECK(path("https:ops/web:https") == "/api/v1/namespaces/ops/services/https:web:https/proxy");
  for (const char* text : {"", "web", "/web", "ops/", "ops/web:", "ops/we/b", "ops/../web", "http:ops/web", "Ops/web",
                           "ops/web:80:81", "ops/web?x", "ops%2f/web", "https:", "ops:80/web"}) {
    CAPTURE(text);
    const auto service = ParseServiceAddress(text);
    REQUIRE_FALSE(service.has_value());
    CHECK(service.error() == Error{Code::kInvalidArgument, "--service: want [https:]NAMESPACE/NAME[:PORT]; found \"" +
                                                               std::string(text) + "\""});
  }
}

TEST_CASE("Loadline's Service is found by its label and its port's name, in whatever namespace") {
  FakeApiServer api;
  api.Put("/api/v1/services", Service("ops", "loadline", {{"name", "grpc"}, {"port", 50051}}));
  api.Put("/api/v1/services", Service("ops", "other", kHttp, "other"));
  CHECK_THAT(Found(api),
             Catch::StartsWith("no Service of any namespace has the label app.kubernetes.io/name=loadline"));
  api.Put("/api/v1/services", Service("ops", "loadline-http", kHttp));
  CHECK(Found(api) == "/api/v1/namespaces/ops/services/loadline-http:http/proxy");
  api.Put("/api/v1/services",
          Service("ops", "loadline-http", {{"name", "http"}, {"port", 8080}, {"appProtocol", "https"}}));
  CHECK(Found(api) == "/api/v1/namespaces/ops/services/https:loadline-http:http/proxy");
  api.Put("/api/v1/services", Service("ops", "loadline-http", {{"name", "https"}, {"port", 8443}}));
  CHECK(Found(api) == "/api/v1/namespaces/ops/services/https:loadline-http:https/proxy");
}

TEST_CASE("Of several Services none is taken: all are named as they are to be said") {
  FakeApiServer api;
  api.Put("/api/v1/services", Service("blue", "loadline-http", kHttp));
  api.Put("/api/v1/services", Service("green", "loadline-http", {{"name", "https"}, {"port", 8443}}));
  CHECK(Found(api) ==
        "there are 2 Loadlines in the cluster: say --service blue/loadline-http or --service "
        "https:green/loadline-http:https");
}

TEST_CASE("Why no Service can be looked for is told, and what to do") {
  FakeApiServer api;
  const auto answered = [&](const std::string& response) {
    api.SetFault([&](const testing::ApiRequest&) { return response; });
    const auto client = MakeHttpClient({});
    return FindService(api.url(), *client).error();
  };
  CHECK(answered(StatusText(403, "Forbidden", "User \"u\" cannot list resource")) ==
        Error{Code::kFailedPrecondition,
              "may not list services in all namespaces: RBAC wants a ClusterRole with apiGroups [\"\"], resources "
              "[services], verbs [list]; the API server says: User \"u\" cannot list resource; or name Loadline's own: "
              "--service NAMESPACE/NAME"});
  const Error unknown = answered(StatusText(401, "Unauthorized", "Unauthorized"));
  CHECK(unknown.code == Code::kFailedPrecondition);
  CHECK_THAT(unknown.message, Catch::StartsWith("the API server does not know who asks (401)"));
  CHECK(answered(StatusText(500, "InternalError", "etcd is away")).code == Code::kUnavailable);
  CHECK(answered(testing::HttpText(200, "<html>")).code == Code::kUnavailable);
  const auto client = MakeHttpClient({});
  const Error away = FindService("http://127.0.0.1:1", *client).error();
  CHECK(away == Error{Code::kUnavailable,
                      "the API server does not answer: 127.0.0.1:1: connection refused, or not to be reached"});
}

HttpResponse Response(int status, const std::string& message) {
  const json body = {{"kind", "Status"}, {"apiVersion", "v1"}, {"message", message}, {"code", status}};
  return {status, "application/json", body.dump()};
}

TEST_CASE("What the API server says in Loadline's place is told for what it is") {
  const ServiceAddress service{"ops", "loadline-http", "http", false};
  const auto problem = [&](const std::string& method, int status, const std::string& message) {
    const auto found = ProxyProblem(service, method, Response(status, message));
    return found ? *found : Error{Code::kUnknown, "none"};
  };
  CHECK(problem("POST", 403, "no") ==
        Error{Code::kFailedPrecondition,
              "may not create services/proxy in namespace ops: RBAC wants a Role with apiGroups [\"\"], resources "
              "[services/proxy], verbs [create]; the API server says: no"});
  CHECK_THAT(problem("GET", 403, "no").message, Catch::Contains("verbs [get]"));
  CHECK_THAT(problem("DELETE", 403, "no").message, Catch::Contains("verbs [delete]"));
  CHECK_THAT(
      problem("GET", 401, "Unauthorized").message,
      Catch::StartsWith("the API server does not know who asks (401) to get services/proxy in namespace ops: the "
                        "token or certificate is missing, wrong or expired"));
  CHECK(problem("GET", 404, "services \"loadline-http\" not found") ==
        Error{Code::kFailedPrecondition,
              "there is no Service ops/loadline-http (--service); the API server says: services \"loadline-http\" not "
              "found"});
  CHECK(problem("GET", 503, "no endpoints available for service \"loadline-http\"") ==
        Error{Code::kUnavailable,
              "no pod is ready behind port http of the Service ops/loadline-http, if it has that port"});
  CHECK(problem("GET", 503, "no service port \"http\" found for service \"loadline-http\"") ==
        Error{Code::kFailedPrecondition,
              "the Service ops/loadline-http has no port http: say which (--service ops/loadline-http:PORT)"});
  CHECK(problem("GET", 503, "error trying to reach service: dial tcp 10.0.0.7:8080: connect: connection refused") ==
        Error{Code::kUnavailable,
              "the API server does not get through to the Service ops/loadline-http (503): error trying to reach "
              "service: dial tcp 10.0.0.7:8080: connect: connection refused"});
  CHECK_THAT(problem("GET", 503, "error trying to reach service: EOF").message,
             Catch::EndsWith("service: EOF; if it speaks TLS: --service https:ops/loadline-http"));
  CHECK_THAT(problem("GET", 503, "error trying to reach service: dial tcp 10.0.0.7:8080: i/o timeout").message,
             Catch::EndsWith("i/o timeout; is there a NetworkPolicy that does not let the API server in?"));
  const ServiceAddress secret{"ops", "loadline-http", "http", true};
  const std::string plain = "error trying to reach service: tls: first record does not look like a TLS handshake";
  CHECK_THAT(ProxyProblem(secret, "GET", Response(503, plain))->message,
             Catch::EndsWith("TLS handshake; it speaks no TLS: --service ops/loadline-http"));
}

TEST_CASE("What Loadline says is no problem of the way there") {
  const ServiceAddress service{"ops", "loadline-http", "http", false};
  for (const HttpResponse& response :
       {HttpResponse{200, "application/json", R"({"kind":"Status","apiVersion":"v1"})"},
        HttpResponse{404, "application/problem+json", R"({"title":"Not Found","status":404,"detail":"no such page"})"},
        HttpResponse{401, "application/problem+json", R"({"title":"Unauthorized","status":401})"},
        HttpResponse{503, "application/problem+json", R"({"status":503,"detail":"no endpoints available"})"},
        HttpResponse{502, "text/html", "<html>"}})
    CHECK_FALSE(ProxyProblem(service, "GET", response).has_value());
}

}  // namespace
}  // namespace loadline
