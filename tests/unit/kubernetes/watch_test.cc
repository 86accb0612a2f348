// Following an API server while all is well.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "unit/kubernetes/followed_watch.h"

namespace loadline {
namespace {

using testing::ApiRequest;
using testing::Eventually;
using testing::FakeApiServer;
using testing::Followed;
using testing::kConfigMaps;
using testing::QuickOptions;
using testing::StatusText;
using testing::ThingJson;

TEST_CASE("A watch lists in pages and hears of what changes") {
  FakeApiServer server;
  for (const char* name : {"a", "b", "c", "d", "e"}) server.Put(kConfigMaps, ThingJson(name));
  const Followed followed(server);
  followed.Becomes("a b c d e");
  CHECK(server.Count([](const ApiRequest& each) { return !each.is_watch(); }) == 3);
  server.Put(kConfigMaps, ThingJson("f", "new"));
  server.Put(kConfigMaps, ThingJson("a", "changed"));
  server.Delete(kConfigMaps, "data", "b");
  followed.Becomes("a=changed c d e f=new");
  const WatchState state = followed.State();
  CHECK(state.watching);
  CHECK(state.resource == "configmaps");
  CHECK(state.complete);
  CHECK(state.problem.empty());
  CHECK(state.lists == 1);
  CHECK(state.failures == 0);
  CHECK(state.last_heard > Timestamp());
}

TEST_CASE("A watch asks for its namespace and label, bookmarks and an end") {
  FakeApiServer server;
  server.Put(kConfigMaps, ThingJson("a"));
  server.Put(kConfigMaps, ThingJson("b", "", "other"));
  const Followed followed(server, QuickOptions(), {"", "v1", "configmaps", "data", "a=b", 2});
  followed.Becomes("a");
  REQUIRE(followed.IsWatching());
  const ApiRequest watch = server.Requests().back();
  CHECK(watch.path == "/api/v1/namespaces/data/configmaps");
  CHECK(watch.query.at("labelSelector") == "a=b");
  CHECK(watch.query.at("allowWatchBookmarks") == "true");
  CHECK(watch.query.at("timeoutSeconds") == "450");  // 300 and half of it by chance
}

TEST_CASE("A watch that ends cleanly is begun again where it was") {
  FakeApiServer server;
  server.Put(kConfigMaps, ThingJson("a"));
  WatchOptions options = QuickOptions();
  options.steady_after = Duration(0);
  const Followed followed(server, options);
  REQUIRE(followed.IsWatching());
  server.Put(kConfigMaps, ThingJson("b"));
  followed.Becomes("a b");
  server.EndWatches(true);
  REQUIRE(Eventually([&] { return followed.State().watches == 2; }));
  server.Put(kConfigMaps, ThingJson("c"));
  followed.Becomes("a b c");
  CHECK(followed.State().lists == 1);
  CHECK(followed.State().failures == 0);
  CHECK(server.Requests().back().query.at("resourceVersion") == "102");
}

TEST_CASE("A bookmark moves a watch on without an object") {
  FakeApiServer server;
  server.Put(kConfigMaps, ThingJson("a"));
  const Followed followed(server);
  REQUIRE(followed.IsWatching());
  server.SendToWatches(kConfigMaps,
                       R"({"type":"BOOKMARK","object":{"kind":"ConfigMap","metadata":{"resourceVersion":"5000"}}})"
                       "\n");
  server.EndWatches(false);
  REQUIRE(Eventually([&] {
    return server.Count([](const ApiRequest& each) {
      return each.is_watch() && each.query.at("resourceVersion") == "5000";
    }) > 0;
  }));
  CHECK(followed.Names() == "a");
}

TEST_CASE("What is gone by 410 is listed anew") {
  FakeApiServer server;
  server.Put(kConfigMaps, ThingJson("a"));
  server.Put(kConfigMaps, ThingJson("b"));
  const Followed followed(server);
  REQUIRE(followed.IsWatching());
  SECTION("as the watch's status") {
    server.HoldBack(true);
    server.Delete(kConfigMaps, "data", "a");
    server.Compact();
    server.EndWatches(true);
    server.HoldBack(false);
  }
  SECTION("as an event of it") {
    server.HoldBack(true);
    server.Delete(kConfigMaps, "data", "a");
    server.SendToWatches(kConfigMaps, R"({"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}})"
                                      "\n");
  }
  followed.Becomes("b");
  CHECK(Eventually([&] { return followed.State().lists == 2; }));
}

TEST_CASE("A list whose next page is gone is begun again, and drops nothing meanwhile") {
  int pages = 0;
  FakeApiServer server;
  for (const char* name : {"a", "b", "c"}) server.Put(kConfigMaps, ThingJson(name));
  server.SetFault([&](const ApiRequest& request) -> std::optional<std::string> {
    if (request.query.count("continue") == 0 || ++pages > 1) return std::nullopt;
    return StatusText(410, "Expired", "The provided continue parameter is too old");
  });
  const Followed followed(server);
  followed.Becomes("a b c");
  CHECK(Eventually([&] { return followed.State().lists == 1; }));
  CHECK(followed.State().failures == 1);
}

TEST_CASE("A page that is too large an answer is asked for in smaller ones") {
  FakeApiServer server;
  for (const char* name : {"a", "b", "c", "d", "e"})
    server.Put(kConfigMaps, ThingJson(name, std::string(1000, name[0])));
  HttpClientOptions http;
  http.max_response_bytes = 2000;
  const Followed followed(server, QuickOptions(), {"", "v1", "configmaps", "", "", 8}, http);
  REQUIRE(Eventually([&] { return followed.State().complete; }));
  CHECK(followed.Names().size() > 5000);
  CHECK(followed.HadProblem("the response has more than 2000 bytes"));
  CHECK(server.Requests()[0].query.at("limit") == "8");
  CHECK(server.Requests()[3].query.at("limit") == "1");
}

}  // namespace
}  // namespace loadline
