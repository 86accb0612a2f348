#include "api/admin_api.h"

#include <catch2/catch.hpp>
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

TEST_CASE("/metrics says why: what each signal asks for, which won, and what the stages after that changed") {
  Admin admin;
  Decision decision;
  decision.replicas = 4;
  decision.signals.resize(1);
  decision.signals[0].demand = 12.5;
  decision.steps = {{"combine", Reason::kHighestDemand, 0, 0, 12.5},
                    {"bounds", Reason::kCappedAtMax, -1, 12.5, 10},
                    {"budget", Reason::kCutByBudget, -1, 10, 4},
                    {"activity", Reason::kActiveByReading, 0, 4, 4}};
  admin.controller.PublishDecision(*admin.Bind("app", "orders"), decision);
  decision.signals[0].demand = {};
  decision.steps.clear();
  admin.controller.PublishDecision(*admin.Bind("quiet", "orders"), decision);
  const std::string page = admin.Get("/metrics").body;
  const std::string labels = R"({namespace="data",name="app",policy="test",parameters="pipeline=orders",)";
  auto has = [&](const std::string& line) { return page.find("\n" + line + "\n") != std::string::npos; };
  INFO(page);
  CHECK(has("loadline_signal_demand_replicas" + labels + R"(signal="lag",role="demand"} 12.5)"));
  CHECK(has("loadline_decision_winner" + labels + R"(signal="lag"} 1)"));
  CHECK(has("loadline_decision_change_replicas" + labels + R"(stage="bounds",reason="CappedAtMax"} -2.5)"));
  CHECK(has("loadline_decision_change_replicas" + labels + R"(stage="budget",reason="CutByBudget"} -6)"));
  // What changed nothing is no change, and what takes no part asks for no 0.
  CHECK(page.find("stage=\"activity\"") == std::string::npos);
  CHECK(page.find("stage=\"combine\"") == std::string::npos);
  CHECK(page.find("loadline_signal_demand_replicas{namespace=\"data\",name=\"quiet") == std::string::npos);
  CHECK(page.find("loadline_decision_winner{namespace=\"data\",name=\"quiet") == std::string::npos);
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

}  // namespace
}  // namespace loadline
