// The document that tells of all pages.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "api/admin_routes.h"
#include "support/child.h"
#include "support/places.h"
#include "support/raw_http.h"
#include "support/temp_dir.h"
#include "unit/api/followed_cluster.h"
#include "unit/api/page_fixtures.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::Admin;
using testing::Journaled;
using testing::kGood;
using testing::Page;
using testing::SomePolicies;

constexpr char kDrill[] =
    R"({"name": "drill", "all": true, "kind": "hold", "for": "1h", "reason": "a drill", "author": "anna"})";

// What an answer that goes on begins with.
json TriedStream(const Admin& admin, const std::string& path, const std::string& query) {
  const std::string answer = testing::Ask(admin.port, "HEAD " + path + query);
  return {{"method", "get"},
          {"path", path},
          {"status", testing::StatusOf(answer)},
          {"media_type", testing::FieldOf(answer, "Content-Type")},
          {"body", testing::BodyOf(answer)}};
}

json Tried(const Admin& admin, const std::string& method, const std::string& path, const std::string& query,
           const std::string& body, const std::string& named = "drill") {
  const bool goes_on = path == kEventsPath && query.find("nonsense") == std::string::npos;
  if (goes_on) return TriedStream(admin, path, query);
  const std::size_t name = path.find("{name}");
  const std::string asked = name == std::string::npos ? path : path.substr(0, name) + named;
  const HttpResponse response = admin.Send(asked + query, body, method == "delete" ? "DELETE" : "");
  json parsed = json::parse(response.body, nullptr, false);
  if (parsed.is_discarded()) parsed = response.body;
  return {{"method", method},
          {"path", path},
          {"status", response.status},
          {"media_type", response.content_type},
          {"body", parsed}};
}

TEST_CASE("/api/v1/openapi.json tells of every page, and every page answers as it tells") {
  Journaled journaled;
  testing::FollowedCluster cluster;
  cluster.Rise(testing::FollowedCluster::Named("a", "orders"), SystemClock().Now());
  cluster.Take(testing::FollowedCluster::Named("b", "users"), SystemClock().Now(), 3, 3, 3, SystemClock().Now());
  Admin admin(testing::kLag, SomePolicies(), journaled.journal.get(), &cluster);
  admin.controller.Publish(*admin.Bind("a", "orders"), 3, true);
  admin.controller.PublishError(*admin.Bind("b", "users"), {Code::kUnavailable, "no data"});
  admin.Bind("c", "new");
  const json document = Page(admin, "/api/v1/openapi.json");
  const BindingRecord binding = testing::SomeBinding(0);
  const std::string object = "?namespace=" + binding.object_namespace + "&name=" + binding.object;
  json answers = json::array();
  for (const auto& [path, operations] : document["paths"].items()) {
    for (const auto& [method, operation] : operations.items()) {
      std::string query;
      if (path == "/api/v1/history") query = object;
      if (path == "/api/v1/explain") query = object + "&at=" + FormatTimestamp(testing::TickTime(7));
      if (path == "/api/v1/trends") query = "?objects=" + binding.object_namespace + "/" + binding.object;
      if (path == "/api/v1/timeline") query = object + "&" + Journaled::Span(0, 8);
      if (path == "/api/v1/outlook") query = "?namespace=data&name=a";
      if (path == "/api/v1/summary") query = "?" + Journaled::Span(4, 8);
      if (path == "/api/v1/policies") query = "?text=true";
      const std::string body = method != "post"              ? ""
                               : path == "/api/v1/overrides" ? std::string(kDrill)
                               : path == "/api/v1/replays"
                                   ? json{{"namespace", "data"}, {"name", "x"}, {"policies", {kGood}}}.dump()
                                   : std::string(kGood) + "---\na: [";
      answers.push_back(Tried(admin, method, path, query, body));
      if (!path.starts_with("/api/")) continue;
      answers.push_back(Tried(admin, method, path, "?nonsense=1", body));
      // The parameters that it tells of are those that it takes, each with a value of its schema.
      for (const json& parameter : operation["parameters"]) {
        if (parameter["in"] == "path") continue;
        const std::string name = parameter["name"];
        const json& schema = parameter["schema"];
        const std::string value = schema.contains("enum")                     ? schema["enum"][0].get<std::string>()
                                  : schema["type"] == "integer"               ? "3"
                                  : schema["type"] == "boolean"               ? "true"
                                  : schema.value("format", "") == "date-time" ? FormatTimestamp(testing::TickTime(6))
                                  : name == "after"                           ? "data/a/x"
                                  : name == "objects"                         ? "data/a,data/b"
                                  : name == "what_if"                         ? "lag=3"
                                                                              : "data";
        const json with = Tried(admin, method, path, (query.empty() ? "?" : query + "&") + name + "=" + value, body);
        CAPTURE(path, name, with.dump());
        CHECK(with["body"].dump().find("there is no query parameter") == std::string::npos);
        CHECK((path != kEventsPath || with["status"] == 200));
      }
    }
  }
  admin.keda.is_serving = false;
  answers.push_back(Tried(admin, "get", "/readyz", "", ""));
  answers.push_back(Tried(admin, "get", "/api/v1/explain", "?namespace=x&name=y", ""));
  answers.push_back(Tried(admin, "post", "/api/v1/validate", "", std::string(300 * 1024, '#')));
  answers.push_back(Tried(admin, "post", "/api/v1/overrides", "", "{}"));
  for (int i = 0; i < 2; ++i) answers.push_back(Tried(admin, "post", "/api/v1/overrides", "", kDrill));
  answers.push_back(Tried(admin, "get", "/api/v1/overrides", "", ""));
  answers.push_back(Tried(admin, "delete", "/api/v1/overrides/{name}", "", ""));
  const std::string replay = Page(admin, "/api/v1/replays")["replays"][0]["id"];
  answers.push_back(Tried(admin, "get", "/api/v1/replays/{name}", "", "", replay));
  answers.push_back(Tried(admin, "delete", "/api/v1/replays/{name}", "", "", replay));
  const testing::Ran ran =
      testing::RunProgram({"/usr/bin/python3", std::string(testing::kSourceDir) + "/tests/schema/openapi_check.py"}, {},
                          json{{"document", document}, {"answers", answers}}.dump());
  INFO(ran.output);
  CHECK(ran.exit_code == 0);
  CHECK(ran.output.find("checked " + std::to_string(answers.size()) + " answers") != std::string::npos);
}

}  // namespace
}  // namespace loadline
