#include "kubernetes/override_configmap.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>
#include <vector>

#include "support/fake_api_server.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::ApiRequest;
using testing::FakeApiServer;
using testing::StatusText;

constexpr auto kConfigMaps = "/api/v1/configmaps";

struct Kept {
  explicit Kept(int attempts = 10)
      : store(MakeOverrideConfigMap({server.url(), "loadline", "loadline.dev/policies=true", attempts}, *client)) {}

  Status Put(const std::string& name, const std::string& text) const {
    return store->Change([&](OverrideTexts& texts) {
      texts[name] = text;
      return true;
    });
  }
  // The body of the latest request of this method.
  json Sent(const std::string& method) const {
    json body;
    for (const ApiRequest& each : server.Requests()) {
      if (each.method == method) body = json::parse(each.body);
    }
    return body;
  }

  FakeApiServer server;
  std::unique_ptr<HttpClient> client = MakeHttpClient({});
  std::unique_ptr<OverrideStore> store;
};

TEST_CASE("A ConfigMap of overrides is made where it is not there, with the label by which policies are found") {
  const Kept kept;
  CHECK(kept.store->Where() == "ConfigMap loadline/loadline-overrides");
  CHECK(kept.store->Read().value().empty());
  REQUIRE(kept.Put("one", "text one"));
  CHECK(kept.Sent("POST")["metadata"] == json{{"name", "loadline-overrides"},
                                              {"namespace", "loadline"},
                                              {"labels", {{"loadline.dev/policies", "true"}}}});
  CHECK(kept.Sent("POST")["data"] == json{{"one.yaml", "text one"}});
  REQUIRE(kept.Put("two", "text two"));
  CHECK(kept.store->Read().value() == OverrideTexts{{"one", "text one"}, {"two", "text two"}});
  REQUIRE(kept.store->Change([](OverrideTexts& texts) { return texts.erase("one") == 1; }));
  CHECK(kept.store->Read().value() == OverrideTexts{{"two", "text two"}});
}

TEST_CASE("What else the ConfigMap holds stays, and the label is mended") {
  Kept kept;
  kept.server.Put(kConfigMaps, {{"apiVersion", "v1"},
                                {"kind", "ConfigMap"},
                                {"metadata",
                                 {{"namespace", "loadline"},
                                  {"name", "loadline-overrides"},
                                  {"labels", {{"team", "platform"}}},
                                  {"annotations", {{"a", "b"}}}}},
                                {"data", {{"note.txt", "by hand"}}}});
  REQUIRE(kept.Put("one", "text one"));
  const json put = kept.Sent("PUT");
  CHECK(put["metadata"]["labels"] == json{{"team", "platform"}, {"loadline.dev/policies", "true"}});
  CHECK(put["metadata"]["annotations"] == json{{"a", "b"}});
  CHECK(put["metadata"]["resourceVersion"].is_string());
  CHECK(put["data"] == json{{"note.txt", "by hand"}, {"one.yaml", "text one"}});
  // Where nothing changes nothing is written.
  REQUIRE(kept.store->Change([](OverrideTexts&) { return false; }));
  CHECK(kept.server.Count([](const ApiRequest& each) { return each.method == "PUT"; }) == 1);
}

TEST_CASE("Of many that write at once, each with a program of its own, nobody's is lost") {
  Kept first;
  std::vector<std::jthread> writers;
  std::atomic<int> failed = 0;
  for (int writer = 0; writer < 6; ++writer) {
    writers.emplace_back([&, writer] {
      const auto client = MakeHttpClient({});
      const auto store =
          MakeOverrideConfigMap({first.server.url(), "loadline", "loadline.dev/policies=true", 1000}, *client);
      for (int i = 0; i < 5; ++i) {
        failed += !store->Change([&](OverrideTexts& texts) {
          texts["o" + std::to_string(writer) + "-" + std::to_string(i)] = "text";
          return true;
        });
      }
    });
  }
  writers.clear();
  CHECK(failed == 0);
  CHECK(first.store->Read().value().size() == 30);
}

TEST_CASE("Who is never fast enough is told to ask again, and has not written") {
  Kept kept(3);
  kept.server.Put(kConfigMaps, {{"metadata", {{"namespace", "loadline"}, {"name", "loadline-overrides"}}}});
  kept.server.SetFault([](const ApiRequest& each) -> std::optional<std::string> {
    if (each.method == "PUT") return StatusText(409, "Conflict", "the object has been modified");
    return std::nullopt;
  });
  const Status put = kept.Put("one", "text");
  REQUIRE_FALSE(put);
  CHECK(put.error().code == Code::kAborted);
  CHECK_THAT(put.error().message, Catch::Contains("was changed by others each of 3 times: ask again"));
  CHECK(kept.server.Count([](const ApiRequest& each) { return each.method == "PUT"; }) == 3);
  kept.server.SetFault(nullptr);
  CHECK(kept.store->Read().value().empty());
}

TEST_CASE("One that is removed between reading and writing is made anew") {
  Kept kept;
  REQUIRE(kept.Put("one", "text"));
  bool removed = false;
  REQUIRE(kept.store->Change([&](OverrideTexts& texts) {
    if (!std::exchange(removed, true)) kept.server.Delete(kConfigMaps, "loadline", "loadline-overrides");
    texts["two"] = "text";
    return true;
  }));
  CHECK(kept.store->Read().value() == OverrideTexts{{"two", "text"}});
}

TEST_CASE("What RBAC refuses is told by verb, with where the Role for it stands; what is away, as that") {
  Kept kept;
  kept.server.SetFault([](const ApiRequest& each) -> std::optional<std::string> {
    if (each.method == "POST") return StatusText(403, "Forbidden", "no");
    return std::nullopt;
  });
  const Status refused = kept.Put("one", "text");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::kPermissionDenied);
  CHECK_THAT(refused.error().message, Catch::Contains("may not create configmaps in namespace loadline"));
  CHECK_THAT(refused.error().message, Catch::Contains("examples/kubernetes/rbac.yaml"));
  kept.server.SetFault([](const ApiRequest&) { return StatusText(500, "InternalError", "etcd is away"); });
  const auto away = kept.store->Read();
  REQUIRE_FALSE(away);
  CHECK(away.error().code == Code::kUnavailable);
  CHECK_THAT(away.error().message, Catch::Contains("etcd is away"));
  kept.server.SetFault([](const ApiRequest&) { return "Connection: close"; });
  CHECK(kept.store->Read().error().code == Code::kUnavailable);
}

TEST_CASE("What is answered in the place of the ConfigMap is told: it is neither no override, nor written back") {
  Kept kept;
  REQUIRE(kept.Put("one", "text"));
  const std::string ours = R"("name":"loadline-overrides","namespace":"loadline")";
  for (const std::string& body : {
           std::string("{}"),
           std::string("[]"),
           std::string("<html>"),
           std::string(R"({"metadata":"x","data":{"one.yaml":"text"}})"),
           std::string(R"({"metadata":{"name":"others","namespace":"loadline"}})"),
           R"({"metadata":{)" + ours + R"(,"labels":"x"}})",
           R"({"metadata":{)" + ours + R"(,"labels":[1]}})",
           R"({"metadata":{)" + ours + R"(},"data":"x"})",
           R"({"metadata":{)" + ours + R"(},"data":[1]})",
       }) {
    CAPTURE(body);
    kept.server.SetFault([&](const ApiRequest& each) -> std::optional<std::string> {
      if (each.method != "GET") return std::nullopt;
      return testing::HttpText(200, body);
    });
    const auto read = kept.store->Read();
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Code::kUnavailable);
    CHECK_THAT(read.error().message, Catch::Contains("the API server answered something else: " + body.substr(0, 5)));
    CHECK_FALSE(kept.Put("two", "text"));
  }
  // Also in the place of what was written: it may not be.
  kept.server.SetFault([](const ApiRequest& each) -> std::optional<std::string> {
    if (each.method == "GET") return std::nullopt;
    return testing::HttpText(200, "<html>", "text/html");
  });
  const Status put = kept.Put("two", "text");
  REQUIRE_FALSE(put);
  CHECK_THAT(put.error().message, Catch::Contains("the API server answered something else: <html>"));
  kept.server.SetFault(nullptr);
  CHECK(kept.store->Read().value() == OverrideTexts{{"one", "text"}});
  // As some servers write what is empty.
  kept.server.SetFault([&](const ApiRequest&) {
    const std::string body = R"({"metadata":{)" + ours + R"(,"labels":null},"data":null})";
    return testing::HttpText(200, body);
  });
  CHECK(kept.store->Read().value().empty());
  CHECK(kept.Put("two", "text"));
}

}  // namespace
}  // namespace loadline
