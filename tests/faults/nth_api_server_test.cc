// Every request to an API server fails, one after the other, in each way that we know of.
#include <atomic>

#include "faults/nth.h"
#include "unit/kubernetes/followed_watch.h"

namespace loadline::testing {
namespace {

enum class Way { kServerError, kForbidden, kTooMany, kGone, kHalf, kNotJson, kNoList };

std::string ResponseOf(Way way) {
  switch (way) {
    case Way::kServerError: return StatusText(500, "InternalError", "etcd is slow");
    case Way::kForbidden: return StatusText(403, "Forbidden", "configmaps is forbidden");
    case Way::kTooMany: return StatusText(429, "TooManyRequests", "slow down");
    case Way::kGone: return StatusText(410, "Expired", "too old resource version");
    case Way::kHalf:
      return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\nConnection: close\r\n\r\n"
             R"({"kind":"ConfigMapList","items":[{"metadata":{"name":"z","names)";
    case Way::kNotJson: return HttpText(200, "<html>login</html>", "text/html");
    case Way::kNoList: return HttpText(200, "{}");
  }
  return "";
}

TEST_CASE("Whichever request to an API server fails, what stays is never gone, and what changed is heard of") {
  const auto ways = {Way::kServerError, Way::kForbidden, Way::kTooMany, Way::kGone,
                     Way::kHalf,        Way::kNotJson,   Way::kNoList};
  const int runs = ForEveryCall(ways, [](NthCall& call, Way way) {
    FakeApiServer server;
    for (const char* name : {"a", "b", "c", "d", "e"}) server.Put(kConfigMaps, ThingJson(name));
    server.SetFault([&](const ApiRequest&) { return call.Fails() ? std::optional(ResponseOf(way)) : std::nullopt; });
    std::atomic<bool> lost = false;
    const Followed followed(server, QuickOptions(), Followed::Target(), {}, [&](const std::string& names) {
      for (const char stays : {'a', 'c', 'd', 'e'}) {
        if (names.find(stays) == std::string::npos) lost = true;
      }
    });
    const auto reached = [&](const auto& condition) {
      return Eventually([&] { return call.fails_on() || condition(); });
    };
    REQUIRE(reached([&] { return followed.State().watching; }));
    const std::uint64_t lists = followed.State().lists;
    server.HoldBack(true);
    server.Put(kConfigMaps, ThingJson("f"));
    server.Delete(kConfigMaps, "data", "b");
    server.Compact();
    server.EndWatches(false);  // what was heard is too old now: all is listed anew
    REQUIRE(reached([&] { return followed.State().lists > lists; }));
    server.HoldBack(false);
    REQUIRE(reached([&] { return followed.Names() == "a c d e f" && followed.State().watching; }));
    if (call.fails_on()) REQUIRE(Eventually([&] { return !followed.State().problem.empty(); }));
    call.End();
    REQUIRE(followed.Becomes("a c d e f"));
    REQUIRE(Eventually([&] { return followed.State().watching && followed.State().problem.empty(); }));
    REQUIRE_FALSE(lost);
  });
  CHECK(runs >= 8);  // three pages and a watch, twice
}

}  // namespace
}  // namespace loadline::testing
