// /api/v1/overrides, over a folder.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "scaling/override_request.h"
#include "support/raw_http.h"
#include "unit/api/page_fixtures.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::Admin;
using testing::Page;

TEST_CASE("/api/v1/overrides: set, seen with whom it matches, and removed") {
  Admin admin;
  admin.controller.Publish(*admin.Bind("a", "orders"), 3, true);
  admin.Bind("a", "users");
  admin.Bind("b", "orders");
  const HttpResponse set = admin.Get("/api/v1/overrides",
                                     R"({"name": "x", "namespace": "data", "object": "a", "kind": "pin", "replicas": 5,
                                         "for": "2h", "reason": "a drill", "author": "Anna"})");
  CAPTURE(set.body);
  REQUIRE(set.status == 201);
  const json said = json::parse(set.body);
  CHECK(said["name"] == "x");
  CHECK(said["state"] == "in_force");
  CHECK(said["bindings"] == 2);
  CHECK(said["matches"] == json{"data/a (test)", "data/a (test)"});
  CHECK(said["replaced"].is_null());
  CHECK(said["warnings"].empty());
  CHECK(said["kept_in"] == "folder " + (admin.dir / "overrides"));
  const json page = Page(admin, "/api/v1/overrides");
  CHECK(page["total"] == 1);
  CHECK(page["overrides"][0]["set_over"] == "api");
  CHECK(page["overrides"][0]["taken_up"] == false);
  CHECK(admin
            .Get("/api/v1/overrides", R"({"name": "x", "all": true, "namespace": "data", "kind": "hold", "for": "1h",
                                            "reason": "y"})")
            .status == 200);
  CHECK(admin.Get("/api/v1/overrides", R"({"name": "x", "all": true, "kind": "hold", "for": "1h", "reason": "y"})")
            .status == 409);
  CHECK(admin.Send("/api/v1/overrides/x", "", "DELETE").status == 200);
  CHECK(admin.Send("/api/v1/overrides/x", "", "DELETE").status == 404);
  CHECK(Page(admin, "/api/v1/overrides")["total"] == 0);
}

TEST_CASE("What /api/v1/overrides does not take is a problem with each field, and changes nothing") {
  Admin admin;
  const HttpResponse bad = admin.Get("/api/v1/overrides", R"({"object": "a", "kind": "pin"})");
  CHECK(bad.status == 400);
  CHECK(bad.content_type == "application/problem+json");
  const json problem = json::parse(bad.body);
  CHECK(problem["title"] == "Bad Request");
  CHECK(problem["status"] == 400);
  std::vector<std::string> fields;
  for (const json& each : problem["problems"]) {
    fields.push_back(each["field"]);
    CHECK_FALSE(each["rule"].get<std::string>().empty());
    CHECK_FALSE(each["found"].get<std::string>().empty());
    CHECK_FALSE(each["hint"].get<std::string>().empty());
    CHECK_THAT(problem["detail"].get<std::string>(), Catch::Contains(each["rule"].get<std::string>()));
  }
  std::sort(fields.begin(), fields.end());
  CHECK(fields == std::vector<std::string>{"namespace", "reason", "replicas", "until"});
  CHECK(admin.Get("/api/v1/overrides", std::string(16 * 1024 + 1, ' ')).status == 413);
  CHECK(admin.Get("/api/v1/overrides", std::string((1 << 20) + 1, ' ')).status == 413);
  CHECK(admin.Get("/api/v1/overrides", "kind: pin").status == 400);
  CHECK(admin.Get("/api/v1/overrides?name=x", "{}").status == 400);
  CHECK(admin.Send("/api/v1/overrides/x%2f..%2fy", "", "DELETE").status == 404);
  CHECK(Page(admin, "/api/v1/overrides")["total"] == 0);
  // CORS is off.
  const std::string options = testing::Ask(admin.port, "OPTIONS /api/v1/overrides", "Origin: http://evil\r\n");
  CHECK(testing::StatusOf(options) == 405);
  CHECK(options.find("Access-Control") == std::string::npos);
}

TEST_CASE("A hold that holds nothing, or an override for nobody, comes with a warning") {
  Admin admin(testing::kLag, testing::SomePolicies());
  const json said =
      json::parse(admin.Get("/api/v1/overrides", R"({"all": true, "kind": "hold", "for": "1h", "reason": "y"})").body);
  REQUIRE(said["warnings"].size() == 2);
  CHECK(said["warnings"][0] == "it matches no binding that there is now");
  CHECK_THAT(said["warnings"][1].get<std::string>(), Catch::Contains("set replicas.observed in the policy, or pin: N"));
}

}  // namespace
}  // namespace loadline
