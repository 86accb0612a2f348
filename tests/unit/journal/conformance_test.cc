// What every journal does: memory, SQLite and a real PostgreSQL in one suite. LOADLINE_SEED=N repeats a run.
#include <limits>

#include "unit/journal/stores.h"

namespace loadline {
namespace {

using testing::Chance;
using testing::Must;
using testing::MustAppend;
using testing::Plain;
using testing::SomeBinding;
using testing::SomeDecision;
using testing::Store;
using testing::TickTime;

constexpr std::size_t kMany = 1000;

std::string EachJournal() { return GENERATE(from_range(testing::kAll)); }

TEST_CASE("What a journal is given comes back as it was") {
  const std::string kind = EachJournal();
  CAPTURE(kind);
  const Store store(kind);
  const auto journal = store.Open();
  DecisionRecord whole = SomeDecision(1, 1, 2.1);
  whole.summary = "tab\t, line\n, back\\slash \\N, quote ' \", \xC3\xBC \xF0\x9F\x98\x80";
  DecisionRecord error = SomeDecision(1, 2);
  error.replicas = error.wanted = error.confidence = error.observed = std::nullopt;
  error.active = std::nullopt;
  error.error = Error{Code::kFailedPrecondition, "policy data/x: no\tsuch\nthing"};
  error.plan = error.seen = error.winner = "";
  error.inputs = {};
  error.policy_hash = 0;
  DecisionRecord extreme = SomeDecision(1, 3);
  extreme.replicas = std::numeric_limits<double>::denorm_min();
  extreme.wanted = std::numeric_limits<double>::infinity();
  extreme.observed = 1.0 / 3;
  extreme.confidence = 1e308;
  extreme.active = false;
  extreme.policy_hash = std::numeric_limits<std::uint64_t>::max();
  extreme.tick += Duration(7);
  const PolicyRevision policy{0x8000000000000001u, "data", "cdc-worker", "apiVersion: x\n---\n\t'\"\\", TickTime(0)};
  const PolicyRevision later{5, "", "other", "text", TickTime(0) + Duration(1)};

  const AppendOutcome outcome =
      MustAppend(*journal, {{SomeBinding(1), SomeBinding(2)}, {later, policy}, {whole, error, extreme}});
  CHECK(outcome.stored == 3);
  CHECK(outcome.differing == 0);
  CHECK(outcome.disagreements.empty());

  const auto read = Must(journal->ReadBinding(whole.binding, extreme.tick, kMany));
  REQUIRE(read.size() == 3);
  CHECK(Plain(read[0]) == Plain(extreme));
  CHECK(Plain(read[1]) == Plain(error));
  CHECK(Plain(read[2]) == Plain(whole));
  CHECK(Must(journal->FindPolicy(policy.hash)) == policy);
  CHECK(Must(journal->Policies()) == std::vector{policy, later});
  CHECK(journal->FindPolicy(99).error().code == Code::kNotFound);
  const auto bindings = Must(journal->FindBindings("data", ""));
  REQUIRE(bindings.size() == 1);
  CHECK(bindings[0] == SomeBinding(2));
}

TEST_CASE("Of a binding and tick a journal has one decision, the first") {
  const std::string kind = EachJournal();
  CAPTURE(kind);
  const Store store(kind);
  const auto journal = store.Open();
  const DecisionRecord first = SomeDecision(1, 1, 2);
  MustAppend(*journal, {{SomeBinding(1)}, {}, {first}});

  SECTION("The same again is no more than that") {
    const AppendOutcome outcome = MustAppend(*journal, {{SomeBinding(1)}, {}, {first, SomeDecision(1, 2)}});
    CHECK(outcome.stored == 1);
    CHECK(outcome.differing == 0);
    CHECK(outcome.disagreements.empty());
  }
  SECTION("Another answer to other readings differs, which may be") {
    const AppendOutcome outcome = MustAppend(*journal, {{}, {}, {SomeDecision(1, 1, 3)}});
    CHECK(outcome.stored == 0);
    CHECK(outcome.differing == 1);
    CHECK(outcome.disagreements.empty());
  }
  SECTION("Another answer by another policy likewise") {
    DecisionRecord other = first;
    other.replicas = 3;
    other.policy_hash = 1;
    const AppendOutcome outcome = MustAppend(*journal, {{}, {}, {other}});
    CHECK(outcome.differing == 1);
    CHECK(outcome.disagreements.empty());
  }
  SECTION("Another answer to equal readings is a disagreement, and says both") {
    DecisionRecord other = first;
    other.replicas = 3;
    const AppendOutcome outcome = MustAppend(*journal, {{}, {}, {SomeDecision(1, 3), other}});
    CHECK(outcome.stored == 1);
    CHECK(outcome.differing == 0);
    REQUIRE(outcome.disagreements.size() == 1);
    CHECK(Plain(outcome.disagreements[0].stored) == Plain(first));
    CHECK(outcome.disagreements[0].refused == other);
  }
  SECTION("Where nothing was decided, as documents reach one pod before the other, nobody disagrees") {
    DecisionRecord missing = SomeDecision(1, 3);
    missing.policy_hash = 0;
    missing.plan.clear();
    missing.seen.clear();
    missing.error = Error{Code::kNotFound, "there is no policy"};
    MustAppend(*journal, {{}, {}, {missing}});
    DecisionRecord broken = missing;
    broken.error = Error{Code::kFailedPrecondition, "its document is bad"};
    const AppendOutcome outcome = MustAppend(*journal, {{}, {}, {broken}});
    CHECK(outcome.differing == 1);
    CHECK(outcome.disagreements.empty());
  }
  SECTION("Activity and the error's code are parts of the answer, words are not") {
    DecisionRecord inactive = first;
    inactive.active = false;
    CHECK(MustAppend(*journal, {{}, {}, {inactive}}).disagreements.size() == 1);
    DecisionRecord error = first;
    error.error = Error{Code::kUnavailable, "no"};
    CHECK(MustAppend(*journal, {{}, {}, {error}}).disagreements.size() == 1);
    DecisionRecord words = first;
    words.summary = "otherwise";
    CHECK(MustAppend(*journal, {{}, {}, {words}}).disagreements.empty());
  }
  SECTION("Twice in one batch counts once") {
    const AppendOutcome outcome = MustAppend(*journal, {{}, {}, {SomeDecision(1, 5), SomeDecision(1, 5)}});
    CHECK(outcome.stored == 1);
    CHECK(outcome.disagreements.empty());
  }
  CHECK(Plain(Must(journal->ReadBinding(first.binding, TickTime(1), 1))[0]) == Plain(first));
}

TEST_CASE("A policy and a binding are kept as they were first seen") {
  const std::string kind = EachJournal();
  CAPTURE(kind);
  const Store store(kind);
  const auto journal = store.Open();
  const PolicyRevision policy{7, "data", "a", "text", TickTime(0)};
  MustAppend(*journal, {{SomeBinding(1)}, {policy}, {}});
  PolicyRevision later = policy;
  later.first_seen = TickTime(100);
  MustAppend(*journal, {{SomeBinding(1)}, {later}, {}});
  CHECK(Must(journal->Policies()) == std::vector{policy});
  CHECK(Must(journal->FindBindings("", "")).size() == 1);
}

TEST_CASE("All decisions are read in parts, in the order in which they were written") {
  const std::string kind = EachJournal();
  CAPTURE(kind);
  const Store store(kind);
  const auto journal = store.Open();
  std::vector<DecisionRecord> written;
  for (int tick = 0; tick < 25; ++tick) written.push_back(SomeDecision(tick % 3, tick));
  MustAppend(*journal, {{}, {}, {written.begin(), written.begin() + 10}});
  MustAppend(*journal, {{}, {}, {written.begin() + 10, written.end()}});
  std::vector<DecisionRecord> read;
  std::int64_t after = 0;
  while (true) {
    const auto part = Must(journal->ReadAll(after, 4));
    if (part.empty()) break;
    REQUIRE(part.size() <= 4);
    for (const DecisionRecord& each : part) {
      REQUIRE(each.sequence > after);
      after = each.sequence;
      read.push_back(each);
    }
  }
  const auto key = [](const DecisionRecord& a, const DecisionRecord& b) { return a.tick < b.tick; };
  CHECK(std::is_sorted(read.begin(), read.begin() + 10,
                       [&](const auto& a, const auto& b) { return a.sequence < b.sequence; }));
  std::sort(read.begin(), read.end(), key);
  CHECK(Plain(read) == Plain(written));
}

TEST_CASE("The decision of a time is the latest up to it") {
  const std::string kind = EachJournal();
  CAPTURE(kind);
  const Store store(kind);
  const auto journal = store.Open();
  MustAppend(*journal, {{}, {}, {SomeDecision(1, 10, 1), SomeDecision(1, 20, 2), SomeDecision(2, 15, 9)}});
  const Uuid id = SomeBinding(1).id;
  const auto at = [&](Timestamp time) { return Must(journal->ReadBinding(id, time, 1)); };
  CHECK(at(TickTime(10) - Duration(1)).empty());
  CHECK(at(TickTime(10))[0].replicas == 1.0);
  CHECK(at(TickTime(20) - Duration(1))[0].replicas == 1.0);
  CHECK(at(TickTime(20))[0].replicas == 2.0);
  CHECK(at(TickTime(1000))[0].replicas == 2.0);
}

TEST_CASE("The oldest decisions are deleted in slices, and then there is room") {
  const std::string kind = EachJournal();
  CAPTURE(kind);
  const Store store(kind);
  const auto journal = store.Open();
  CHECK_FALSE(Must(journal->Size()).oldest);
  JournalBatch batch;
  for (int tick = 0; tick < 2000; ++tick) batch.decisions.push_back(SomeDecision(1, tick));
  MustAppend(*journal, batch);
  const JournalSize before = Must(journal->Size());
  CHECK(before.oldest == TickTime(0));
  CHECK(before.bytes > 2000 * 300);

  CHECK(Must(journal->DeleteOldest(TickTime(0), 100)) == 0);
  CHECK(Must(journal->DeleteOldest(TickTime(5), 3)) == 3);
  CHECK(Must(journal->DeleteOldest(TickTime(5), 3)) == 2);
  CHECK(Must(journal->Size()).oldest == TickTime(5));
  CHECK(Must(journal->DeleteOldest(TickTime(5000), 1900)) == 1900);
  CHECK(Must(journal->Size()).bytes < before.bytes / 4);
  CHECK(Must(journal->ReadAll(0, kMany)).size() == 95);
  // What is gone may be written again: it is new.
  CHECK(MustAppend(*journal, {{}, {}, {SomeDecision(1, 0)}}).stored == 1);
  CHECK(Must(journal->DeleteOldest(TickTime(5000), kMany)) == 96);
  CHECK_FALSE(Must(journal->Size()).oldest);
}

TEST_CASE("An empty batch is a good one") {
  const std::string kind = EachJournal();
  CAPTURE(kind);
  const Store store(kind);
  CHECK(MustAppend(*store.Open(), {}).stored == 0);
}

// Beside the simplest journal that there is.
TEST_CASE("Whatever is done, the databases say what memory says") {
  const std::string kind = GENERATE(from_range(testing::kDurable));
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(kind, seed);
  Chance chance(seed);
  const Store store(kind);
  auto journal = store.Open();
  const Store memory("memory");
  const auto model = memory.Open();
  for (int round = 0; round < 60; ++round) {
    CAPTURE(round);
    JournalBatch batch;
    for (int i = chance.Between(0, 40); i > 0; --i) {
      const int binding = chance.Between(0, 5);
      DecisionRecord record = SomeDecision(binding, chance.Between(round, round + 30), chance.Between(0, 3));
      if (chance.In(10)) record.replicas = 99;  // an answer that is not by the readings
      batch.bindings.push_back(SomeBinding(binding));
      batch.decisions.push_back(std::move(record));
    }
    const AppendOutcome outcome = MustAppend(*journal, batch);
    const AppendOutcome wanted = MustAppend(*model, batch);
    REQUIRE(outcome.stored == wanted.stored);
    if (chance.In(20)) journal = store.Open();
    const int binding = chance.Between(0, 5);
    const Timestamp until = testing::TickTime(chance.Between(0, 100));
    const auto limit = static_cast<std::size_t>(chance.Between(1, 50));
    const auto ticks = [](const std::vector<DecisionRecord>& records) {
      std::vector<Timestamp> all;
      for (const DecisionRecord& each : records) all.push_back(each.tick);
      return all;
    };
    REQUIRE(ticks(Must(journal->ReadBinding(SomeBinding(binding).id, until, limit))) ==
            ticks(Must(model->ReadBinding(SomeBinding(binding).id, until, limit))));
    REQUIRE(Must(journal->FindBindings("web", "")) == Must(model->FindBindings("web", "")));
  }
}

TEST_CASE("What was written is there after the journal was opened again") {
  const std::string kind = GENERATE(from_range(testing::kDurable));
  CAPTURE(kind);
  const Store store(kind);
  MustAppend(*store.Open(), {{SomeBinding(1)}, {{7, "data", "a", "text", TickTime(0)}}, {SomeDecision(1, 1)}});
  for (const bool read_only : {false, true}) {
    CAPTURE(read_only);
    JournalOptions options = store.options;
    options.read_only = read_only;
    const auto journal = Must(OpenJournal(options));
    CHECK(Plain(Must(journal->ReadAll(0, kMany))) == Plain(std::vector{SomeDecision(1, 1)}));
    CHECK(Must(journal->Policies()).size() == 1);
    CHECK(Must(journal->FindBindings("web", "app-1")) == std::vector{SomeBinding(1)});
  }
}

TEST_CASE("To read, nothing is made") {
  const std::string kind = GENERATE(from_range(testing::kDurable));
  CAPTURE(kind);
  Store store(kind);
  store.options.read_only = true;
  CHECK(OpenJournal(store.options).error().code == Code::kNotFound);
  CHECK_FALSE(std::filesystem::exists(store.path()));
}

TEST_CASE("Two writers of one store write one decision of a binding and tick") {
  const std::string kind = GENERATE(from_range(testing::kDurable));
  CAPTURE(kind);
  const Store store(kind);
  const auto a = store.Open();
  const auto b = store.Open();
  const DecisionRecord record = SomeDecision(1, 1);
  DecisionRecord other = record;
  other.replicas = 7;
  CHECK(MustAppend(*a, {{SomeBinding(1)}, {}, {record}}).stored == 1);
  const AppendOutcome second = MustAppend(*b, {{SomeBinding(1)}, {}, {other, SomeDecision(1, 2)}});
  CHECK(second.stored == 1);
  CHECK(second.disagreements.size() == 1);
  CHECK(Must(a->ReadAll(0, kMany)).size() == 2);
}

TEST_CASE("A URL says which journal, and holds no password") {
  CHECK(CheckJournalUrl("memory:").empty());
  CHECK(CheckJournalUrl("sqlite:/var/lib/loadline/journal.db").empty());
  CHECK(CheckJournalUrl("postgresql://loadline@db:5432/loadline?sslmode=verify-full").empty());
  CHECK(CheckJournalUrl("mysql://db") == "want sqlite:PATH, postgresql://... or memory:; found \"mysql://db\"");
  CHECK(CheckJournalUrl("sqlite:") == "want sqlite:PATH, postgresql://... or memory:; found \"sqlite:\"");
  CHECK(CheckJournalUrl("postgresql://me:secret@db/loadline") == "want no password in it, but in passwordFile");
  CHECK(CheckJournalUrl("postgresql://db/loadline?password=secret") == "want no password in it, but in passwordFile");
  CHECK(ShownJournalUrl("postgresql://me@db:5432/loadline?sslmode=require") == "postgresql://db:5432/loadline");
  CHECK(ShownJournalUrl("sqlite:/a/b@c") == "sqlite:/a/b@c");
}

}  // namespace
}  // namespace loadline
