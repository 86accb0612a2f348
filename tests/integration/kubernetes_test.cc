// The real program beside an API server that a test plays.
#include <signal.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "integration/service.h"
#include "support/fake_api_server.h"

namespace loadline {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using testing::Ask;
using testing::Eventually;
using testing::Service;
using testing::TempDir;

// An API server with a policy in a ConfigMap, and an object whose trigger has metricType Value.
void Fill(testing::FakeApiServer& server) {
  server.Put(
      "/api/v1/configmaps",
      {{"metadata", {{"namespace", "data"}, {"name", "p"}, {"labels", {{"loadline.dev/policies", "true"}}}}},
       {"data",
        {{"p.yaml",
          "apiVersion: loadline.dev/v1\nkind: ScalingPolicy\nmetadata: { name: worker }\nspec:\n"
          "  parameters: { pipeline: {} }\n  replicas: { min: 1 }\n  signals: [ { name: wanted, replicas: 3 } ]\n"}}}});
  server.Put("/apis/keda.sh/v1alpha1/scaledobjects",
             {{"metadata", {{"namespace", "data"}, {"name", "app"}, {"uid", "u"}}},
              {"spec",
               {{"scaleTargetRef", {{"name", "app"}}},
                {"triggers", json::array({{{"type", "external"},
                                           {"metricType", "Value"},
                                           {"metadata", {{"policy", "worker"}, {"pipeline", "orders"}}}}})}}}});
}

TEST_CASE("Kubernetes: policies of ConfigMaps, decided before a call; and all of it while the API server is away") {
  const auto server = std::make_unique<testing::FakeApiServer>();
  Fill(*server);
  const TempDir dir;
  const std::string config =
      dir.Write("kubeconfig",
                "{current-context: c, contexts: [{name: c, context: {cluster: c}}], clusters: [{name: c, cluster: "
                "{server: \"" +
                    server->url() + "\"}}]}");
  Service service(dir, "http://127.0.0.1:1",
                  {"--set=policies.path=", "--kubernetes.enabled=true", "--kubernetes.kubeconfig=" + config});
  const auto decision = [&] {
    const json body = json::parse(service.Get("/api/v1/decisions").body);
    return body["decisions"].size() == 1 ? body["decisions"][0] : json::object();
  };
  REQUIRE(Eventually([&] { return decision().value("replicas", json()) == 3; }));
  CHECK(decision()["last_call"].is_null());
  CHECK(Ask(service).value == 3);
  CHECK(decision()["last_call"].is_string());
  REQUIRE(Eventually([&] {
    const json page = json::parse(service.Get("/api/v1/problems").body);
    return page["total_objects"] == 1 && page["problems"][0]["finding"] == "metric_type_value";
  }));
  REQUIRE(Eventually(
      [&] { return server->Count([](const testing::ApiRequest& each) { return each.method == "POST"; }) == 1; }));

  // It goes away, and the program is killed meanwhile.
  REQUIRE(Eventually([&] { return std::filesystem::exists(dir / "data/last-good-configmaps.json"); }));
  server->SetFault([](const testing::ApiRequest&) { return "Connection: close"; });
  server->EndWatches(false);
  REQUIRE(Eventually([&] { return service.Event("watch_failed").has_value(); }));
  CHECK(Ask(service).value == 3);
  service.child().Signal(SIGKILL);
  service.child().Wait();
  service.Start();
  CHECK(Eventually([&] { return Ask(service).value == 3; }));
  server->SetFault(nullptr);
  CHECK(Eventually([&] { return json::parse(service.Get("/api/v1/problems").body)["total_objects"] == 1; }));
  const auto begin = std::chrono::steady_clock::now();
  service.child().Signal(SIGTERM);
  CHECK(service.child().Wait() == 0);
  CHECK(std::chrono::steady_clock::now() - begin < seconds(5));
}

}  // namespace
}  // namespace loadline
