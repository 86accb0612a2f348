// What disks, servers and kill -9 do to a journal. LOADLINE_SEED=N repeats a run.
#include <signal.h>
#include <sqlite3.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <thread>

#include "journal/journal_writer.h"
#include "scaling/redecide.h"
#include "support/child.h"
#include "support/eventually.h"
#include "support/failing_vfs.h"
#include "support/simulated_clock.h"
#include "unit/controller/recording_log.h"
#include "unit/journal/stores.h"

namespace loadline {
namespace {

using testing::Chance;
using testing::Eventually;
using testing::FailingVfs;
using testing::Must;
using testing::MustAppend;
using testing::SomeBinding;
using testing::SomeDecision;
using testing::SomeMade;
using testing::Store;
using testing::TickTime;

// What SQLite itself finds wrong with the file.
std::string IntegrityOf(const std::string& path) {
  sqlite3* database = nullptr;
  std::string said;
  sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE, nullptr);
  const auto add = [](void* to, int, char** texts, char**) {
    *static_cast<std::string*>(to) += texts[0];
    return 0;
  };
  if (sqlite3_exec(database, "PRAGMA integrity_check", add, &said, nullptr) != SQLITE_OK)
    said = sqlite3_errmsg(database);
  sqlite3_close(database);
  return said;
}

std::vector<DecisionRecord> AllOf(DecisionJournal& journal) {
  std::vector<DecisionRecord> all;
  while (true) {
    auto page = Must(journal.ReadAll(all.empty() ? 0 : all.back().sequence, 1000));
    if (page.empty()) return all;
    std::move(page.begin(), page.end(), std::back_inserter(all));
  }
}

std::uint64_t LastNumber(const std::string& output) {
  // The last whole line.
  const std::size_t end = output.rfind('\n');
  if (end == std::string::npos) return 0;
  const std::size_t begin = output.rfind('\n', end - 1);
  return std::stoull(output.substr(begin == std::string::npos ? 0 : begin + 1));
}

TEST_CASE("Killed at any moment, a journal opens, has all that it said it has, and nothing by halves") {
  const std::string kind = GENERATE(from_range(testing::kDurable));
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(kind, seed);
  Chance chance(seed);
  const Store store(kind);
  testing::TempDir dir;
  std::size_t before = 0;
  for (int kill = 0; kill < 12; ++kill) {
    CAPTURE(kill);
    testing::Child child({JOURNAL_LOAD, store.options.url, std::to_string(before)}, dir / "output");
    const auto wanted = static_cast<std::uint64_t>(chance.Between(1, 400));
    REQUIRE(Eventually([&] { return LastNumber(child.Output()) >= wanted || !child.running(); }));
    for (int i = chance.Between(0, 3000); i > 0; --i) std::this_thread::yield();
    REQUIRE(child.running());
    child.Signal(SIGKILL);
    CHECK(child.Wait() == 128 + SIGKILL);
    const std::uint64_t said = LastNumber(child.Output());

    if (kind == "sqlite") REQUIRE(IntegrityOf(store.path()) == "ok");
    const auto journal = store.Open();
    const auto all = AllOf(*journal);
    // No more is lost than what was not said to be stored: what is there begins at the first and has no holes.
    REQUIRE(all.size() >= before + said);
    std::set<Timestamp> ticks;
    for (const DecisionRecord& each : all) ticks.insert(each.tick);
    REQUIRE(ticks.size() == all.size());
    REQUIRE(*ticks.begin() == TickTime(0));
    REQUIRE(*ticks.rbegin() == TickTime(static_cast<int>(all.size()) - 1));
    // Each with its binding and its policy, so that it can be decided again.
    std::set<Uuid> bindings;
    for (const BindingRecord& each : Must(journal->FindBindings("", ""))) bindings.insert(each.id);
    const auto policy = Must(PolicyOf(Must(journal->FindPolicy(all[0].policy_hash))));
    for (std::size_t i = before; i < all.size(); ++i) {
      REQUIRE(bindings.contains(all[i].binding));
      REQUIRE(DifferenceOf(*policy, all[i], Must(Redecide(*policy, all[i]))).empty());
    }
    before = all.size();
  }
}

// A batch of ten decisions of tick `tick`.
JournalBatch BatchOf(int tick) {
  JournalBatch batch;
  for (int binding = 0; binding < 10; ++binding) {
    batch.bindings.push_back(SomeBinding(binding));
    DecisionRecord record = SomeDecision(binding, tick);
    record.summary.assign(600, 'x');  // several pages
    batch.decisions.push_back(std::move(record));
  }
  return batch;
}

TEST_CASE("Whichever call of the disk fails, a batch is there or not, and what was said to be stored is") {
  const bool stays = GENERATE(false, true);
  CAPTURE(stays);
  FailingVfs vfs;
  int failures = 0;
  for (int n = 0;; ++n) {
    CAPTURE(n);
    const Store store("sqlite");
    vfs.FailAfter(n, stays);
    std::vector<bool> said;
    {
      auto journal = OpenJournal(store.options);
      for (int tick = 0; tick < 4; ++tick) {
        // As the writer does: opened anew after a failure.
        if (!journal) journal = OpenJournal(store.options);
        const bool stored = journal && (*journal)->Append(BatchOf(tick));
        said.push_back(stored);
        if (!stored && journal) journal = Fail(Code::kUnavailable, "closed");
      }
      if (journal) (void)(*journal)->DeleteOldest(TickTime(1), 100);  // those of tick 0, if that goes
    }
    const bool failed = vfs.has_failed();
    vfs.FailNoMore();
    if (!failed) {
      CHECK(said == std::vector<bool>(4, true));
      break;
    }
    ++failures;
    const auto journal = store.Open();
    REQUIRE(IntegrityOf(store.path()) == "ok");
    std::map<Timestamp, int> counts;
    for (const DecisionRecord& each : AllOf(*journal)) ++counts[each.tick];
    for (int tick = 0; tick < 4; ++tick) {
      CAPTURE(tick);
      const int count = counts[TickTime(tick)];
      REQUIRE((count == 0 || count == 10));
      if (said[static_cast<std::size_t>(tick)] && tick > 0) REQUIRE(count == 10);
    }
    REQUIRE(MustAppend(*journal, BatchOf(9)).stored == 10);
  }
  CHECK(failures > 50);
}

struct Written {
  explicit Written(JournalOptions journal) : options(std::move(journal)) {
    JournalWriterOptions writer_options;
    writer_options.batch_wait = Duration(1);
    writer_options.retry_first = Duration(1);
    writer_options.retry_most = Duration(20);
    writer = MakeJournalWriter(
        writer_options, "a test's", [this] { return OpenJournal(options); }, clock, log);
  }
  void Take(int from, int to) {
    for (int tick = from; tick < to; ++tick) writer->Take(SomeMade(1, tick));
  }
  bool Fails() {
    return Eventually([&] { return !writer->State().ok; });
  }
  bool Recovers() {
    return Eventually([&] { return writer->State().ok && writer->State().queued == 0; }, std::chrono::seconds(60));
  }

  const JournalOptions options;
  testing::SimulatedClock clock{TickTime(0)};
  testing::RecordingLog log;
  std::unique_ptr<JournalWriter> writer;
};

TEST_CASE("A disk that is full, or read-only, and then is not: nothing is lost that the queue could hold") {
  const bool full = GENERATE(true, false);
  CAPTURE(full);
  FailingVfs vfs;
  const Store store("sqlite");
  const auto spoil = [&](bool bad) { full ? vfs.SetFull(bad) : vfs.SetReadOnly(bad); };
  {
    Written written(store.options);
    SECTION("From the start") { spoil(true); }
    SECTION("Later") {
      written.Take(0, 10);
      REQUIRE(written.Recovers());
      spoil(true);
    }
    written.Take(10, 40);
    REQUIRE(written.Fails());
    CHECK_FALSE(written.writer->State().problem.empty());
    written.Take(40, 60);
    spoil(false);
    REQUIRE(written.Recovers());
    CHECK(written.writer->State().dropped.empty());
  }
  const auto journal = store.Open();
  const auto all = AllOf(*journal);
  CHECK((all.size() == 50 || all.size() == 60));
  CHECK(all.back().tick == TickTime(59));
  CHECK(IntegrityOf(store.path()) == "ok");
}

TEST_CASE("A file that is removed under a running journal is made anew") {
  const Store store("sqlite");
  Written written(store.options);
  written.Take(0, 5);
  REQUIRE(written.Recovers());
  for (const char* part : {"", "-wal", "-shm"}) std::filesystem::remove(store.path() + part);
  written.Take(5, 10);
  REQUIRE(Eventually([&] { return written.writer->State().stored == 10; }));
  const auto journal = store.Open();
  CHECK(AllOf(*journal).size() == 5);
  // The binding and the policy were written again: the new file has neither.
  CHECK(Must(journal->FindBindings("", "")).size() == 1);
  CHECK(Must(journal->Policies()).size() == 1);
}

TEST_CASE("A file that is no database is put aside, and a new one made") {
  const Store store("sqlite");
  std::ofstream(store.path()) << std::string(10'000, 'x');
  Written written(store.options);
  written.Take(0, 5);
  REQUIRE(Eventually([&] { return written.writer->State().stored == 5; }));
  CHECK(std::filesystem::file_size(store.path() + ".damaged") == 10'000);
}

TEST_CASE("A journal of a newer version is left alone") {
  const std::string kind = GENERATE(from_range(testing::kDurable));
  CAPTURE(kind);
  const Store store(kind);
  MustAppend(*store.Open(), BatchOf(1));
  if (kind == "sqlite") {
    sqlite3* database = nullptr;
    sqlite3_open(store.path().c_str(), &database);
    sqlite3_exec(database, "PRAGMA user_version = 999", nullptr, nullptr, nullptr);
    sqlite3_close(database);
  } else {
    testing::SharedPostgres().Run(store.options.url, "UPDATE loadline_journal_version SET version = 999");
  }
  const auto journal = OpenJournal(store.options);
  REQUIRE_FALSE(journal);
  CHECK(journal.error().code == Code::kFailedPrecondition);
  CHECK(journal.error().message.find("newer version of Loadline") != std::string::npos);
}

TEST_CASE("PostgreSQL that is restarted, or crashes, is written again when it is back") {
  const bool crashes = GENERATE(false, true);
  CAPTURE(crashes);
  testing::PostgresServer& server = testing::SharedPostgres();
  const Store store("postgresql");
  Written written(store.options);
  written.Take(0, 10);
  REQUIRE(written.Recovers());
  crashes ? server.Terminate() : server.Stop();
  written.Take(10, 30);
  const bool failed = written.Fails();
  const std::string problem = written.writer->State().problem;
  written.Take(30, 40);
  server.Start();
  REQUIRE(failed);
  CHECK(problem.starts_with("PostgreSQL: "));
  REQUIRE(written.Recovers());
  CHECK(written.writer->State().dropped.empty());
  CHECK(AllOf(*store.Open()).size() == 40);
}

TEST_CASE("Pods on one PostgreSQL write one record for each binding and tick, all of them together") {
  const Store store("postgresql");
  Written a(store.options), b(store.options), c(store.options);
  for (int tick = 0; tick < 300; ++tick) {
    for (Written* each : {&a, &b, &c}) each->Take(tick, tick + 1);
  }
  for (Written* each : {&a, &b, &c}) REQUIRE(each->Recovers());
  CHECK(AllOf(*store.Open()).size() == 300);
  std::uint64_t stored = 0, duplicates = 0;
  for (Written* each : {&a, &b, &c}) {
    const JournalState state = each->writer->State();
    stored += state.stored;
    duplicates += state.duplicates;
    CHECK(state.disagreements == 0);
    CHECK(state.differing == 0);
    CHECK(state.write_errors == 0);
  }
  CHECK(stored == 300);
  CHECK(duplicates == 600);
  CHECK(testing::SharedPostgres().Run(
            store.options.url, "SELECT count(*) = count(DISTINCT (binding, tick)) FROM loadline_decisions") == "t");
}

TEST_CASE("PostgreSQL gets types that it can be asked by") {
  const Store store("postgresql");
  Written written(store.options);
  written.Take(0, 3);
  REQUIRE(written.Recovers());
  const auto run = [&](const std::string& sql) { return testing::SharedPostgres().Run(store.options.url, sql); };
  CHECK(run("SELECT replicas, steps->0->>'reason', seen->'windows'->0->'ticks' FROM loadline_decisions "
            "ORDER BY tick LIMIT 1") == "3|HighestDemand|[{\"times\": [5, 30.0]}]");
  CHECK(run("SELECT string_agg(DISTINCT data_type, ' ' ORDER BY data_type) FROM information_schema.columns WHERE "
            "table_name LIKE 'loadline%'") ==
        "bigint boolean double precision integer jsonb text timestamp with time zone uuid");
  CHECK(run("SELECT tick AT TIME ZONE 'UTC' FROM loadline_decisions ORDER BY tick LIMIT 1") == "2024-10-04 00:00:00");
}

TEST_CASE("What jsonb does not take does not stop the rest") {
  const Store store("postgresql");
  const auto journal = store.Open();
  DecisionRecord zero = SomeDecision(1, 1);
  zero.seen = R"({"text":"a\u0000b \\u0000 \\\u0000"})";
  MustAppend(*journal, {{}, {}, {zero}});
  CHECK(nlohmann::json::parse(AllOf(*journal)[0].seen)["text"] ==
        "a\xEF\xBF\xBD"
        "b \\u0000 \\\xEF\xBF\xBD");
  DecisionRecord broken = SomeDecision(1, 2);
  broken.seen = "{";
  CHECK(journal->Append({{}, {}, {broken, SomeDecision(1, 3)}}).error().code == Code::kInvalidArgument);
  CHECK(AllOf(*journal).size() == 1);
  CHECK(MustAppend(*journal, {{}, {}, {SomeDecision(1, 3)}}).stored == 1);
}

}  // namespace
}  // namespace loadline
