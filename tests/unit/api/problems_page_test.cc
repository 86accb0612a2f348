// /api/v1/problems, and what /metrics says of Kubernetes.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/child.h"
#include "unit/api/served_admin.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::Admin;

// A cluster of two objects, of which one is wrong.
class FakeCluster : public ClusterWatch {
 public:
  void Start() override {}
  void Stop() override {}
  ClusterState State() const override {
    ClusterState state;
    WatchState watch;
    watch.resource = "scaledobjects.keda.sh";
    watch.complete = true;
    watch.problem = "may not watch";
    state.watches = {watch};
    state.scaled_objects = 2;
    auto view = std::make_shared<ClusterView>();
    for (const char* name : {"good", "bad"}) {
      auto object = std::make_shared<KedaObject>();
      object->object_namespace = "data";
      object->name = name;
      object->target = {"apps/v1", "Deployment", "app"};
      object->max_replicas = 20;
      view->objects.push_back({object, {}, std::nullopt});
    }
    view->objects[1].current_replicas = 7;
    view->objects[1].findings = {{FindingKind::kMetricTypeValue, 1, "it is Value", "leave it out"},
                                 {FindingKind::kPaused, std::nullopt, "it is paused", ""}};
    state.view = view;
    state.events.written = 2;
    return state;
  }
  const HpaLog& hpas() const override { return log; }

  HpaLog log;
};

TEST_CASE("/api/v1/problems and /metrics: what is wrong in Kubernetes, and what is not heard of") {
  Admin admin;
  CHECK(
      json::parse(admin.Get("/api/v1/problems").body) ==
      json::parse(
          R"({"kubernetes":false,"viewed":null,"total_objects":0,"total_problems":0,"objects":[],"problems":[],"watches":[]})"));
  CHECK(admin.Get("/metrics").body.find("loadline_kubernetes") == std::string::npos);

  const FakeCluster cluster;
  HttpServerOptions options;
  options.address = "127.0.0.1:0";
  admin.server = MakeHttpServer(options);
  AdminSources sources{admin.controller, admin.instruments, admin.keda, admin.shelf};
  sources.cluster = &cluster;
  MountAdminApi(*admin.server, sources);
  admin.port = *admin.server->Start();
  const json page = json::parse(admin.Get("/api/v1/problems?namespace=data").body);
  CHECK(page["total_objects"] == 2);
  CHECK(page["objects"][1] ==
        json::parse(R"({"namespace":"data","name":"bad","kind":"ScaledObject","scales":"Deployment/app",
      "min":0,"max":20,"current_replicas":7,"problems":2})"));
  CHECK(page["objects"][0]["current_replicas"].is_null());
  REQUIRE(page["problems"].size() == 2);
  CHECK(page["problems"][0] == json::parse(R"({"namespace":"data","name":"bad","kind":"ScaledObject","trigger":1,
      "finding":"metric_type_value","severity":"error","sentence":"it is Value","mend":"leave it out"})"));
  CHECK(page["problems"][1]["trigger"].is_null());
  CHECK(page["watches"] == json::parse(R"([{"resource":"scaledobjects.keda.sh","namespace":null,"listed":true,
      "watching":false,"problem":"may not watch","last_heard":null}])"));
  CHECK(json::parse(admin.Get("/api/v1/problems?name=good").body)["problems"].empty());
  const json first = json::parse(admin.Get("/api/v1/problems?limit=1").body);
  CHECK(first["problems"].size() == 1);
  CHECK(first["total_problems"] == 2);
  CHECK(admin.Get("/api/v1/problems?nam=good").status == 400);

  const std::string metrics = admin.Get("/metrics").body;
  CHECK(testing::RunProgram({"promtool", "check", "metrics"}, {}, metrics).exit_code == 0);
  for (
      const char* line :
      {R"(loadline_finding{namespace="data",name="bad",kind="ScaledObject",finding="metric_type_value",severity="error"} 1)",
       R"(loadline_kubernetes_objects{kind="ScaledObject"} 2)",
       R"(loadline_kubernetes_events_total{outcome="written"} 2)",
       R"(loadline_kubernetes_watching{resource="scaledobjects.keda.sh",watched_namespace="*"} 0)",
       R"(loadline_kubernetes_listed{resource="scaledobjects.keda.sh",watched_namespace="*"} 1)"}) {
    CAPTURE(line);
    CHECK(metrics.find(line) != std::string::npos);
  }
}

}  // namespace
}  // namespace loadline
