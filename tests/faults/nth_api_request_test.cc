// Every request to an API server that is no list and no watch fails, one after the other, in each way that we know of:
// how many replicas are ready, Events, and the ConfigMap of overrides.
#include <atomic>
#include <map>
#include <nlohmann/json.hpp>

#include "faults/nth.h"
#include "kubernetes/event_writer.h"
#include "kubernetes/override_configmap.h"
#include "kubernetes/ready_replicas.h"
#include "support/fake_api_server.h"
#include "support/simulated_clock.h"
#include "unit/controller/recording_log.h"

namespace loadline::testing {
namespace {

using nlohmann::json;

enum class Way { kServerError, kTooMany, kForbidden, kConflict, kHalf, kNoHttp, kNotJson };

std::string ResponseOf(Way way) {
  switch (way) {
    case Way::kServerError: return StatusText(500, "InternalError", "etcd is slow");
    case Way::kTooMany: return StatusText(429, "TooManyRequests", "slow down");
    case Way::kForbidden: return StatusText(403, "Forbidden", "it is forbidden");
    case Way::kConflict: return StatusText(409, "Conflict", "the object has been modified");
    case Way::kHalf:
      return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\nConnection: close\r\n\r\n"
             R"({"kind":"ConfigMap","data":{"a.y)";
    case Way::kNoHttp: return "Connection: close";  // and it is closed
    case Way::kNotJson: return HttpText(200, "<html>login</html>", "text/html");
  }
  return "";
}

constexpr Duration kPastRefusals = std::chrono::minutes(6);  // until who refused is asked again

// The requests of one call come one after the other.
std::unique_ptr<HttpClient> OneAtOnce() {
  HttpClientOptions options;
  options.max_connections = 1;
  return MakeHttpClient(options);
}

// An API server of which requests fail, and what who asks it needs.
struct Asked {
  Asked(NthCall& call, Way way) {
    server.SetFault([this, &call, way](const ApiRequest& request) -> std::optional<std::string> {
      if (is_left_alone || !call.Fails()) {
        ++let_through[request.body.empty() ? "" : json::parse(request.body)["metadata"].value("name", "")];
        return std::nullopt;
      }
      return ResponseOf(way);
    });
  }

  std::atomic<bool> is_left_alone = false;
  std::map<std::string, int> let_through;  // by the name of what is written; read between requests only
  FakeApiServer server;
  std::unique_ptr<HttpClient> client = OneAtOnce();
  SimulatedClock clock{kStart};
  RecordingLog log;
};

KedaObject ObjectOf(const std::string& object_namespace, const std::string& name) {
  KedaObject object;
  object.object_namespace = object_namespace;
  object.name = object.target.name = name;
  object.uid = "uid-" + name;
  object.target.api_version = "apps/v1";
  object.target.kind = "Deployment";
  return object;
}

std::vector<std::shared_ptr<const KedaObject>> Objects() {
  std::vector<std::shared_ptr<const KedaObject>> objects;
  for (const auto& [in, name] : {std::pair("data", "orders"), {"data", "users"}, {"shop", "web"}})
    objects.push_back(std::make_shared<const KedaObject>(ObjectOf(in, name)));
  return objects;
}

TEST_CASE("Whichever request for ready replicas fails, a count is true or none, and why is told") {
  const auto ways = {Way::kServerError, Way::kTooMany, Way::kForbidden, Way::kHalf, Way::kNoHttp, Way::kNotJson};
  const int runs = ForEveryCall(ways, [](NthCall& call, Way way) {
    Asked asked(call, way);
    ReadyReplicas ready({asked.server.url()}, *asked.client, asked.clock, asked.log);
    const auto objects = Objects();
    std::vector<TargetLook> looks;
    for (const auto& each : objects) looks.push_back({each, true});
    const auto read = [&](int truth) {
      for (const auto& each : objects) {
        asked.server.Put("/apis/apps/v1/deployments",
                         {{"apiVersion", "apps/v1"},
                          {"metadata", {{"namespace", each->object_namespace}, {"name", each->name}}},
                          {"status", {{"readyReplicas", truth}}}});
      }
      ready.Read(looks);
    };
    for (int round = 1; round <= 4; ++round) {
      asked.clock.Set(asked.clock.Now() + kTick);
      const int before = call.failed();
      read(round);
      int unknown = 0;
      for (const auto& each : objects) {
        const std::optional<int> told = ready.Of(*each);
        unknown += !told;
        // Of one that is refused the others of its namespace are not asked for a while, and stay as they were.
        if (told && (way != Way::kForbidden || ready.problem().empty())) REQUIRE(*told == round);
      }
      const int failed = call.failed() - before;
      if (way != Way::kForbidden) REQUIRE(unknown == failed);
      REQUIRE(unknown >= failed);
      REQUIRE(asked.log.Count("target_not_read") == static_cast<std::size_t>(call.failed()));
      if (failed > 0) REQUIRE_FALSE(asked.log.Field("target_not_read", "problem").empty());
    }
    if (way == Way::kForbidden && call.fails_on()) REQUIRE_FALSE(ready.problem().empty());
    call.End();
    asked.clock.Set(asked.clock.Now() + kPastRefusals);
    read(9);
    for (const auto& each : objects) REQUIRE(ready.Of(*each) == 9);
    REQUIRE(ready.problem().empty());
  });
  CHECK(runs >= 8);
}

TEST_CASE("Whichever Event is not taken, it is told and counted, and what lasts is written later, once") {
  const auto ways = {Way::kServerError, Way::kTooMany, Way::kForbidden, Way::kHalf, Way::kNoHttp, Way::kNotJson};
  const int runs = ForEveryCall(ways, [](NthCall& call, Way way) {
    Asked asked(call, way);
    EventWriter writer({asked.server.url()}, *asked.client, asked.clock, asked.log);
    std::vector<ObjectFindings> lasting;
    for (const auto& each : Objects()) {
      ObjectFindings found;
      found.object = each;
      for (const auto kind : {FindingKind::kFallbackToZero, FindingKind::kWrongTarget})
        found.findings.push_back({kind, 0, "it is so", "mend it"});
      lasting.push_back(std::move(found));
    }
    int news = 0;
    const auto write = [&] {
      writer.Write(lasting);
      KubeEvent event{lasting[0].object, "news-" + std::to_string(++news), "Scaled", "3 to 5", false};
      writer.WriteOnce({event});
    };
    for (int round = 0; round < 3; ++round) {
      write();
      asked.clock.Set(asked.clock.Now() + kTick);
    }
    const auto failed = static_cast<std::uint64_t>(call.failed());
    REQUIRE(writer.counts().failed == failed);
    REQUIRE(asked.log.Count("event_not_written") == failed);
    call.End();
    asked.clock.Set(asked.clock.Now() + kPastRefusals);
    write();
    REQUIRE(writer.counts().failed == failed);
    std::size_t let_through = 0;
    std::size_t lasting_through = 0;
    for (const auto& [name, times] : asked.let_through) {
      REQUIRE(times == 1);
      ++let_through;
      lasting_through += !name.starts_with("news-");
    }
    REQUIRE(lasting_through == 6);
    REQUIRE(writer.counts().written == let_through);
    REQUIRE(writer.counts().there == 0);
  });
  CHECK(runs >= 9);
}

TEST_CASE("Whichever request for the ConfigMap of overrides fails, what it keeps is what was told as done") {
  const auto ways = {Way::kServerError, Way::kTooMany, Way::kForbidden, Way::kConflict,
                     Way::kHalf,        Way::kNoHttp,  Way::kNotJson};
  const int runs = ForEveryCall(ways, [](NthCall& call, Way way) {
    Asked asked(call, way);
    const auto store =
        MakeOverrideConfigMap({asked.server.url(), "loadline", "loadline.dev/policies=true"}, *asked.client);
    OverrideTexts told;
    const auto kept = [&] {
      asked.is_left_alone = true;
      const OverrideTexts texts = store->Read().value();
      asked.is_left_alone = false;
      return texts;
    };
    const auto change = [&](const std::function<void(OverrideTexts&)>& what) {
      const int before = call.failed();
      const Status changed = store->Change([&](OverrideTexts& texts) {
        what(texts);
        return true;
      });
      if (changed) what(told);
      if (!changed) REQUIRE(call.failed() > before);
      if (!changed) REQUIRE(changed.error().message.starts_with(store->Where()));
      REQUIRE(kept() == told);
      const int until = call.failed();
      const auto read = store->Read();
      REQUIRE(read.has_value() == (call.failed() == until));
      if (read) REQUIRE(*read == told);
    };
    change([](OverrideTexts& texts) { texts["drill"] = "3"; });
    change([](OverrideTexts& texts) { texts["sale"] = "4"; });
    change([](OverrideTexts& texts) { texts["drill"] = "5"; });
    change([](OverrideTexts& texts) { texts.erase("sale"); });
    call.End();
    change([](OverrideTexts& texts) { texts["sale"] = "6"; });
    REQUIRE(told.contains("sale"));
  });
  CHECK(runs >= 8);
}

}  // namespace
}  // namespace loadline::testing
