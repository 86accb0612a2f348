#include "api/admin_api.h"

#include <catch2/catch.hpp>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/version.h"
#include "support/child.h"
#include "unit/api/served_admin.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::Admin;
TEST_CASE("/readyz: its code says whether KEDA may call, its body what is wrong") {
  Admin admin;
  const HttpResponse ready = admin.Get("/readyz");
  // A source that is down and a bad policy must not take all pods out of the Service.
  CHECK(ready.status == 200);
  const json body = json::parse(ready.body);
  CHECK(body["sources"][0]["ok"] == false);
  CHECK(body["sources"][0]["problem"] == "prom:9090: connection refused");
  CHECK(body["policy_problems"][0]["line"] == 3);
  CHECK(body["policy_problems"][0]["hint"] == "did you mean y?");
  CHECK(body["policy_problems"][0]["last_good_in_force"] == true);

  admin.keda.is_serving = false;
  CHECK(admin.Get("/readyz").status == 503);
  admin.keda.is_serving = true;
  admin.controller.state.policies_read = false;
  CHECK(admin.Get("/readyz").status == 503);
}

TEST_CASE("A journal that is away shows in the body of /readyz and on /metrics, and takes no pod out") {
  Admin admin;
  admin.journal.state = {.where = "sqlite:/var/lib/loadline/journal.db",
                         .ok = false,
                         .problem = "disk full",
                         .queued = 7,
                         .stored = 100,
                         .duplicates = 30,
                         .differing = 2,
                         .disagreements = 1,
                         .deleted = 5,
                         .dropped = {{"queue_full", 9}},
                         .write_errors = 4,
                         .last_write = Timestamp(std::chrono::hours(480'000))};
  const HttpResponse ready = admin.Get("/readyz");
  CHECK(ready.status == 200);
  CHECK(json::parse(ready.body)["journal"] ==
        json::parse(R"({"where": "sqlite:/var/lib/loadline/journal.db", "ok": false, "problem": "disk full",
                        "queued": 7, "stored": 100, "already_there": 30, "differing": 2, "disagreements": 1,
                        "dropped": {"queue_full": 9}, "last_write": "2024-10-04T00:00:00.000Z"})"));
  const std::string metrics = admin.Get("/metrics").body;
  for (const std::string line : {"loadline_journal_up 0", "loadline_journal_queued 7",
                                 "loadline_journal_last_write_timestamp_seconds 1728000000",
                                 "loadline_journal_decisions_total{outcome=\"stored\"} 100",
                                 "loadline_journal_decisions_total{outcome=\"already_there\"} 30",
                                 "loadline_journal_dropped_total{reason=\"queue_full\"} 9",
                                 "loadline_journal_dropped_total{reason=\"refused\"} 0",
                                 "loadline_journal_write_errors_total 4", "loadline_journal_deleted_total 5",
                                 "loadline_journal_differing_total 2", "loadline_journal_disagreements_total 1"}) {
    CAPTURE(line);
    CHECK(metrics.find("\n" + line + "\n") != std::string::npos);
  }
}

TEST_CASE("/healthz says that the process lives, and which") {
  Admin admin;
  admin.keda.is_serving = false;
  const HttpResponse health = admin.Get("/healthz");
  CHECK(health.status == 200);
  CHECK(json::parse(health.body)["version"] == std::string(kVersion));
}

TEST_CASE("/api/v1/decisions: the latest of each binding, filtered, and what KEDA would be told now") {
  Admin admin;
  admin.controller.Publish(*admin.Bind("b", "orders"), 3, true);
  admin.controller.PublishError(*admin.Bind("a", "users"), {Code::kUnavailable, "no data for 5m"});
  admin.Bind("c", "new");
  const json all = json::parse(admin.Get("/api/v1/decisions").body);
  CHECK(all["total"] == 3);
  REQUIRE(all["decisions"].size() == 3);
  CHECK(all["decisions"][0]["name"] == "a");
  CHECK(all["decisions"][0]["replicas"].is_null());
  CHECK(all["decisions"][0]["active"].is_null());
  CHECK(all["decisions"][0]["confidence"].is_null());
  CHECK(all["decisions"][0]["error"]["code"] == "UNAVAILABLE");
  CHECK(all["decisions"][0]["summary"] == "no data for 5m");
  CHECK(all["decisions"][1]["replicas"] == 3);
  CHECK(all["decisions"][1]["active"] == true);
  CHECK(all["decisions"][1]["confidence"] == 0.75);
  CHECK(all["decisions"][1]["metadata"]["pipeline"] == "orders");
  CHECK(all["decisions"][2]["time"].is_null());
  CHECK(all["decisions"][2]["error"]["message"].get<std::string>().find("there is no decision for data/c yet") == 0);

  CHECK(json::parse(admin.Get("/api/v1/decisions?name=b").body)["total"] == 1);
  CHECK(json::parse(admin.Get("/api/v1/decisions?namespace=other").body)["total"] == 0);
  const json limited = json::parse(admin.Get("/api/v1/decisions?limit=1").body);
  CHECK(limited["total"] == 3);
  CHECK(limited["decisions"].size() == 1);
  CHECK(json::parse(admin.Get("/api/v1/decisions?limit=99999999999999999999999").body)["decisions"].size() == 3);
  for (const char* bad : {"?limit=0", "?limit=x", "?limit=", "?nmae=b"}) {
    const HttpResponse refused = admin.Get("/api/v1/decisions" + std::string(bad));
    CHECK(refused.status == 400);
    CHECK(refused.content_type == "application/problem+json");
  }
  CHECK(json::parse(admin.Get("/api/v1/decisions?nmae=b").body)["detail"].get<std::string>().find(
            "did you mean name?") != std::string::npos);
}

TEST_CASE("No page shows what KEDA resolved from a variable, or TLS material that stands in metadata") {
  Admin admin;
  const std::vector<std::pair<std::string_view, std::string_view>> metadata = {
      {"policy", "test"},    {"pipelineFromEnv", "hunter1"}, {"passwordFromEnv", "hunter2"},
      {"caCert", "hunter3"}, {"tlsClientCert", "hunter4"},   {"tlsClientKey", "hunter5"},
      {"shown", "value"}};
  for (const char* name : {"good", "bad", "new"}) {
    const auto binding = admin.controller.Find({"data", name, metadata});
    if (name == std::string("good")) admin.controller.Publish(*binding, 3, true);
    if (name == std::string("bad")) admin.controller.PublishError(*binding, {Code::kUnavailable, "no data"});
  }
  for (const char* page : {"/api/v1/decisions", "/api/v1/decisions?name=good", "/metrics", "/readyz", "/healthz"}) {
    const HttpResponse response = admin.Get(page);
    CHECK(response.status == 200);
    CHECK(response.body.find("hunter") == std::string::npos);
  }
  const json body = json::parse(admin.Get("/api/v1/decisions").body);
  for (const json& each : body["decisions"]) {
    CHECK(each["metadata"] == json{{"policy", "test"},
                                   {"pipelineFromEnv", "(hidden)"},
                                   {"passwordFromEnv", "(hidden)"},
                                   {"caCert", "(hidden)"},
                                   {"tlsClientCert", "(hidden)"},
                                   {"tlsClientKey", "(hidden)"},
                                   {"shown", "value"}});
  }
}

TEST_CASE("/metrics: promtool finds nothing wrong, and each binding has what it wants") {
  Admin admin;
  admin.controller.Publish(*admin.Bind("app", "orders"), 3.5, true);
  admin.controller.Publish(*admin.Bind("app", "users"), 1, false);
  admin.controller.PublishError(*admin.Bind("broken\"\\\n", "x"), {Code::kUnavailable, "no data"});
  admin.instruments.CountRpc("GetMetrics", "UNAVAILABLE");
  admin.instruments.CountQuery("default", "value", Duration(5));
  admin.instruments.CountTick(Duration(20), 2);
  const HttpResponse page = admin.Get("/metrics");
  CHECK(page.status == 200);
  auto has = [&](const std::string& line) { return page.body.find("\n" + line + "\n") != std::string::npos; };
  CHECK(has(R"(loadline_wanted_replicas{namespace="data",name="app",policy="test",parameters="pipeline=orders"} 3.5)"));
  CHECK(has(R"(loadline_active{namespace="data",name="app",policy="test",parameters="pipeline=users"} 0)"));
  CHECK(has(R"(loadline_decision_error{namespace="data",name="app",policy="test",parameters="pipeline=orders"} 0)"));
  CHECK(has(
      R"(loadline_decision_confidence{namespace="data",name="app",policy="test",parameters="pipeline=orders"} 0.75)"));
  CHECK(has(R"(loadline_source_up{source="default"} 0)"));
  CHECK(has("loadline_missed_ticks_total 2"));
  CHECK(has("loadline_grpc_open_streams 3"));
  CHECK(has("loadline_event_streams 0"));
  CHECK(has("loadline_event_streams_dropped_total 0"));
  CHECK(has("loadline_events_left_out_total 0"));
  CHECK(has(R"(loadline_http_refused_total{reason="unauthenticated"} 0)"));
  CHECK(has(
      R"(loadline_policy_problems{file="a.yaml",policy_namespace="data",policy="bad",severity="error",last_good="true"} 1)"));
  // No value stands for what is not known, and metadata that the policy does not declare stays out.
  CHECK(page.body.find("loadline_wanted_replicas{namespace=\"data\",name=\"broken") == std::string::npos);
  CHECK(page.body.find("loadline_decision_confidence{namespace=\"data\",name=\"broken") == std::string::npos);
  CHECK(page.body.find("hunter2") == std::string::npos);

  const testing::Ran checked = testing::RunProgram({"promtool", "check", "metrics"}, {}, page.body);
  INFO(checked.output);
  CHECK(checked.exit_code == 0);
  CHECK(checked.output.empty());
}

std::shared_ptr<const PublishedForecast> SomeForecast() {
  auto published = std::make_shared<PublishedForecast>();
  published->forecast.fitted = AlignDown(SystemClock().Now(), Duration(600'000));
  published->forecast.refit = Duration(600'000);
  published->forecast.step = Duration(60'000);
  published->forecast.middle = {10, 11};
  published->forecast.upper = {12, 13.5};
  published->forecast.trust = {.on = true,
                               .reason = TrustReason::kBetter,
                               .ours = 0.5,
                               .naive = 0.75,
                               .rule = "last value",
                               .coverage = 0.9,
                               .shift = 1,
                               .corrected = 0.95,
                               .origins = 24};
  published->plan.text = "load{password=\"hunter2\"}";
  published->history = {1, std::numeric_limits<float>::quiet_NaN(), 3};
  published->history_step = Duration(120'000);
  return published;
}

constexpr std::string_view kExpected =
    "parameters: { pipeline: { pattern: '[a-z]+' } }\n"
    "signals: [ { name: load, query: load, perReplica: 1 }, { name: soon, forecast: { of: load, ahead: 2m } }, "
    "{ name: off, forecast: { of: load, mode: off } } ]";

TEST_CASE("/api/v1/forecasts: history, what is expected and the scores of each, and no secret") {
  Admin admin(kExpected);
  const auto one = admin.Bind("a", "one");
  const auto two = admin.Bind("b", "two");
  const auto published = SomeForecast();
  admin.controller.PublishForecasts(*one, {nullptr, published, nullptr});
  admin.controller.PublishForecasts(*two, {nullptr, nullptr, nullptr});
  const HttpResponse response = admin.Get("/api/v1/forecasts");
  CHECK(response.status == 200);
  CHECK(response.body.find("hunter2") == std::string::npos);
  const json body = json::parse(response.body);
  CHECK(body["total"] == 2);
  const json& first = body["forecasts"][0];
  CHECK(first["name"] == "a");
  CHECK(first["signal"] == "soon");
  CHECK(first["of"] == "load");
  CHECK(first["mode"] == "shadow");
  CHECK(first["ahead_seconds"] == 120);
  CHECK(first["problem"] == "");
  CHECK(first["fitted"] == FormatTimestamp(published->forecast.fitted));
  const double fitted = ToSeconds(published->forecast.fitted);
  CHECK(first["history"] == json{{"first", fitted - 240}, {"step_seconds", 120}, {"values", {1, nullptr, 3}}});
  CHECK(first["forecast"] ==
        json{{"first", fitted + 60}, {"step_seconds", 60}, {"middle", {10, 11}}, {"upper", {12, 13.5}}});
  CHECK(first["trust"]["on"] == true);
  CHECK(first["trust"]["reason"] == "Better");
  CHECK(first["trust"]["loss"] == 0.5);
  CHECK(first["trust"]["naive_loss"] == 0.75);
  CHECK(first["trust"]["coverage"] == 0.9);
  CHECK(body["forecasts"][1]["problem"] == "not fitted yet");

  CHECK(json::parse(admin.Get("/api/v1/forecasts?name=b").body)["forecasts"].size() == 1);
  CHECK(json::parse(admin.Get("/api/v1/forecasts?limit=1").body)["forecasts"].size() == 1);
  CHECK(admin.Get("/api/v1/forecasts?nam=b").status == 400);
}

TEST_CASE("/api/v1/forecasts: how far ahead is null while it is not known what was learned") {
  Admin admin(
      "parameters: { pipeline: { pattern: '[a-z]+' } }\n"
      "signals: [ { name: load, query: load, perReplica: 1 }, { name: soon, forecast: { of: load, ahead: auto } } ]");
  admin.controller.PublishForecasts(*admin.Bind("a", "one"), {nullptr, SomeForecast()});
  CHECK(json::parse(admin.Get("/api/v1/forecasts").body)["forecasts"][0]["ahead_seconds"].is_null());
}

TEST_CASE("/metrics: each forecast has its age, whether it is trusted, both scores and its coverage") {
  Admin admin(kExpected);
  admin.controller.PublishForecasts(*admin.Bind("a", "one"), {nullptr, SomeForecast(), nullptr});
  admin.controller.PublishForecasts(*admin.Bind("b", "two"), {nullptr, nullptr, nullptr});
  const std::string page = admin.Get("/metrics").body;
  CAPTURE(page);
  const auto has = [&](const std::string& name, const std::string& object, const std::string& value) {
    const std::string labels = "{namespace=\"data\",name=\"" + object +
                               "\",policy=\"test\",parameters=\"pipeline=" + (object == "a" ? "one" : "two") +
                               "\",signal=\"soon\"} ";
    return page.find(name + labels + value) != std::string::npos;
  };
  CHECK(has("loadline_forecast_problem", "a", "0\n"));
  CHECK(has("loadline_forecast_problem", "b", "1\n"));
  CHECK(has("loadline_forecast_trusted", "a", "1\n"));
  CHECK(has("loadline_forecast_loss", "a", "0.5\n"));
  CHECK(has("loadline_forecast_naive_loss", "a", "0.75\n"));
  CHECK(has("loadline_forecast_coverage", "a", "0.9\n"));
  CHECK(has("loadline_forecast_corrected_coverage", "a", "0.95\n"));
  CHECK(has("loadline_forecast_age_seconds", "a", ""));
  CHECK_FALSE(has("loadline_forecast_trusted", "b", ""));
  CHECK(testing::RunProgram({"promtool", "check", "metrics"}, {}, page).exit_code == 0);
}

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
