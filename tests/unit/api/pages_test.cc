// The pages of /api/v1 that are made from memory, but for those of admin_api_test.cc; and validate.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "api/validate_page.h"
#include "support/child.h"
#include "support/places.h"
#include "support/raw_http.h"
#include "unit/api/page_fixtures.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::Admin;
using testing::kGood;
using testing::Named;
using testing::Page;
using testing::SomePolicies;

TEST_CASE("/api/v1/status has all that /readyz has, whether or not it is ready, and how many are answered") {
  Admin admin;
  admin.controller.Publish(*admin.Bind("a", "orders"), 3, true);
  admin.controller.PublishError(*admin.Bind("b", "users"), {Code::kUnavailable, "no data"});
  admin.Bind("c", "new");
  admin.keda.is_serving = false;
  json status = Page(admin, "/api/v1/status");
  CHECK(status["answers"] == json{{"numbers", 1}, {"errors", 2}});
  CHECK(status.erase("answers") == 1);
  CHECK(status.erase("version") == 1);
  CHECK(status["grafana"].is_null());
  CHECK(status.erase("grafana") == 1);
  CHECK(status == json::parse(admin.Get("/readyz").body));
}

TEST_CASE("/api/v1/policies: what is in force, who uses it, what is wrong, and the text where it is wanted") {
  Admin admin(testing::kLag, SomePolicies());
  const json all = Page(admin, "/api/v1/policies");
  CHECK(all["total"] == 3);
  REQUIRE(all["policies"].size() == 3);
  CHECK(all["policies"][0]["name"] == "orders");
  CHECK(all["policies"][0]["hash"] == "0000000000000001");
  CHECK(all["policies"][0]["signals"] == json{"lag"});
  CHECK(all["policies"][0]["problems"].empty());
  CHECK_FALSE(all["policies"][0].contains("text"));
  CHECK(all["policies"][1]["problems"][0]["line"] == 3);
  CHECK(all["policies"][2]["namespace"] == "shop");
  CHECK(all["problems"].size() == 1);
  CHECK(all["next"].is_null());
  const json one = Page(admin, "/api/v1/policies?namespace=data&name=users&text=true");
  REQUIRE(one["policies"].size() == 1);
  CHECK(one["policies"][0]["text"] == "the text of users");
  std::vector<std::string> paged;
  for (std::string after, query;;) {
    query = "/api/v1/policies?limit=1" + (after.empty() ? "" : "&after=" + after);
    const json page = Page(admin, query);
    REQUIRE(page["policies"].size() == 1);
    paged.push_back(page["policies"][0]["name"]);
    if (page["next"].is_null()) break;
    after = page["next"];
  }
  CHECK(paged == std::vector<std::string>{"orders", "users", "web"});
  CHECK(admin.Get("/api/v1/policies?text=maybe").status == 400);
}

TEST_CASE("/api/v1/policies counts the bindings that were decided by each") {
  Admin admin;
  admin.controller.Publish(*admin.Bind("a", "orders"), 3, true);
  admin.controller.Publish(*admin.Bind("b", "orders"), 3, true);
  const auto answer = admin.Bind("a", "orders")->Latest();
  PolicySet set;
  set.policies = {answer->policy, Named("data", "unused", 77)};
  admin.source.set = set;
  admin.shelf.Run({}, [](const PolicySet&) {});
  const json page = Page(admin, "/api/v1/policies");
  CHECK(page["policies"][0]["bindings"] == 2);
  CHECK(page["policies"][1]["bindings"] == 0);
}

TEST_CASE("Page by page every binding is shown once, also triggers of one object") {
  Admin admin;
  std::set<std::string> made;
  for (const char* name : {"a", "b", "b-c", "b.c", "c"}) {
    for (const char* pipeline : {"x", "y", "z"}) {
      admin.controller.Publish(*admin.Bind(name, pipeline), 2, true);
      made.insert(std::string(name) + pipeline);
    }
  }
  for (const std::string list : {"bindings", "decisions"}) {
    for (const int limit : {1, 2, 4, 15, 100}) {
      CAPTURE(list, limit);
      std::set<std::string> seen;
      std::size_t rows = 0;
      std::string after;
      do {
        const json page = Page(
            admin, "/api/v1/" + list + "?limit=" + std::to_string(limit) + (after.empty() ? "" : "&after=" + after));
        CHECK(page["total"] == made.size());
        for (const json& each : page[list]) {
          ++rows;
          seen.insert(each["name"].get<std::string>() + each["metadata"]["pipeline"].get<std::string>());
        }
        after = page["next"].is_null() ? "" : page["next"].get<std::string>();
      } while (!after.empty());
      CHECK(rows == made.size());
      CHECK(seen == made);
    }
  }
  // A page goes on after a trigger that is gone meanwhile: at its object.
  const json rest = Page(admin, "/api/v1/bindings?after=data/b/00000000-0000-8000-8000-000000000000");
  CHECK(rest["bindings"].size() == 12);
  CHECK(admin.Get("/api/v1/bindings?after=nonsense").status == 400);
}

TEST_CASE("Lists may be of some objects alone") {
  Admin admin;
  for (const char* name : {"a", "b", "c", "d"}) {
    for (const char* pipeline : {"x", "y"}) admin.Bind(name, pipeline);
  }
  for (const std::string list : {"bindings", "decisions"}) {
    CAPTURE(list);
    const json page = Page(admin, "/api/v1/" + list + "?objects=data/c,data/a,data/none,other/b,data/a");
    CHECK(page["total"] == 4);
    std::vector<std::string> names;
    for (const json& each : page[list]) names.push_back(each["name"]);
    CHECK(names == std::vector<std::string>{"a", "a", "c", "c"});
    for (const char* wrong : {"", "a", "data/", "/a", "data/a,", "data/a/b"}) {
      CAPTURE(wrong);
      CHECK(admin.Get("/api/v1/" + list + "?objects=" + wrong).status == 400);
    }
  }
}

TEST_CASE("/api/v1/bindings says what each would be answered now") {
  Admin admin;
  admin.controller.Publish(*admin.Bind("a", "orders"), 3, true);
  admin.controller.PublishError(*admin.Bind("b", "users"), {Code::kUnavailable, "no data"});
  const json page = Page(admin, "/api/v1/bindings");
  CHECK(page["bindings"][0]["replicas"] == 3);
  CHECK(page["bindings"][0]["active"] == true);
  CHECK(page["bindings"][0]["error"].is_null());
  CHECK(page["bindings"][1]["replicas"].is_null());
  CHECK(page["bindings"][1]["error"]["message"] == "no data");
}

TEST_CASE("/api/v1/bindings says in short why: as /api/v1/decisions does, with what was not read and what is trusted") {
  Admin admin(
      "signals: [ { name: lag, query: lag, perReplica: 1 },\n"
      "  { name: soon, forecast: { of: lag, ahead: 5m }, perReplica: 1 },\n"
      "  { name: later, forecast: { of: lag, ahead: 1h }, perReplica: 1 } ]");
  const std::shared_ptr<Binding> binding = admin.Bind("a", "orders");
  admin.controller.Publish(*binding, 3, true);
  PublishedAnswer answer = *binding->Latest();
  REQUIRE(answer.policy->signals.size() == 3);
  answer.time += Duration(1);
  answer.decision.observed = 2;
  answer.decision.confidence = {1, 0.5, 1};
  answer.decision.signals.resize(3);
  answer.decision.signals[0].reason = Reason::kHeld;
  answer.decision.signals[1].reason = Reason::kDistrustedForecast;
  answer.decision.signals[1].trust = std::make_shared<const Trust>();
  answer.decision.signals[2].reason = Reason::kNoForecast;
  REQUIRE(binding->Publish(std::make_shared<const PublishedAnswer>(answer)));
  const json row = Page(admin, "/api/v1/bindings")["bindings"][0];
  const json whole = Page(admin, "/api/v1/decisions")["decisions"][0];
  for (const char* field : {"replicas", "wanted", "active", "confidence", "observed", "winner", "summary", "error"}) {
    CAPTURE(field);
    CHECK(row[field] == whole[field]);
  }
  CHECK(row["observed"] == 2);
  CHECK(row["without_reading"] == json::parse(R"([{"signal": "lag", "reason": "Held"}])"));
  CHECK(row["forecasts"] ==
        json::parse(R"([{"signal": "soon", "trusted": false}, {"signal": "later", "trusted": null}])"));
}

TEST_CASE("/api/v1/dependencies: who follows whom, and who shares which budget") {
  Admin admin(
      "parameters: { pipeline: { pattern: '[a-z]+' } }\n"
      "signals: [ { name: api, dependsOn: { object: shop-api, ratio: 0.5, lag: 30s } } ]",
      SomePolicies());
  admin.controller.Publish(*admin.Bind("a", "orders"), 3, true);
  const json page = Page(admin, "/api/v1/dependencies");
  CHECK(page["dependencies"] == json::parse(R"([{"follower": "data/a", "follower_policy": "test", "signal": "api",
      "follows": "data/shop-api", "follows_policy": null, "of": "desired", "relation": "proportional", "ratio": 0.5,
      "replicas": null, "lag_seconds": 30, "enabled": true}])"));
  CHECK(page["budgets"] == json::parse(R"([{"namespace": "data", "name": "workers", "replicas": 20,
      "cost_per_hour": null, "policies": [{"policy": "data/orders", "priority": 5, "weight": 2, "minimum": 1}]}])"));
}

TEST_CASE("/api/v1/calendars and /api/v1/schema") {
  Admin admin(testing::kLag, SomePolicies());
  CHECK(Page(admin, "/api/v1/calendars") == json::parse(R"({"calendars": [{"name": "holidays",
      "ranges": [{"first": "2026-12-24", "last": "2026-12-26"}]}]})"));
  CHECK(Page(admin, "/api/v1/schema").contains("$schema"));
}

TEST_CASE("A page that is as it was is not sent again; one that changed is") {
  Admin admin(testing::kLag, SomePolicies());
  const auto binding = admin.Bind("a", "orders");
  admin.controller.Publish(*binding, 3, true);
  for (const char* path :
       {"/api/v1/status", "/api/v1/decisions", "/api/v1/bindings", "/api/v1/forecasts", "/api/v1/policies",
        "/api/v1/dependencies", "/api/v1/calendars", "/api/v1/schema", "/api/v1/openapi.json"}) {
    CAPTURE(path);
    const std::string get = std::string("GET ") + path;
    const std::string tag = testing::FieldOf(testing::Ask(admin.port, get), "ETag");
    REQUIRE(tag.size() > 10);
    for (const std::string& known : {tag, "W/" + tag, "\"x\", " + tag, std::string("*")}) {
      const std::string same = testing::Ask(admin.port, get, "If-None-Match: " + known + "\r\n");
      CHECK(testing::StatusOf(same) == 304);
      CHECK(testing::BodyOf(same).empty());
      CHECK(testing::FieldOf(same, "ETag") == tag);
    }
    CHECK(testing::StatusOf(testing::Ask(admin.port, get, "If-None-Match: \"x\"\r\n")) == 200);
  }
  const std::string tag = testing::FieldOf(testing::Ask(admin.port, "GET /api/v1/bindings"), "ETag");
  admin.controller.Publish(*binding, 4, true);
  CHECK(testing::StatusOf(testing::Ask(admin.port, "GET /api/v1/bindings", "If-None-Match: " + tag + "\r\n")) == 200);
}

TEST_CASE("No answer allows another origin") {
  Admin admin;
  const std::string origin = "Origin: https://example.org\r\n";
  for (const std::string first : {"GET /api/v1/decisions", "GET /metrics", "GET /none", "OPTIONS /api/v1/decisions"}) {
    const std::string answer = testing::Ask(admin.port, first, origin + "Access-Control-Request-Method: GET\r\n");
    CHECK(testing::StatusOf(answer) > 0);
    CHECK(answer.find("Access-Control") == std::string::npos);
  }
}

TEST_CASE("/api/v1/validate says what is wrong, as `loadline validate` does") {
  Admin admin;
  const auto told = [&](const std::string& text) { return json::parse(admin.Get("/api/v1/validate", text).body); };
  const json good = told(kGood);
  CHECK(good["valid"] == true);
  CHECK(good["valid_policies"] == 1);
  for (const json& each : good["problems"]) CHECK(each["severity"] == "warning");

  const std::string bad = std::string(kGood) + "---\n" + kGood +
                          "---\napiVersion: loadline.dev/v1\nkind: ScalingPolicy\n" +
                          "metadata: { name: x, namespace: shop }\nspec: { signals: [ { nmae: a } ] }\n";
  const json wrong = told(bad);
  CHECK(wrong["valid"] == false);
  const testing::Ran ran = testing::RunProgram({testing::kLoadline, "validate", "--format", "json", "-"}, {}, bad);
  INFO(ran.output);
  json said = json::parse(ran.output)["problems"];
  REQUIRE(said.size() > 1);
  for (json& each : said) each.erase("file");
  CHECK(wrong["problems"] == said);

  CHECK(told("a: 1\n")["valid"] == false);  // nobody's
  CHECK(told("# nothing\n")["valid"] == false);
  CHECK(told("kind: ScaledObject\napiVersion: keda.sh/v1alpha1\n---\n" + std::string(kGood))["skipped_documents"] == 1);
}

TEST_CASE("/api/v1/validate is bounded in size, documents and time") {
  Admin admin;
  CHECK(admin.Get("/api/v1/validate", std::string(300 * 1024, '#')).status == 413);
  CHECK(admin.Get("/api/v1/validate", std::string(2 << 20, '#')).status == 413);
  std::string many;
  for (int i = 0; i < 201; ++i) many += "a: 1\n---\n";
  CHECK(admin.Get("/api/v1/validate", many).status == 413);
  CHECK(admin.Get("/api/v1/validate").status == 405);

  // A clock that runs a second with each look.
  struct FastClock : Clock {
    Timestamp Now() const override { return Timestamp(); }
    Duration Running() const override { return Duration(1000) * ++looks; }
    bool WaitUntil(Timestamp, std::stop_token) override { return false; }
    mutable int looks = 0;
  } clock;
  ValidatePage page(clock);
  const std::string text = std::string(kGood) + "---\n" + kGood + "---\n" + kGood;
  const ServerResponse late = page.Answer({"POST", "/api/v1/validate", {}, text, {}, "", ""});
  CHECK(late.status == 413);
  CHECK(late.body.find("takes too long") != std::string::npos);
  CHECK(page.Answer({"POST", "/api/v1/validate", {}, kGood, {}, "", ""}).status == 200);
  CHECK(page.Answer({"POST", "/api/v1/validate", {}, "", {}, "", ""}).status == 400);
}

}  // namespace
}  // namespace loadline
