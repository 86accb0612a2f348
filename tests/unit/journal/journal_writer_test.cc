// The way to the journal, over journals that fail, hang and refuse.
#include "journal/journal_writer.h"

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>

#include "support/eventually.h"
#include "support/simulated_clock.h"
#include "unit/controller/recording_log.h"
#include "unit/journal/stores.h"

namespace loadline {
namespace {

using testing::Eventually;
using testing::Must;
using testing::MustAppend;
using testing::SomeMade;
using testing::TickTime;

// A journal in memory that does as a test says: the same store over all that open it.
class Faulty : public DecisionJournal {
 public:
  struct State {
    std::unique_ptr<DecisionJournal> store = Must(OpenJournal({}));
    std::mutex mutex;
    std::condition_variable changed;
    std::optional<Error> open_error, append_error;
    std::optional<Timestamp> refuses;  // decisions of this tick
    bool hangs = false;
    bool interrupted = false;
    int opened = 0, appends = 0, hanging = 0;
    std::vector<std::size_t> batches;
  };
  explicit Faulty(std::shared_ptr<State> state) : state_(std::move(state)) {}

  Result<AppendOutcome> Append(const JournalBatch& batch) override {
    std::unique_lock lock(state_->mutex);
    ++state_->appends;
    ++state_->hanging;
    state_->changed.wait(lock, [&] { return !state_->hangs || state_->interrupted; });
    --state_->hanging;
    if (state_->hangs) return Fail(Code::kUnavailable, "interrupted");
    if (state_->append_error) return Fail(*state_->append_error);
    for (const DecisionRecord& each : batch.decisions) {
      if (each.tick == state_->refuses) return Fail(Code::kInvalidArgument, "not taken");
    }
    state_->batches.push_back(batch.decisions.size());
    return state_->store->Append(batch);
  }
  Result<std::vector<BindingRecord>> FindBindings(const std::string& a, const std::string& b) override {
    return state_->store->FindBindings(a, b);
  }
  Result<PolicyRevision> FindPolicy(std::uint64_t hash) override { return state_->store->FindPolicy(hash); }
  Result<std::vector<PolicyRevision>> Policies() override { return state_->store->Policies(); }
  Result<std::vector<DecisionRecord>> ReadBinding(const Uuid& id, Timestamp until, std::size_t limit) override {
    return state_->store->ReadBinding(id, until, limit);
  }
  Result<std::vector<DecisionRecord>> ReadAll(std::int64_t after, std::size_t limit) override {
    return state_->store->ReadAll(after, limit);
  }
  Result<JournalSize> Size() override { return state_->store->Size(); }
  Result<std::size_t> DeleteOldest(Timestamp before, std::size_t limit) override {
    return state_->store->DeleteOldest(before, limit);
  }
  void Interrupt() override {
    const std::lock_guard lock(state_->mutex);
    state_->interrupted = true;
    state_->changed.notify_all();
  }

 private:
  std::shared_ptr<State> state_;
};

struct Fixture {
  Fixture() {
    options.batch_wait = Duration(1);
    options.retry_first = Duration(1);
    options.retry_most = Duration(4);
    options.stop_within = Duration(200);
  }
  JournalWriter& Start() {
    writer = MakeJournalWriter(
        options, "a test's",
        [state = journal]() -> Result<std::unique_ptr<DecisionJournal>> {
          const std::lock_guard lock(state->mutex);
          if (state->open_error) return Fail(*state->open_error);
          ++state->opened;
          return std::make_unique<Faulty>(state);
        },
        clock, log);
    return *writer;
  }
  template <class Change>
  void Set(Change change) {
    const std::lock_guard lock(journal->mutex);
    change(*journal);
    journal->changed.notify_all();
  }
  // Until the writer's thread hangs in the journal with what it has taken: from then on it takes nothing.
  void AwaitHanging() {
    REQUIRE(Eventually([&] {
      const std::lock_guard lock(journal->mutex);
      return journal->hanging == 1;
    }));
  }
  std::size_t Stored() { return Must(journal->store->ReadAll(0, 1'000'000)).size(); }

  JournalWriterOptions options;
  std::shared_ptr<Faulty::State> journal = std::make_shared<Faulty::State>();
  testing::SimulatedClock clock{TickTime(0)};
  testing::RecordingLog log;
  std::unique_ptr<JournalWriter> writer;
};

TEST_CASE("Decisions, their bindings and their policies are written together, and policies once") {
  Fixture fixture;
  JournalWriter& writer = fixture.Start();
  writer.Take(SomeMade(1, 1));
  writer.Take(SomeMade(2, 1));
  writer.Flush();
  writer.Take(SomeMade(1, 2));
  writer.TakePolicies({SomeMade(1, 1).policy});
  writer.Flush();
  CHECK(fixture.Stored() == 3);
  CHECK(Must(fixture.journal->store->FindBindings("", "")).size() == 2);
  const auto policies = Must(fixture.journal->store->Policies());
  REQUIRE(policies.size() == 1);
  CHECK(policies[0].hash == SomeMade(1, 1).policy->hash);
  CHECK(policies[0].text == *SomeMade(1, 1).policy->text);
  CHECK(policies[0].first_seen == TickTime(0));
  const JournalState state = writer.State();
  CHECK(state.ok);
  CHECK(state.stored == 3);
  CHECK(state.queued == 0);
  CHECK(state.last_write == TickTime(0));
}

TEST_CASE("Policies in force are revisions, also of those that nobody uses") {
  Fixture fixture;
  JournalWriter& writer = fixture.Start();
  writer.TakePolicies({SomeMade(1, 1).policy});
  writer.Flush();
  CHECK(Must(fixture.journal->store->Policies()).size() == 1);
}

TEST_CASE("What comes while the journal is away is written when it is back") {
  Fixture fixture;
  SECTION("It cannot be opened") {
    fixture.journal->open_error = Error{Code::kUnavailable, "connection refused"};
    fixture.Start();
  }
  SECTION("It cannot be written") {
    fixture.Start().Take(SomeMade(1, 100));
    fixture.writer->Flush();
    fixture.Set([](auto& state) { state.append_error = Error{Code::kResourceExhausted, "disk full"}; });
  }
  JournalWriter& writer = *fixture.writer;
  const std::size_t before = fixture.Stored();
  for (int tick = 0; tick < 10; ++tick) writer.Take(SomeMade(1, tick));
  REQUIRE(Eventually([&] { return writer.State().write_errors >= 3; }));
  JournalState state = writer.State();
  CHECK_FALSE(state.ok);
  CHECK((state.problem == "connection refused" || state.problem == "disk full"));
  CHECK(state.queued == 10);
  CHECK(fixture.log.Count("journal_failing") >= 1);

  fixture.Set([](auto& each) { each.open_error = each.append_error = std::nullopt; });
  REQUIRE(Eventually([&] { return writer.State().queued == 0; }));
  state = writer.State();
  CHECK(state.ok);
  CHECK(state.problem.empty());
  CHECK(state.dropped.empty());
  CHECK(fixture.Stored() == before + 10);
  CHECK(Must(fixture.journal->store->FindBindings("", "")).size() == 1);
  CHECK(fixture.log.Count("journal_recovered") == 1);
}

TEST_CASE("A journal that is not there shows before there is anything to write") {
  Fixture fixture;
  fixture.journal->open_error = Error{Code::kUnavailable, "connection refused"};
  JournalWriter& writer = fixture.Start();
  REQUIRE(Eventually([&] { return !writer.State().ok; }));
  fixture.Set([](auto& each) { each.open_error = std::nullopt; });
  REQUIRE(Eventually([&] { return writer.State().ok; }));
  CHECK(fixture.journal->appends == 0);
}

TEST_CASE("A journal that hangs holds nobody up: what is too much is dropped, and counted") {
  Fixture fixture;
  fixture.options.most_queued = 50;
  fixture.options.batch_size = 10;
  fixture.journal->hangs = true;
  JournalWriter& writer = fixture.Start();
  writer.Take(SomeMade(1, 0));
  fixture.AwaitHanging();
  for (int tick = 1; tick <= 80; ++tick) writer.Take(SomeMade(1, tick));  // returns, though nothing is written
  CHECK(writer.State().queued == 51);
  CHECK(writer.State().dropped.at("queue_full") == 30);
  fixture.Set([](auto& state) { state.hangs = false; });
  REQUIRE(Eventually([&] { return writer.State().queued == 0; }));
  CHECK(fixture.Stored() == 51);
}

TEST_CASE("The queue is bounded in bytes, too") {
  Fixture fixture;
  fixture.options.most_queued_bytes = 100'000;
  fixture.journal->hangs = true;
  JournalWriter& writer = fixture.Start();
  writer.Take(SomeMade(1, 0));
  fixture.AwaitHanging();
  for (int tick = 1; tick <= 20; ++tick) {
    MadeDecision made = SomeMade(1, tick);
    made.seen.windows[0].ticks.resize(1'000);
    writer.Take(std::move(made));
  }
  CHECK(writer.State().dropped.at("queue_full") >= 8);
  CHECK(writer.State().queued <= 12);
}

TEST_CASE("Of a batch that is not taken as a whole, all is written that can be") {
  Fixture fixture;
  fixture.options.batch_wait = Duration(60'000);
  fixture.journal->refuses = TickTime(3);
  JournalWriter& writer = fixture.Start();
  for (int tick = 0; tick < 6; ++tick) writer.Take(SomeMade(1, tick));
  writer.Flush();
  CHECK(fixture.Stored() == 5);
  CHECK(writer.State().dropped.at("refused") == 1);
  CHECK(writer.State().ok);
  CHECK(fixture.log.Field("journal_refused", "problem") == "not taken");
}

TEST_CASE("A stop writes what is queued") {
  Fixture fixture;
  fixture.options.batch_wait = Duration(60'000);
  fixture.options.batch_size = 4;
  JournalWriter& writer = fixture.Start();
  for (int tick = 0; tick < 3; ++tick) writer.Take(SomeMade(1, tick));
  writer.Stop();
  CHECK(fixture.Stored() == 3);
  writer.Take(SomeMade(1, 4));
  CHECK(writer.State().dropped.at("stopped") == 1);
}

TEST_CASE("A stop does not wait for a journal that hangs") {
  Fixture fixture;
  fixture.options.stop_within = Duration(20);
  fixture.journal->hangs = true;
  JournalWriter& writer = fixture.Start();
  for (int tick = 0; tick < 3; ++tick) writer.Take(SomeMade(1, tick));
  fixture.AwaitHanging();
  writer.Stop();
  CHECK(writer.State().dropped.at("stopped") == 3);
}

TEST_CASE("A different answer to equal readings is an alarm") {
  Fixture fixture;
  JournalWriter& writer = fixture.Start();
  writer.Take(SomeMade(1, 1));
  writer.Flush();
  MadeDecision other = SomeMade(1, 1);
  auto decision = std::make_shared<Decision>(*other.decision);
  decision->replicas += 1;
  other.decision = decision;
  writer.Take(std::move(other));
  writer.Take(SomeMade(1, 2, 31));
  writer.Flush();
  writer.Take(SomeMade(1, 2, 32));
  writer.Flush();
  const JournalState state = writer.State();
  CHECK(state.disagreements == 1);
  CHECK(state.differing == 1);
  CHECK(state.duplicates == 2);
  CHECK(fixture.log.Count("decisions_differ") == 1);
  CHECK(fixture.log.Field("decisions_differ", "tick") == FormatTimestamp(TickTime(1)));
}

TEST_CASE("What is older than it shall be kept is deleted, slice by slice") {
  Fixture fixture;
  fixture.options.keep = std::chrono::minutes(10);  // 40 ticks
  fixture.options.slice = 7;
  fixture.clock.Set(TickTime(100));
  JournalBatch batch;
  for (int tick = 0; tick < 100; ++tick) batch.decisions.push_back(testing::SomeDecision(1, tick));
  MustAppend(*fixture.journal->store, batch);
  JournalWriter& writer = fixture.Start();
  REQUIRE(Eventually([&] { return writer.State().deleted == 60; }));
  CHECK(Must(fixture.journal->store->Size()).oldest == TickTime(60));
  // Not before a minute has passed, and then again.
  fixture.clock.Set(TickTime(104) - Duration(1));
  writer.Flush();
  CHECK(writer.State().deleted == 60);
  fixture.clock.Set(TickTime(104));
  REQUIRE(Eventually([&] { return writer.State().deleted == 64; }));
}

TEST_CASE("What is more than there shall be is deleted, the oldest first") {
  Fixture fixture;
  JournalBatch batch;
  for (int tick = 0; tick < 100; ++tick) batch.decisions.push_back(testing::SomeDecision(1, tick));
  MustAppend(*fixture.journal->store, batch);
  const std::int64_t all = Must(fixture.journal->store->Size()).bytes;
  fixture.options.most_bytes = all / 2;
  fixture.options.slice = 10;
  JournalWriter& writer = fixture.Start();
  REQUIRE(Eventually([&] { return writer.State().deleted >= 50; }));
  writer.Flush();
  CHECK(Must(fixture.journal->store->Size()).bytes <= all / 2);
  CHECK(writer.State().deleted <= 60);
}

}  // namespace
}  // namespace loadline
