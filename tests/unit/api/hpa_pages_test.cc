// What HPAs did, over HTTP.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "support/child.h"
#include "unit/api/followed_cluster.h"
#include "unit/api/page_fixtures.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::Admin;
using testing::FollowedCluster;
using testing::Page;

const Timestamp kNow = AlignDown(SystemClock().Now(), std::chrono::seconds(1));

TEST_CASE("Without Kubernetes there is nothing that HPAs did, and the pages say so") {
  Admin admin;
  CHECK(Page(admin, "/api/v1/hpa-events?binding=data/a") ==
        json::parse(R"({"kubernetes": false, "problem": "", "total": 0, "events": [], "next": null})"));
  CHECK(Page(admin, "/api/v1/effectiveness") ==
        json::parse(R"({"kubernetes": false, "problem": "", "total": 0, "bindings": [], "next": null})"));
  CHECK(admin.Get("/metrics").body.find("loadline_hpa") == std::string::npos);
}

TEST_CASE("/api/v1/hpa-events: what the HPA did, about which decision, and when it was ready") {
  FollowedCluster cluster;
  cluster.Rise(FollowedCluster::Named("a", "orders"), kNow);
  cluster.problem = "may not get deployments/status";
  Admin admin(testing::kLag, {}, nullptr, &cluster);
  json page = Page(admin, "/api/v1/hpa-events?binding=data/a");
  CHECK(page["kubernetes"] == true);
  CHECK(page["problem"] == cluster.problem);
  CHECK(page["total"] == 1);
  REQUIRE(page["events"].size() == 1);
  const Timestamp tick = kNow - std::chrono::minutes(1);
  CHECK(page["events"][0] ==
        json({{"namespace", "data"},
              {"name", "a"},
              {"policy", "test"},
              {"metadata", {{"policy", "test"}, {"pipeline", "orders"}, {"passwordFromEnv", "(hidden)"}}},
              {"time", FormatTimestamp(tick + std::chrono::seconds(3))},
              {"event", "scale-up"},
              {"before", 2},
              {"desired", 8},
              {"current", 8},
              {"ready", 2},
              {"metric", "s0-loadline-test"},
              {"value", 4.0},
              {"threshold", 1.0},
              {"decision", {{"time", FormatTimestamp(tick)}, {"replicas", 8.0}, {"active", true}}},
              {"wanted_since", FormatTimestamp(tick)},
              {"ready_after_seconds", 40.0},
              {"reason", ""}}));
  for (const char* other : {"binding=data/b", "name=b", "namespace=shop", "policy=x"})
    CHECK(Page(admin, std::string("/api/v1/hpa-events?") + other)["total"] == 0);
  for (const char* same : {"name=a", "namespace=data", "policy=test", "name=a&binding=data/a"})
    CHECK(Page(admin, std::string("/api/v1/hpa-events?") + same)["total"] == 1);
  for (const char* bad : {"binding=a", "binding=a/b/c", "after=x", "limit=0", "object=a"})
    CHECK(admin.Get(std::string("/api/v1/hpa-events?") + bad).status == 400);
}

TEST_CASE("Page by page every event is shown once, the latest first") {
  FollowedCluster cluster;
  for (int at = 0; at < 20; ++at) {
    for (const char* name : {"a", "b"}) {
      const Timestamp time = kNow - std::chrono::minutes(100 - at);
      const int count = at % 2 == 0 ? 3 : 9;
      cluster.Take(FollowedCluster::Named(name, "x"), time, count, count, count, time);
    }
  }
  Admin admin(testing::kLag, {}, nullptr, &cluster);
  for (const int limit : {1, 7, 37, 38, 100}) {
    CAPTURE(limit);
    std::vector<std::string> seen;
    std::string after;
    do {
      const json page = Page(admin, "/api/v1/hpa-events?limit=" + std::to_string(limit) + after);
      CHECK(page["total"] == 38);
      for (const json& each : page["events"])
        seen.push_back(each["time"].get<std::string>() + each["name"].get<std::string>());
      after = page["next"].is_null() ? "" : "&after=" + page["next"].get<std::string>();
    } while (!after.empty());
    CHECK(std::set<std::string>(seen.begin(), seen.end()).size() == 38);
    CHECK(seen.size() == 38);
    CHECK(std::is_sorted(seen.rbegin(), seen.rend()));
  }
}

TEST_CASE("/api/v1/effectiveness: how well it was followed, what is so now, and null where it is not known") {
  FollowedCluster cluster;
  cluster.Rise(FollowedCluster::Named("a", "orders"), kNow);
  cluster.Take(FollowedCluster::Named("b", "users"), kNow - std::chrono::minutes(5), 3, 3, 3, kNow);
  Admin admin(testing::kLag, {}, nullptr, &cluster);
  const json a = Page(admin, "/api/v1/effectiveness?name=a")["bindings"][0];
  CHECK(a["promptness"] == 1);
  CHECK(a["steadiness"] == 1);
  CHECK(a["effectiveness"] == a["reach"]);
  CHECK(a["effectiveness"] > 0.5);
  CHECK(a["waited_replicas"] == 6);
  CHECK(a["ready_after_seconds"] == 40);
  CHECK(a["from"] == FormatTimestamp(kNow - std::chrono::seconds(61)));
  CHECK(a["now"]["goal"] == 8);
  CHECK(a["now"]["ready"] == 8);
  CHECK(a["sentence"] ==
        "8 wanted since " + FormatTimestamp(kNow - std::chrono::minutes(1)).substr(0, 19) + "Z, ready after 40s");
  const json b = Page(admin, "/api/v1/effectiveness?binding=data/b")["bindings"][0];
  CHECK(b["reach"] == 1);
  CHECK(b["effectiveness"].is_null());
  CHECK(b["promptness"].is_null());
  CHECK(b["sentence"] == "3 wanted, and ready");
  std::set<std::string> names;
  std::string after;
  do {
    const json page = Page(admin, "/api/v1/effectiveness?limit=1" + after);
    CHECK(page["total"] == 2);
    REQUIRE(page["bindings"].size() == 1);
    names.insert(page["bindings"][0]["name"]);
    after = page["next"].is_null() ? "" : "&after=" + page["next"].get<std::string>();
  } while (!after.empty());
  CHECK(names == std::set<std::string>{"a", "b"});
  const json late = Page(admin, "/api/v1/effectiveness?name=a&from=" + FormatTimestamp(kNow - std::chrono::seconds(1)));
  CHECK(late["bindings"][0]["effectiveness"].is_null());
  CHECK(admin.Get("/api/v1/effectiveness?from=2999-01-01T00:00:00Z").status == 400);
}

TEST_CASE("/metrics: events, effectiveness and the time to ready, of bindings there are and no others") {
  FollowedCluster cluster;
  cluster.Rise(FollowedCluster::Named("a", "orders"), kNow);
  cluster.Rise(FollowedCluster::Named("unknown", "orders"), kNow);
  Admin admin(testing::kLag, {}, nullptr, &cluster);
  admin.controller.Publish(*admin.Bind("a", "orders"), 8, true);
  admin.controller.Publish(*admin.Bind("b", "orders"), 8, true);
  const std::string page = admin.Get("/metrics").body;
  const std::string labels = R"({namespace="data",name="a",policy="test",parameters="pipeline=orders"})";
  CHECK(page.find("\nloadline_hpa_events_total{event=\"scale-up\"} 2\n") != std::string::npos);
  CHECK(page.find("\nloadline_hpa_events_total{event=\"no-scale\"} 0\n") != std::string::npos);
  const std::string event = labels.substr(0, labels.size() - 1) + R"(,event="scale-up",trigger="s0-loadline-test"})";
  INFO(page);
  CHECK(page.find("\nloadline_binding_hpa_events_total" + event + " 1\n") != std::string::npos);
  CHECK(page.find("loadline_binding_hpa_events_total{namespace=\"data\",name=\"b\"") == std::string::npos);
  CHECK(page.find("\nloadline_hpa_ready_after_seconds" + labels + " 40\n") != std::string::npos);
  CHECK(page.find("\nloadline_hpa_ready_after_seconds{namespace=\"data\",name=\"b\"") == std::string::npos);
  CHECK(page.find("unknown") == std::string::npos);
  CHECK(testing::RunProgram({"promtool", "check", "metrics"}, {}, page).exit_code == 0);
}

}  // namespace
}  // namespace loadline
