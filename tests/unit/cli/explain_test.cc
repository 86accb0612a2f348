// `loadline explain` with servers that answer what no Loadline would, or more than a screen holds.
#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/child.h"
#include "support/fault_server.h"
#include "support/places.h"
#include "support/temp_dir.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::FaultServer;
using testing::HttpText;
using testing::Ran;
using testing::RunProgram;

Ran Explain(const FaultServer& server, const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments = {testing::kLoadline, "explain", "--server", server.url()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return RunProgram(arguments);
}

FaultServer Says(const std::string& body, int status = 200) {
  return FaultServer([response = HttpText(status, body)](const std::string&) { return response; });
}

json Decision(const std::string& name) {
  return {{"namespace", "data"},
          {"name", name},
          {"policy", "worker"},
          {"replicas", 3},
          {"active", true},
          {"confidence", 0.4375},
          {"observed", nullptr},
          {"error", nullptr},
          {"summary", "lag wants 3"},
          {"time", "2026-11-24T06:00:00.000Z"},
          {"signals", {{{"name", "lag"}, {"value", 30}, {"demand", 3}, {"active", true}, {"age_seconds", 15}}}},
          {"steps", json::array()}};
}

TEST_CASE("An odd answer is said, and ends nothing") {
  for (const char* odd :
       {R"({"decisions":[{}]})", R"({"decisions":5})", R"({"decisions":[1]})", R"({"decisions":{"a":1}})",
        R"({"decisions":[{"namespace":1,"name":2}]})", R"({"total":"x","decisions":[]})", "[]", "<html>", ""}) {
    const FaultServer server = Says(odd);
    for (const std::vector<std::string>& more : {std::vector<std::string>{}, {"data/app"}}) {
      const Ran ran = Explain(server, more);
      CAPTURE(odd, ran.output);
      CHECK(ran.exit_code == 2);
      CHECK(ran.output.starts_with("loadline explain: " + server.url() + " answered "));
      CHECK(std::count(ran.output.begin(), ran.output.end(), '\n') == 1);
    }
  }
  for (const char* odd : {R"("active":"maybe")", R"("error":7)", R"("steps":[],"signals":["s"])", R"("steps":[])"}) {
    const FaultServer server = Says(R"({"decisions":[{"namespace":"a","name":"b",)" + std::string(odd) + "}]}");
    CAPTURE(odd);
    CHECK(Explain(server, {"a/b"}).exit_code == 2);
  }
}

TEST_CASE("What a decision lacks is shown as not known") {
  const FaultServer server = Says(R"({"total":1,"decisions":[{"namespace":"data","name":"app"}]})");
  const Ran one = Explain(server, {"data/app"});
  CHECK(one.exit_code == 0);
  CHECK(one.output.starts_with("data/app wants - replicas, activity unknown\n"));
  CHECK(one.output.find("observed - replicas   confidence -\n") != std::string::npos);
  const Ran all = Explain(server);
  CHECK(all.exit_code == 0);
  CHECK(all.output.find("data/app  -       -      -       -         -") != std::string::npos);
}

TEST_CASE("Rule 32: what keeps KEDA from following is shown with the decision that it does not follow") {
  const std::string decisions = HttpText(200, json{{"total", 1}, {"decisions", {Decision("app")}}}.dump());
  const std::string problems = HttpText(200, R"({"total":1,"problems":[{"namespace":"data","name":"app",
      "finding":"paused","severity":"warning","sentence":"KEDA is paused, and does not call","mend":"remove it"}]})");
  const FaultServer server([&](const std::string& request) {
    return request.find("/problems?") == std::string::npos ? decisions : problems;
  });
  CHECK(Explain(server, {"data/app"})
            .output.ends_with("\nfinding: paused: KEDA is paused, and does not call; remove it\n"));
  // Of all of them `loadline status` says it.
  CHECK(Explain(server).output.find("paused") == std::string::npos);
  const std::vector<std::string> requests = server.requests();
  CHECK(std::ranges::any_of(requests, [](const std::string& each) {
    return each.starts_with("GET /api/v1/problems?namespace=data&name=app ");
  }));
}

TEST_CASE("Of one binding the confidence is shown, and what the doubt is") {
  json decision = Decision("app");
  decision["doubt"] = "cpu asks for 0 where 6 is wanted";
  const FaultServer server = Says(json{{"total", 1}, {"decisions", {decision}}}.dump());
  const Ran one = Explain(server, {"data/app"});
  CHECK(one.exit_code == 0);
  CHECK(one.output.find("observed - replicas   confidence 0.438\n  doubt     cpu asks for 0 where 6 is wanted\n") !=
        std::string::npos);
  decision["confidence"] = 0.5;
  const FaultServer surer = Says(json{{"total", 1}, {"decisions", {decision}}}.dump());
  CHECK(Explain(surer, {"data/app"}).output.find("doubt") == std::string::npos);
  const FaultServer older = Says(json{{"total", 1}, {"decisions", {Decision("app")}}}.dump());
  CHECK(Explain(older, {"data/app"}).output.find("doubt") == std::string::npos);
}

// A server that knows what HPAs did, or does not.
FaultServer Followed(const std::string& effectiveness, int status = 200) {
  json decision = Decision("app");
  decision["metadata"] = {{"policy", "worker"}};
  const std::string decisions = json{{"total", 1}, {"decisions", {decision}}}.dump();
  return FaultServer([=](const std::string& request) {
    return request.starts_with("GET /api/v1/effectiveness?namespace=data&name=app&limit=1000 ")
               ? HttpText(status, effectiveness)
               : HttpText(200, decisions);
  });
}

TEST_CASE("What the HPA did stands below what is wanted, where it is known") {
  const std::string row =
      R"({"namespace":"data","name":"app","policy":"worker","metadata":{"policy":"worker"},"from":"2026-11-23T18:00:00.000Z",
          "effectiveness":0.94,"reach":0.99,"promptness":0.95,"steadiness":null,"sentence":"8 wanted, and ready"})";
  const std::string page =
      R"({"bindings":[{"namespace":"data","name":"app","metadata":{"policy":"other"},"sentence":"no"},)" + row +
      R"(],"next":null})";
  const FaultServer server = Followed(page);
  const Ran known = Explain(server, {"data/app"});
  CHECK(known.exit_code == 0);
  CHECK(known.output.find("  HPA       8 wanted, and ready\n"
                          "  followed  0.94 of 1 since 2026-11-23T18:00:00.000Z: "
                          "reach 0.99, promptness 0.95, steadiness -\n") != std::string::npos);
  CHECK(Explain(server).output.find("HPA") == std::string::npos);
  std::string unknown = page;
  unknown.replace(unknown.find("0.94"), 4, "null");
  const FaultServer half = Followed(unknown);
  const Ran ran = Explain(half, {"data/app"});
  CHECK(ran.output.find("  HPA       8 wanted, and ready\n") != std::string::npos);
  CHECK(ran.output.find("followed") == std::string::npos);
}

TEST_CASE("A server that knows nothing of HPAs is explained like any") {
  for (const auto& [page, status] :
       {std::pair{"{}", 404}, {R"({"kubernetes":false,"bindings":[],"next":null})", 200}}) {
    const FaultServer server = Followed(page, status);
    const Ran ran = Explain(server, {"data/app"});
    CHECK(ran.exit_code == 0);
    CHECK(ran.output.find("HPA") == std::string::npos);
  }
}

TEST_CASE("A token is shown to the server, and where one is wanted the option is named") {
  const testing::TempDir dir;
  const std::string token = dir.Write("token", "secret\n");
  const FaultServer server([](const std::string& request) {
    const bool admitted = request.find("Authorization: Bearer secret\r\n") != std::string::npos;
    return admitted ? HttpText(200, R"({"total":0,"decisions":[]})") : HttpText(401, R"({"detail":"want a token"})");
  });
  CHECK(Explain(server, {"--token-file", token}).exit_code == 0);
  const Ran refused = Explain(server);
  CHECK(refused.exit_code == 2);
  CHECK(refused.output.find(" answered 401: want a token (--token-file)\n") != std::string::npos);
}

TEST_CASE("What is left out of a long list is said") {
  json body = {{"total", 1234}, {"decisions", {Decision("a"), Decision("b")}}};
  const FaultServer server = Says(body.dump());
  for (const std::vector<std::string>& more : {std::vector<std::string>{}, {"data/a"}, {"-o", "json"}}) {
    const Ran ran = Explain(server, more);
    CHECK(ran.exit_code == 0);
    CHECK(ran.output.find("loadline explain: these are 2 of 1234") != std::string::npos);
  }
  body["total"] = 2;
  CHECK(Explain(Says(body.dump())).output.find("these are") == std::string::npos);
}

TEST_CASE("A server that refuses, is not there, or a name without a slash: exit code 2, with what was said") {
  const FaultServer server = Says(R"({"title":"Bad Request","detail":"there is no query parameter"})", 400);
  const Ran refused = Explain(server);
  CHECK(refused.exit_code == 2);
  CHECK(refused.output.find("answered 400: ") != std::string::npos);
  CHECK(refused.output.find("there is no query parameter") != std::string::npos);
  const Ran nobody = RunProgram({testing::kLoadline, "explain", "--server", "http://127.0.0.1:1"});
  CHECK(nobody.exit_code == 2);
  CHECK(nobody.output.find("connection refused") != std::string::npos);
  CHECK(nobody.output.find("--server") != std::string::npos);
  const Ran nameless = Explain(server, {"app"});
  CHECK(nameless.exit_code == 2);
  CHECK(nameless.output.find("want NAMESPACE/NAME of a ScaledObject, or --namespace beside it; found \"app\"") !=
        std::string::npos);
}

TEST_CASE("A trigger that has not called is exit code 1, with where to look") {
  const FaultServer server = Says(R"({"total":0,"decisions":[]})");
  const Ran none = Explain(server, {"data/app", "--policy", "worker"});
  CHECK(none.exit_code == 1);
  CHECK(none.output.find("data/app has not called with policy worker") != std::string::npos);
  CHECK(Explain(server).exit_code == 0);
  REQUIRE(server.requests().size() == 2);
  CHECK(server.requests()[0].find("&namespace=data&name=app&policy=worker ") != std::string::npos);
}

}  // namespace
}  // namespace loadline
