// /api/v1/replays, over a journal.
#include <atomic>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <semaphore>

#include "api/replay_request.h"
#include "support/eventually.h"
#include "unit/api/page_fixtures.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::Admin;
using testing::Eventually;

const std::string kPolicy =
    "apiVersion: loadline.dev/v1\nkind: ScalingPolicy\nmetadata: { name: test, namespace: web }\n"
    "spec: { replicas: { max: 9 }, signals: [ { name: lag, query: lag, perReplica: 10 } ], onMissing: { hold: 1m, "
    "then: "
    "error } }\n";

json Asked() {
  return {{"namespace", "web"},
          {"name", "app-1"},
          {"policies", {kPolicy}},
          {"from", FormatTimestamp(testing::TickTime(0))},
          {"until", FormatTimestamp(testing::TickTime(40))}};
}

// Ten minutes of decisions, each of a lag of 30; of a policy that the journal knows.
struct Decided {
  Decided() {
    JournalBatch batch;
    for (int tick = 0; tick < 40; ++tick) {
      const MadeDecision made = testing::SomeMade(1, tick);
      RecordedDecision recorded = RecordOf(made);
      recorded.binding.metadata.erase("pipeline");  // no parameter of it
      batch.bindings = {recorded.binding};
      batch.policies = {{made.policy->hash, "data", "test", *made.policy->text, testing::TickTime(0)}};
      batch.decisions.push_back(std::move(recorded.record));
    }
    REQUIRE(journal->Append(batch));
  }

  std::unique_ptr<DecisionJournal> journal = testing::MemoryJournal();
};

json Over(const Admin& admin, const std::string& id) {
  json job;
  REQUIRE(Eventually([&] {
    job = testing::Page(admin, "/api/v1/replays/" + id);
    return job["state"] == "done" || job["state"] == "failed";
  }));
  return job;
}

TEST_CASE("What is posted is replayed on the journal, and its result and page are kept") {
  Decided decided;
  const Admin admin(testing::kLag, {}, decided.journal.get());
  const HttpResponse posted = admin.Get("/api/v1/replays", Asked().dump());
  INFO(posted.body);
  REQUIRE(posted.status == 202);
  const json job = json::parse(posted.body);
  CHECK(job["object"] == "web/app-1");
  const json over = Over(admin, job["id"]);
  INFO(over.dump(2));
  REQUIRE(over["state"] == "done");
  CHECK(over["result"]["object"] == "web/app-1");
  CHECK(over["result"]["replayed"][0]["name"] == "test");
  CHECK(over["result"]["replayed"][0]["total"]["no_answer"] == 0.0);
  const HttpResponse page = admin.Get("/api/v1/replays/" + job["id"].get<std::string>() + "?as=page");
  CHECK(page.status == 200);
  CHECK(page.content_type == "text/html; charset=utf-8");
  CHECK(page.body.find("web/app-1") != std::string::npos);
  const HttpResponse text = admin.Get("/api/v1/replays/" + job["id"].get<std::string>() + "?as=text");
  CHECK(text.content_type == "text/plain; charset=utf-8");
  CHECK(text.body.find("web/app-1") != std::string::npos);
  CHECK(admin.Get("/api/v1/replays/" + job["id"].get<std::string>() + "?as=tune").status == 400);
  CHECK(testing::Page(admin, "/api/v1/replays")["replays"].size() == 1);
  CHECK(admin.Send("/api/v1/replays/" + job["id"].get<std::string>(), "", "DELETE").status == 200);
  CHECK(testing::Page(admin, "/api/v1/replays")["replays"].empty());
  CHECK(admin.Get("/api/v1/replays/" + job["id"].get<std::string>()).status == 404);
}

TEST_CASE("A replay that cannot be says why") {
  Decided decided;
  const Admin admin(testing::kLag, {}, decided.journal.get());
  json of_nobody = Asked();
  of_nobody["name"] = "nobody";
  json bad_policy = Asked();
  bad_policy["policies"] = {"a: ["};
  for (const auto& [asked, why] :
       {std::pair(of_nobody, "the journal has no decision of web/nobody"), std::pair(bad_policy, "policy 1:")}) {
    const HttpResponse posted = admin.Get("/api/v1/replays", asked.dump());
    REQUIRE(posted.status == 202);
    const json over = Over(admin, json::parse(posted.body)["id"]);
    CHECK(over["state"] == "failed");
    CHECK(over["error"]["message"].get<std::string>().find(why) != std::string::npos);
    CHECK(admin.Get("/api/v1/replays/" + over["id"].get<std::string>() + "?as=page").status == 404);
  }
  json of_sources = Asked();
  of_sources.update({{"history", "sources"}, {"from", "-1h"}});
  CHECK(admin.Get("/api/v1/replays", of_sources.dump()).status == 503);
  CHECK(Admin().Get("/api/v1/replays", Asked().dump()).status == 503);
}

TEST_CASE("A request for a replay says what is wrong with it") {
  const auto with = [](const std::string& name, const json& value) {
    json asked = Asked();
    asked[name] = value;
    return asked.dump();
  };
  struct Row {
    std::string text;
    std::string message;
  };
  const Row row = GENERATE_COPY(values<Row>({
      {"[]", R"(want a JSON object, with "namespace", "name" and "policies")"},
      {"{", R"(want a JSON object, with "namespace", "name" and "policies")"},
      {R"({"name": "a"})", R"(namespace: want it; found "none")"},
      {with("policies", json::array()), "policies: want a list of 1 to 4 texts; found []"},
      {with("policies", {1}), "policies: want texts; found 1"},
      {with("polices", 1), "there is no field polices (did you mean policies?)"},
      {with("capacity", "x"), R"(capacity: want a number from 1e-09 to 1000000000000; found "x")"},
      {with("min", 1.5), "min: want a whole number from 0 to 100000; found 1.5"},
      {with("sync", "100ms"), R"(sync: want a duration such as 30s, from 1s to 62d; found "100ms")"},
      {with("down_window", "62d"), R"(down_window: want a duration such as 30s, from 0s to 1h; found "62d")"},
      {with("tick", "15s"), R"(tick: want none, as a journal has its own; found "15s")"},
      {"{\"namespace\": " + std::string(50'000, '[') + std::string(50'000, ']') + "}",
       "namespace: want a text; found an array"},
      {with("history", "rows"), R"(history: want journal or sources; found "rows")"},
      {R"({"namespace": "a", "name": "b", "policies": ["c"], "history": "sources"})",
       R"(from: want a time, as history is sources; found "none")"},
      {with("open_loop", 1), "open_loop: want true or false; found 1"},
      {with("parameters", {{"a", 1}}), "parameters: want an object of texts; found 1"},
      {with("name", "a/b"), R"(name: want a ScaledObject's; found "web/a/b")"},
  }));
  const auto read = ParseReplayRequest(row.text);
  REQUIRE_FALSE(read);
  CHECK(read.error().message == row.message);
}

TEST_CASE("What a replay says of the command's options is said of the request's fields") {
  CHECK(InWordsOfRequest("want --from, 1, before --to, 2: see --to") == "want from, 1, before until, 2: see until");
  CHECK(InWordsOfRequest("say with --capacity what it serves") == "say with capacity what it serves");
}

// A history that does not come until it may.
struct Waiting {
  HistoryReplay Asked() {
    HistoryReplay asked;
    asked.input.object = "web/app-1";
    asked.input.texts = {kPolicy};
    asked.input.open_journal = [this]() -> Result<std::shared_ptr<DecisionJournal>> {
      opened.release();
      go_on.acquire();
      return Fail(Code::kUnavailable, "the journal is away");
    };
    return asked;
  }

  std::counting_semaphore<> opened{0}, go_on{0};
};

TEST_CASE("Replays are bounded in number: so many wait, and so many that are over are kept") {
  Waiting waiting;
  ReplayJobs jobs(SystemClock(), {.waiting = 2, .kept = 1});
  const std::string first = *jobs.Post(waiting.Asked(), "anna");
  waiting.opened.acquire();
  CHECK(jobs.Find(first)->state == ReplayState::kRunning);
  CHECK(jobs.Find(first)->caller == "anna");
  const std::string second = *jobs.Post(waiting.Asked(), "anna");
  REQUIRE(jobs.Post(waiting.Asked(), "anna"));
  CHECK(jobs.Post(waiting.Asked(), "anna").error().message == "2 replays are waiting already: post it later");
  // One that waits and is removed makes room.
  CHECK(jobs.Remove(second));
  CHECK_FALSE(jobs.Remove(second));
  const std::string last = *jobs.Post(waiting.Asked(), "anna");
  waiting.go_on.release(3);
  REQUIRE(Eventually([&] { return jobs.All().size() == 1; }));
  REQUIRE(Eventually([&] { return jobs.Find(last)->state == ReplayState::kFailed; }));
  CHECK(jobs.Find(last)->error->message == "the journal is away");
}

TEST_CASE("A replay that takes too long, and one that nobody wants any more, ends") {
  // A clock that stands still until it is set.
  struct SetClock : Clock {
    Timestamp Now() const override { return testing::TickTime(100); }
    Duration Running() const override { return Duration(running); }
    bool WaitUntil(Timestamp, std::stop_token) override { return false; }
    std::atomic<Duration::rep> running = 0;
  } clock;
  Decided decided;
  Waiting waiting;
  HistoryReplay asked = waiting.Asked();
  asked.input.open_journal = [&]() -> Result<std::shared_ptr<DecisionJournal>> {
    waiting.opened.release();
    waiting.go_on.acquire();
    return std::shared_ptr<DecisionJournal>(std::shared_ptr<void>(), decided.journal.get());
  };
  ReplayJobs jobs(clock, {.longest = std::chrono::minutes(1)});
  const std::string late = *jobs.Post(asked, "");
  waiting.opened.acquire();
  clock.running = 60'000;
  waiting.go_on.release();
  REQUIRE(Eventually([&] { return jobs.Find(late)->state == ReplayState::kFailed; }));
  CHECK(jobs.Find(late)->error->message ==
        "it took longer than 1m: replay a shorter range, or policies without forecasts");

  const std::string unwanted = *jobs.Post(asked, "");
  waiting.opened.acquire();
  CHECK(jobs.Remove(unwanted));
  waiting.go_on.release();
  // The next one comes to its turn.
  const std::string next = *jobs.Post(asked, "");
  waiting.opened.acquire();
  waiting.go_on.release();
  REQUIRE(Eventually([&] { return jobs.Find(next)->state == ReplayState::kDone; }));
  CHECK(jobs.All().size() == 2);
}

}  // namespace
}  // namespace loadline
