// Following an API server that is cut off, refuses, lies or is away.
#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "support/certificates.h"
#include "support/temp_dir.h"
#include "unit/kubernetes/followed_watch.h"

namespace loadline {
namespace {

using testing::ApiRequest;
using testing::Eventually;
using testing::FakeApiServer;
using testing::Followed;
using testing::HttpText;
using testing::kConfigMaps;
using testing::QuickOptions;
using testing::ReadThing;
using testing::StatusText;
using testing::Thing;
using testing::ThingJson;

TEST_CASE("A stream that is cut in the middle of an object loses nothing") {
  FakeApiServer server;
  server.Put(kConfigMaps, ThingJson("a"));
  const Followed followed(server);
  REQUIRE(followed.IsWatching());
  server.HoldBack(true);
  server.Put(kConfigMaps, ThingJson("a", "whole"));
  server.SendToWatches(kConfigMaps, R"({"type":"MODIFIED","object":{"metadata":{"name":"a","names)");
  server.EndWatches(false);
  REQUIRE(Eventually([&] { return followed.State().failures > 0; }));
  CHECK(followed.Names() == "a");
  server.HoldBack(false);
  followed.Becomes("a=whole");
  CHECK(followed.State().lists == 1);
}

TEST_CASE("An event may come in any pieces") {
  FakeApiServer server;
  const Followed followed(server);
  REQUIRE(followed.IsWatching());
  for (const char c :
       std::string(R"({"type":"ADDED","object":{"metadata":{"namespace":"data","name":"é","resourceVersion":"200"}}})"
                   "\n")) {
    server.SendToWatches(kConfigMaps, std::string(1, c));
  }
  followed.Becomes("é");
}

TEST_CASE("Nonsense in a stream begins the watch anew and is told") {
  FakeApiServer server;
  server.Put(kConfigMaps, ThingJson("a"));
  WatchOptions options = QuickOptions();
  options.first_pause = options.longest_pause = std::chrono::hours(1);  // what is told stays to be seen
  const Followed followed(server, options);
  REQUIRE(followed.IsWatching());
  std::string expected;
  SECTION("no JSON") {
    server.SendToWatches(kConfigMaps, "<html>\n");
    expected = "an event of a watch is no JSON: <html>";
  }
  SECTION("no event") {
    server.SendToWatches(kConfigMaps, R"({"type":"ADDED","object":{"metadata":{}}})"
                                      "\n");
    expected = R"(an event of a watch is not understood: {"type":"ADDED","object":{"metadata":{}}})";
  }
  SECTION("another error") {
    server.SendToWatches(kConfigMaps, R"({"type":"ERROR","object":{"code":500,"message":"etcd is slow"}})"
                                      "\n");
    expected = "a watch failed: etcd is slow";
  }
  SECTION("half an event at a clean end") {
    server.SendToWatches(kConfigMaps, R"({"type":)");
    server.EndWatches(true);
    expected = "a watch ended in the middle of an event";
  }
  REQUIRE(Eventually([&] { return !followed.State().problem.empty(); }));
  CHECK(followed.State().problem == expected);
  CHECK_FALSE(followed.State().watching);
  CHECK(followed.State().complete);
  CHECK(followed.Names() == "a");
}

TEST_CASE("A stream that says nothing for too long is begun again") {
  FakeApiServer server;
  server.Put(kConfigMaps, ThingJson("a"));
  WatchOptions options = QuickOptions();
  options.idle_timeout = Duration(50);
  const Followed followed(server, options);
  REQUIRE(followed.IsWatching());
  server.HoldBack(true);  // the connection is there, and nobody at its other end
  server.Put(kConfigMaps, ThingJson("b"));
  CHECK(followed.HadProblem("nothing came for 50ms"));
  server.HoldBack(false);
  followed.Becomes("a b");
}

TEST_CASE("Who may list but not watch looks again and again") {
  FakeApiServer server;
  server.Put(kConfigMaps, ThingJson("a"));
  server.SetFault([](const ApiRequest& request) -> std::optional<std::string> {
    if (!request.is_watch()) return std::nullopt;
    return StatusText(403, "Forbidden", "no");
  });
  const Followed followed(server);
  followed.Becomes("a");
  server.Put(kConfigMaps, ThingJson("b"));
  followed.Becomes("a b");
  CHECK(followed.HadProblem("may not watch"));
}

TEST_CASE("While the API server is away all stays, and comes back by itself") {
  FakeApiServer server;
  server.Put(kConfigMaps, ThingJson("a"));
  const Followed followed(server);
  REQUIRE(followed.IsWatching());
  std::optional<std::string> answer;
  SECTION("it closes connections") { answer = "Connection: close"; }
  SECTION("it is overloaded") { answer = StatusText(429, "TooManyRequests", "later"); }
  SECTION("it is starting") { answer = StatusText(503, "ServiceUnavailable", "not yet"); }
  SECTION("it forgot who we are") { answer = StatusText(401, "Unauthorized", "Unauthorized"); }
  SECTION("a proxy answers in its place") { answer = HttpText(200, "<html>welcome</html>", "text/html"); }
  SECTION("something else answers, with an empty list") { answer = HttpText(200, R"({"kind":"List","items":[]})"); }
  server.SetFault([answer](const ApiRequest&) { return answer; });
  server.EndWatches(false);
  const std::size_t before = server.Requests().size();
  REQUIRE(Eventually([&] { return server.Requests().size() > before + 8; }));
  CHECK(followed.Names() == "a");
  CHECK(followed.State().complete);
  server.SetFault(nullptr);
  server.Put(kConfigMaps, ThingJson("b"));
  followed.Becomes("a b");
  CHECK(Eventually([&] { return followed.State().problem.empty(); }));
}

TEST_CASE("Pauses grow after each failure, with chance, up to a limit, and whatever the wall clock is set to") {
  FakeApiServer server;
  server.SetFault([](const ApiRequest&) { return StatusText(500, "InternalError", "no"); });
  // A clock on which waiting takes no time. It is set back by an hour at each wait, and still runs.
  class SetBackClock : public Clock {
   public:
    Timestamp Now() const override { return now; }
    Duration Running() const override { return running; }
    bool WaitUntil(Timestamp time, std::stop_token stop) override {
      running += time - now;
      now -= std::chrono::hours(1);
      return !stop.stop_requested();
    }
    Timestamp now{Duration(1'800'000'000'000)};
    Duration running{0};
  } clock;
  WatchOptions options;
  double chance = 0;
  options.chance = [&] { return chance = chance == 0 ? 0.5 : 0; };
  ObjectStore<Thing> store(ReadThing, [] {});
  const auto client = MakeHttpClient({});
  // Hears of each failure, and ends the watch after nine.
  struct FailureLog : Log {
    explicit FailureLog(const SetBackClock& of) : clock(of) {}
    bool Enabled(std::string_view, LogLevel) const override { return true; }
    void Write(std::string_view, LogLevel, std::string_view, const LogFields&) override {}
    void WriteLimited(std::string_view, std::string_view, LogLevel, std::string_view, const LogFields&) override {
      failed_at.push_back(clock.running.count());
      if (failed_at.size() == 9) stop.request_stop();
    }
    const SetBackClock& clock;
    std::stop_source stop;
    std::vector<std::int64_t> failed_at;
  } log(clock);
  const auto watch = MakeWatch(server.url(), Followed::Target(), options, *client, store, clock, log);
  watch->Run(log.stop.get_token());
  const std::vector<std::int64_t>& failed_at = log.failed_at;
  std::vector<std::int64_t> pauses;
  for (std::size_t i = 1; i < failed_at.size(); ++i) pauses.push_back(failed_at[i] - failed_at[i - 1]);
  CHECK(pauses == std::vector<std::int64_t>{1200, 1600, 4800, 6400, 19200, 25600, 45000, 30000});
}

TEST_CASE("After an hour without an API server all is as it was, and goes on") {
  std::atomic<bool> away = false;
  FakeApiServer server;
  for (const char* name : {"a", "b", "c"}) server.Put(kConfigMaps, ThingJson(name));
  server.SetFault([&](const ApiRequest&) -> std::optional<std::string> {
    if (!away) return std::nullopt;
    return "Connection: close";
  });
  // A clock on which waiting takes no time.
  class HastyClock : public Clock {
   public:
    Timestamp Now() const override { return now; }
    Duration Running() const override { return Now().time_since_epoch(); }
    bool WaitUntil(Timestamp time, std::stop_token stop) override {
      now = time;
      return !stop.stop_requested();
    }
    std::atomic<Timestamp> now{Timestamp(Duration(1'800'000'000'000))};
  } clock;
  WatchOptions options;
  options.chance = [] { return 0.5; };
  ObjectStore<Thing> store(ReadThing, [] {});
  const auto client = MakeHttpClient({});
  const auto watch = MakeWatch(server.url(), Followed::Target(), options, *client, store, clock, NoLog());
  std::jthread thread([&](std::stop_token stop) { watch->Run(stop); });
  REQUIRE(Eventually([&] { return watch->State().watching; }));
  const Timestamp begin = clock.Now();
  away = true;
  server.EndWatches(false);
  REQUIRE(Eventually([&] { return clock.Now() - begin > std::chrono::hours(1); }));
  CHECK(store.size() == 3);
  CHECK(watch->State().complete);
  CHECK(watch->State().failures > 70);  // pauses of 45 s
  server.Delete(kConfigMaps, "data", "a");
  server.Compact();
  away = false;
  CHECK(Eventually([&] { return store.size() == 2 && watch->State().problem.empty(); }));
}

TEST_CASE("A watch that is ended at once, each time, is not begun at full speed") {
  FakeApiServer server;
  server.SetFault([](const ApiRequest& request) -> std::optional<std::string> {
    if (!request.is_watch()) return std::nullopt;
    return HttpText(200, "");
  });
  class CountingClock : public Clock {
   public:
    Timestamp Now() const override { return Timestamp(); }
    Duration Running() const override { return std::chrono::hours(waits); }
    bool WaitUntil(Timestamp, std::stop_token) override { return ++waits < 5; }
    int waits = 0;
  } clock;
  ObjectStore<Thing> store(ReadThing, [] {});
  const auto client = MakeHttpClient({});
  const auto watch = MakeWatch(server.url(), Followed::Target(), QuickOptions(), *client, store, clock, NoLog());
  watch->Run({});
  CHECK(watch->State().watches == 5);
}

TEST_CASE("A token that is rotated is used from the next request on") {
  FakeApiServer server;
  const testing::TempDir dir;
  HttpClientOptions http;
  http.bearer_token_file = dir.Write("token", "first\n");
  const Followed followed(server, QuickOptions(), Followed::Target(), http);
  REQUIRE(followed.IsWatching());
  CHECK(server.Requests().back().token == "first");
  std::ofstream(http.bearer_token_file) << "second\n";
  server.EndWatches(false);
  REQUIRE(Eventually([&] { return server.Requests().back().token == "second"; }));
}

TEST_CASE("A watch ends at once when it is told to") {
  FakeApiServer server;
  const auto begin = std::chrono::steady_clock::now();
  {
    const Followed followed(server);
    REQUIRE(followed.IsWatching());
  }
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
}

}  // namespace
}  // namespace loadline
