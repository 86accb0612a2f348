#include "api/decision_events.h"

#include <catch2/catch.hpp>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

#include "support/eventually.h"
#include "support/journal_records.h"

namespace loadline {
namespace {

using nlohmann::json;

// Remembers what it is to send.
class RecordingServer : public HttpServer {
 public:
  void Handle(const std::string&, const std::string&, HttpHandler) override {}
  void HandleSlowly(const std::string&, const std::string&, HttpHandler) override {}
  void HandleStream(const std::string&, HttpHandler) override {}
  bool Send(const std::string& path, std::vector<StreamMessage> messages) override {
    CHECK(path == kEventsPath);
    const std::lock_guard lock(mutex_);
    if (busy) return false;
    for (auto& each : messages) sent_.push_back(std::move(each));
    return true;
  }
  HttpServerState State() const override { return {streams, 0}; }
  Result<int> Start() override { return 1; }
  void Stop() override {}

  std::vector<StreamMessage> sent() const {
    const std::lock_guard lock(mutex_);
    return sent_;
  }

  std::atomic<std::size_t> streams{1};
  std::atomic<bool> busy{false};

 private:
  mutable std::mutex mutex_;
  std::vector<StreamMessage> sent_;
};

struct CountingSink : DecisionSink {
  void Take(MadeDecision) override { ++taken; }
  void TakePolicies(const std::vector<std::shared_ptr<const Policy>>& in_force) override { policies = in_force.size(); }
  JournalState State() const override {
    JournalState state;
    state.where = "here";
    return state;
  }

  std::atomic<int> taken{0};
  std::size_t policies = 0;
};

TEST_CASE("A decision is told as an event, and goes on to the journal") {
  RecordingServer server;
  CountingSink journal;
  DecisionEvents events(&journal, server);
  const MadeDecision made = testing::SomeMade(1, 2, 30);
  const RecordedDecision recorded = RecordOf(made);
  events.Take(made);
  REQUIRE(testing::Eventually([&] { return server.sent().size() == 1; }));
  const StreamMessage message = server.sent()[0];
  CHECK(message.about == std::map<std::string, std::string>{{"namespace", recorded.binding.object_namespace},
                                                            {"name", recorded.binding.object},
                                                            {"policy", recorded.binding.policy}});
  const std::string begin = "event: decision\ndata: ";
  REQUIRE(message.text.starts_with(begin));
  REQUIRE(message.text.ends_with("\n\n"));
  const std::string line = message.text.substr(begin.size(), message.text.size() - begin.size() - 2);
  CHECK(line.find('\n') == std::string::npos);
  const json event = json::parse(line);
  CHECK(event["time"] == FormatTimestamp(recorded.record.tick));
  CHECK(event["kind"] == RecordKindName(recorded.record.kind));
  CHECK(event["replicas"] == *recorded.record.replicas);
  CHECK(event["active"] == *recorded.record.active);
  CHECK(event["winner"] == recorded.record.winner);
  CHECK(event["summary"] == recorded.record.summary);
  CHECK(event["error"].is_null());
  CHECK(event["without_reading"].empty());
  CHECK(event["forecasts"].empty());
  CHECK(journal.taken == 1);
  CHECK(events.State().where == "here");
  events.TakePolicies({nullptr, nullptr});
  CHECK(journal.policies == 2);
}

TEST_CASE("A decision that has no number has no number in its event") {
  RecordingServer server;
  DecisionEvents events(nullptr, server);
  MadeDecision made = testing::SomeMade(1, 2);
  made.error = Error{Code::kUnavailable, "no data"};
  events.Take(made);
  made.policy = nullptr;
  made.plan = nullptr;
  events.Take(made);
  REQUIRE(testing::Eventually([&] { return server.sent().size() == 2; }));
  for (const StreamMessage& message : server.sent()) {
    const json event = json::parse(message.text.substr(message.text.find('{')));
    CHECK(event["replicas"].is_null());
    CHECK(event["active"].is_null());
    CHECK(event["error"]["message"] == "no data");
  }
}

TEST_CASE("While nobody listens nothing is told, and what cannot be told is counted") {
  RecordingServer server;
  server.streams = 0;
  CountingSink journal;
  DecisionEvents events(&journal, server);
  events.Take(testing::SomeMade(1, 1));
  server.streams = 1;
  server.busy = true;
  events.Take(testing::SomeMade(1, 2));
  REQUIRE(testing::Eventually([&] { return events.left_out() == 1; }));
  server.busy = false;
  events.Take(testing::SomeMade(1, 3));
  REQUIRE(testing::Eventually([&] { return server.sent().size() == 1; }));
  CHECK(server.sent()[0].text.find(FormatTimestamp(testing::TickTime(3))) != std::string::npos);
  CHECK(journal.taken == 3);
}

}  // namespace
}  // namespace loadline
