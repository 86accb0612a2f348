// Which decisions go to the journal, and that they can be decided again from what is handed over.
#include "controller/journal_feed.h"

#include <catch2/catch.hpp>
#include <map>
#include <mutex>

#include "scaling/redecide.h"
#include "unit/controller/pod.h"

namespace loadline {
namespace {

using testing::Await;
using testing::kLag;
using testing::kStart;
using testing::Pod;
using testing::Value;

class Taken : public DecisionSink {
 public:
  void Take(MadeDecision made) override {
    const std::lock_guard lock(mutex_);
    all_.push_back(std::move(made));
  }
  void TakePolicies(const std::vector<std::shared_ptr<const Policy>>& policies) override {
    const std::lock_guard lock(mutex_);
    policies_ = policies;
  }
  JournalState State() const override { return {}; }

  std::vector<MadeDecision> All() const {
    const std::lock_guard lock(mutex_);
    return all_;
  }
  std::size_t policies() const {
    const std::lock_guard lock(mutex_);
    return policies_.size();
  }

 private:
  mutable std::mutex mutex_;
  std::vector<MadeDecision> all_;
  std::vector<std::shared_ptr<const Policy>> policies_;
};

// Every decision that was handed over comes out the same.
void CheckAgain(const std::vector<MadeDecision>& all) {
  for (const MadeDecision& made : all) {
    const DecisionRecord record = RecordOf(made).record;
    CAPTURE(FormatTimestamp(record.tick), record.summary, record.seen, record.plan);
    if (record.plan.empty()) continue;
    const Result<Decision> again = Redecide(*made.policy, record);
    REQUIRE(again);
    CHECK(DifferenceOf(*made.policy, record, *again).empty());
  }
}

PublishedAnswer AnswerAt(Timestamp time, double replicas) {
  PublishedAnswer answer;
  answer.time = time;
  answer.decision.replicas = replicas;
  return answer;
}

TEST_CASE("A decision is journaled when it changes, and at each heartbeat") {
  JournaledDecision journaled;
  const Duration heartbeat = std::chrono::minutes(5);
  const auto advance = [&](int tick, double replicas) {
    const PublishedAnswer answer = AnswerAt(kStart + std::chrono::seconds(15) * tick, replicas);
    return journaled.Advance(answer, LoggedDecision(answer), heartbeat);
  };
  CHECK(advance(3, 2) == RecordKind::kChange);  // the first
  CHECK(advance(4, 2) == std::nullopt);
  CHECK(advance(5, 3) == RecordKind::kChange);
  CHECK(advance(6, 2.5) == std::nullopt);  // the HPA goes by whole numbers
  CHECK(advance(19, 3) == std::nullopt);
  CHECK(advance(20, 3) == RecordKind::kHeartbeat);
  CHECK(advance(21, 3) == std::nullopt);
  CHECK(advance(41, 3) == RecordKind::kHeartbeat);  // tick 40 was missed
  CHECK(advance(42, 3) == std::nullopt);
  CHECK(advance(60, 4) == RecordKind::kChange);
  CHECK(advance(61, 4) == std::nullopt);
}

TEST_CASE("Of a tick that is decided twice the first decision is kept, and the change comes with the next") {
  JournaledDecision journaled;
  const auto advance = [&](int tick, double replicas) {
    const PublishedAnswer answer = AnswerAt(kStart + std::chrono::seconds(15) * tick, replicas);
    return journaled.Advance(answer, LoggedDecision(answer), Duration(0));
  };
  CHECK(advance(1, 2) == RecordKind::kChange);
  CHECK(advance(1, 5) == std::nullopt);
  CHECK(advance(2, 5) == RecordKind::kChange);
  CHECK(advance(100, 5) == std::nullopt);  // no heartbeats
}

TEST_CASE("Another version of the policy is a change, whatever it says") {
  JournaledDecision journaled;
  PublishedAnswer answer = AnswerAt(kStart, 2);
  Policy policy = testing::MakePolicy(kLag);
  answer.policy = std::make_shared<const Policy>(policy);
  CHECK(journaled.Advance(answer, LoggedDecision(answer), Duration(0)));
  answer.time += Duration(15000);
  CHECK_FALSE(journaled.Advance(answer, LoggedDecision(answer), Duration(0)));
  ++policy.hash;
  answer.policy = std::make_shared<const Policy>(policy);
  answer.time += Duration(15000);
  CHECK(journaled.Advance(answer, LoggedDecision(answer), Duration(0)) == RecordKind::kChange);
}

TEST_CASE("The controller hands over what it decided, with all that it was decided by") {
  Taken taken;
  std::atomic<double> reading = 30;
  Pod pod([&](const std::string&, Timestamp) { return testing::Value(reading); });
  pod.options.journal = &taken;
  pod.Give(kLag);
  pod.Start();
  REQUIRE(testing::Eventually([&] { return taken.policies() == 1; }));
  Await(pod.Find());
  pod.RunTick();
  pod.RunTick();
  REQUIRE(taken.All().size() == 1);
  reading = 50;
  pod.RunTick();
  for (int i = 0; i < 20; ++i) pod.RunTick();
  pod.controller->Stop();
  const auto all = taken.All();
  REQUIRE(all.size() == 3);
  CHECK(all[0].kind == RecordKind::kChange);
  CHECK(all[0].decision->replicas == 3);
  CHECK(all[0].binding().object == "app");
  CHECK(all[0].binding().metadata == std::map<std::string, std::string>{{"policy", "test"}});
  CHECK(all[1].kind == RecordKind::kChange);
  CHECK(all[1].decision->replicas == 5);
  CHECK(all[2].kind == RecordKind::kHeartbeat);
  CHECK(AlignDown(all[2].tick, std::chrono::minutes(5)) == all[2].tick);
  CheckAgain(all);
}

TEST_CASE("An error is handed over, with the readings that led to it or without any") {
  Taken taken;
  Pod pod([](const std::string&, Timestamp) { return testing::Failed(); });
  pod.options.journal = &taken;
  pod.Give(kLag);
  pod.Start();
  Await(pod.Find());
  Await(pod.Find("app", "other"));
  pod.controller->Stop();
  const auto all = taken.All();
  REQUIRE(all.size() == 2);
  for (const MadeDecision& made : all) {
    REQUIRE(made.error);
    CHECK((made.plan == nullptr) == (made.policy == nullptr));
    const DecisionRecord record = RecordOf(made).record;
    CHECK(record.error->code == (made.policy == nullptr ? Code::kNotFound : Code::kUnavailable));
  }
  CheckAgain(all);
}

TEST_CASE("Secrets of a trigger's metadata stay out of its record") {
  const BindingRecord record =
      BindingRecordOf({"data", "app", {{"policy", "p"}, {"passwordFromEnv", "hunter2"}, {"tlsClientKey", "KEY"}}});
  CHECK(record.policy == "p");
  for (const auto& [_, value] : record.metadata) CHECK((value == "p" || value == "(hidden)"));
}

TEST_CASE(
    "Triggers that differ in what is hidden are not one in the journal, but their TLS material is the same to it") {
  const auto record = [](std::map<std::string, std::string> metadata) {
    metadata.emplace("policy", "p");
    return BindingRecordOf({"data", "app", std::move(metadata)});
  };
  for (const char* key : {"secretName", "tokenTopic", "topicFromEnv"}) {
    INFO(key);
    CHECK(record({{key, "a"}}).id != record({{key, "b"}}).id);
    CHECK(record({{key, "a"}}).id == record({{key, "a"}}).id);
    CHECK(record({{key, "a"}}).metadata == record({{key, "b"}}).metadata);
  }
  // A certificate is renewed, and the trigger stays what it is.
  CHECK(record({{"tlsClientCert", "a"}}) == record({{"tlsClientCert", "b"}}));
}

TEST_CASE("What is decided together can be decided again alone") {
  Taken taken;
  Pod pod([](const std::string& query, Timestamp time) {
    const auto ticks = static_cast<double>((time - kStart) / Duration(15000));
    return Value(query == "a" ? 10 + ticks * 3 : 4);
  });
  pod.options.journal = &taken;
  auto named = [](const char* name, const char* spec) {
    Policy policy = testing::MakePolicy(spec);
    policy.name = name;
    return std::make_shared<const Policy>(std::move(policy));
  };
  Budget budget;
  budget.name = "workers";
  budget.replicas = 12;
  PolicySet set;
  set.policies = {
      named("leader", "signals: [ { name: a, query: a, perReplica: 2 } ]\nbudget: workers"),
      named("follower",
            "signals:\n- { name: own, query: b, perReplica: 1 }\n- { name: lead, dependsOn: { object: one, relation: "
            "proportional, ratio: 0.5, lag: 30s } }\nbudget: workers"),
      named("circle", "signals: [ { name: self, dependsOn: { object: three, relation: proportional, ratio: 1 } } ]"),
      named("poor", "signals: [ { name: a, query: a, perReplica: 2 } ]\nbudget: nowhere")};
  set.budgets = {std::make_shared<const Budget>(budget)};
  pod.policies.Give(std::move(set));
  pod.Start();
  Await(pod.Find("one", "leader"));
  Await(pod.Find("two", "follower"));
  Await(pod.Find("three", "circle"));
  Await(pod.Find("four", "poor"));
  for (int i = 0; i < 6; ++i) pod.RunTick();
  pod.controller->Stop();
  const auto all = taken.All();
  std::map<std::string, int> by_object;
  int granted = 0, refused = 0;
  for (const MadeDecision& made : all) {
    ++by_object[made.binding().object];
    granted += made.terms.granted.has_value();
    refused += made.terms.error.has_value();
  }
  CHECK(by_object.size() == 4);
  CHECK(by_object["two"] > 2);
  CHECK(granted > 4);
  CHECK(refused >= 2);
  CheckAgain(all);
}

TEST_CASE("Two pods that read the same hand over records of equal inputs at equal ticks") {
  const auto run = [](int starts_after) {
    Taken taken;
    Pod pod([](const std::string&,
               Timestamp time) { return Value(static_cast<double>((time - kStart) / Duration(60000)) * 10); },
            kStart + std::chrono::seconds(starts_after));
    pod.options.journal = &taken;
    pod.Give(kLag);
    pod.Start();
    Await(pod.Find());
    while (pod.clock.Now() < kStart + std::chrono::minutes(12)) pod.RunTick();
    pod.controller->Stop();
    std::map<Timestamp, DecisionRecord> records;
    for (const MadeDecision& made : taken.All()) records.emplace(made.tick, RecordOf(made).record);
    return records;
  };
  const auto a = run(7), b = run(160);
  int both = 0;
  for (const auto& [tick, record] : b) {
    const auto other = a.find(tick);
    if (other == a.end()) continue;  // b's first
    ++both;
    CHECK(other->second.inputs == record.inputs);
    CHECK(SameAnswer(other->second, record));
    CHECK(other->second.binding == record.binding);
  }
  CHECK(both >= 8);
  CHECK(b.size() - static_cast<std::size_t>(both) <= 1);
}

}  // namespace
}  // namespace loadline
