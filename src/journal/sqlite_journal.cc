// A file of SQLite in WAL mode: one writer, readers beside it. A batch is one transaction, synced to the disk
// (synchronous=FULL) before Append returns; of a power cut or a kill -9 what was not returned yet is gone, and nothing
// else.
#include <fmt/format.h>

#include <filesystem>

#include "journal/backends.h"
#include "journal/columns.h"
#include "journal/sqlite_database.h"
#include "journal/sqlite_schema.h"
#include "system/mutex.h"

namespace loadline {
namespace {

constexpr std::string_view kColumns =
    "sequence, binding, tick, kind, policy_hash, replicas, wanted, active, error_code, error_message, observed, "
    "confidence, winner, summary, steps, plan, seen, inputs, version";

std::int64_t Ms(Timestamp time) { return time.time_since_epoch().count(); }
Timestamp FromMs(std::int64_t ms) { return Timestamp(Duration(ms)); }
std::int64_t Signed(std::uint64_t hash) { return static_cast<std::int64_t>(hash); }

std::optional<double> NumberOf(const SqliteStatement& row, int column) {
  return row.IsNull(column) ? std::nullopt : std::optional(row.Number(column));
}

DecisionRecord DecisionOf(const SqliteStatement& row) {
  DecisionRecord record;
  record.sequence = row.Integer(0);
  record.binding = row.Id(1);
  record.tick = FromMs(row.Integer(2));
  record.kind = KindOf(row.Text(3));
  record.policy_hash = static_cast<std::uint64_t>(row.Integer(4));
  record.replicas = NumberOf(row, 5);
  record.wanted = NumberOf(row, 6);
  if (!row.IsNull(7)) record.active = row.Integer(7) != 0;
  if (!row.IsNull(8)) record.error = Error{static_cast<Code>(row.Integer(8)), row.Text(9)};
  record.observed = NumberOf(row, 10);
  record.confidence = NumberOf(row, 11);
  record.winner = row.Text(12);
  record.summary = row.Text(13);
  record.steps = row.Text(14);
  record.plan = row.Text(15);
  record.seen = row.Text(16);
  record.inputs = row.Id(17);
  record.version = row.Text(18);
  return record;
}

BindingRecord BindingOf(const SqliteStatement& row) {
  return {row.Id(0), row.Text(1), row.Text(2), row.Text(3), MetadataOf(row.Text(4))};
}

PolicyRevision PolicyOfRow(const SqliteStatement& row) {
  return {static_cast<std::uint64_t>(row.Integer(0)), row.Text(1), row.Text(2), row.Text(3), FromMs(row.Integer(4))};
}

// All statements, prepared once.
struct Statements {
  SqliteStatement add_binding, add_policy, add_decision;
  SqliteStatement find_bindings, find_policy, all_policies;
  SqliteStatement decision_at, read_binding, read_all, delete_oldest, oldest;
};

class SqliteJournal : public DecisionJournal {
 public:
  explicit SqliteJournal(SqliteDatabase database) : database_(std::move(database)) {}

  Status Begin(bool read_only) {
    // Without its timeouts and sizes a full disk, or a reader that stays, would let the log grow without end.
    constexpr const char* kPragmas =
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=1000; "
        "PRAGMA journal_size_limit=16777216; PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY";
    if (!read_only) {
      if (const Status set = database_.Execute(kPragmas); !set) return set;
    }
    if (const Status migrated = Migrate(read_only); !migrated) return migrated;
    return PrepareAll();
  }

  Result<AppendOutcome> Append(const JournalBatch& batch) override {
    const MutexLock lock(mutex_);
    if (database_.WasRemoved()) return Fail(Code::kUnavailable, "the journal's file was removed or replaced");
    if (const Status begun = database_.Execute("BEGIN IMMEDIATE"); !begun) return Fail(begun.error());
    AppendOutcome outcome;
    Status written = Write(batch, outcome);
    if (written) written = database_.Execute("COMMIT");
    if (written) return outcome;
    ResetAll();
    if (database_.InTransaction()) (void)database_.Execute("ROLLBACK");
    return Fail(written.error());
  }

  Result<std::vector<BindingRecord>> FindBindings(const std::string& object_namespace,
                                                  const std::string& object) override {
    const MutexLock lock(mutex_);
    statements_.find_bindings.Reset().Bind(object_namespace).Bind(object_namespace).Bind(object).Bind(object);
    return Rows<BindingRecord>(statements_.find_bindings, BindingOf);
  }

  Result<PolicyRevision> FindPolicy(std::uint64_t hash) override {
    const MutexLock lock(mutex_);
    statements_.find_policy.Reset().Bind(Signed(hash));
    Result<std::vector<PolicyRevision>> found = Rows<PolicyRevision>(statements_.find_policy, PolicyOfRow);
    if (!found) return Fail(found.error());
    if (found->empty()) return Fail(Code::kNotFound, "the journal has no such policy");
    return std::move(found->front());
  }

  Result<std::vector<PolicyRevision>> Policies() override {
    const MutexLock lock(mutex_);
    return Rows<PolicyRevision>(statements_.all_policies.Reset(), PolicyOfRow);
  }

  Result<std::vector<DecisionRecord>> ReadBinding(const Uuid& binding, Timestamp until, std::size_t limit) override {
    const MutexLock lock(mutex_);
    statements_.read_binding.Reset().Bind(binding).Bind(Ms(until)).Bind(static_cast<std::int64_t>(limit));
    return Rows<DecisionRecord>(statements_.read_binding, DecisionOf);
  }

  Result<std::vector<DecisionRecord>> ReadAll(std::int64_t after, std::size_t limit) override {
    const MutexLock lock(mutex_);
    statements_.read_all.Reset().Bind(after).Bind(static_cast<std::int64_t>(limit));
    return Rows<DecisionRecord>(statements_.read_all, DecisionOf);
  }

  Result<JournalSize> Size() override {
    const MutexLock lock(mutex_);
    const auto pages = database_.Query("PRAGMA page_count");
    const auto unused = database_.Query("PRAGMA freelist_count");
    const auto page = database_.Query("PRAGMA page_size");
    if (!pages || !unused || !page) return database_.LatestError();
    JournalSize size{(*pages - *unused) * *page, std::nullopt};
    const Result<bool> row = statements_.oldest.Reset().Step();
    if (!row) return Fail(row.error());
    if (*row) size.oldest = FromMs(statements_.oldest.Integer(0));
    statements_.oldest.Reset();
    return size;
  }

  Result<std::size_t> DeleteOldest(Timestamp before, std::size_t limit) override {
    const MutexLock lock(mutex_);
    statements_.delete_oldest.Reset().Bind(static_cast<std::int64_t>(limit)).Bind(Ms(before));
    const Status deleted = statements_.delete_oldest.Run();
    statements_.delete_oldest.Reset();
    if (!deleted) return Fail(deleted.error());
    return static_cast<std::size_t>(database_.ChangedRows());
  }

  void Interrupt() override { database_.Interrupt(); }

 private:
  Status Migrate(bool read_only) {
    constexpr auto kNewest = static_cast<std::int64_t>(kSqliteMigrations.size());
    const Result<std::int64_t> version = database_.Query("PRAGMA user_version");
    if (!version) return Fail(version.error());
    if (*version > kNewest)
      return Fail(Code::kFailedPrecondition, "the journal was written by a newer version of Loadline");
    if (*version == kNewest) return {};
    if (read_only) return Fail(Code::kFailedPrecondition, "the journal was written by an older version of Loadline");
    // Another process may be doing the same.
    std::string sql = "BEGIN IMMEDIATE;";
    if (const Status begun = database_.Execute(sql.c_str()); !begun) return begun;
    const Result<std::int64_t> now = database_.Query("PRAGMA user_version");
    sql.clear();
    for (std::int64_t each = now.value_or(0); each < kNewest; ++each)
      sql += kSqliteMigrations.at(static_cast<std::size_t>(each));
    sql += fmt::format("PRAGMA user_version={}; COMMIT", kNewest);
    const Status done = now ? database_.Execute(sql.c_str()) : Status(Fail(now.error()));
    if (!done && database_.InTransaction()) (void)database_.Execute("ROLLBACK");
    return done;
  }

  Status PrepareAll() {
    const std::string select = fmt::format("SELECT {} FROM decisions", kColumns);
    const std::string values = "(NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    const std::string binding = "SELECT id, namespace, object, policy, metadata FROM bindings";
    const std::string policy = "SELECT hash, namespace, name, text, first_seen FROM policies";
    const std::pair<SqliteStatement*, std::string> all[] = {
        {&statements_.add_binding, "INSERT OR IGNORE INTO bindings VALUES (?, ?, ?, ?, ?)"},
        {&statements_.add_policy, "INSERT OR IGNORE INTO policies VALUES (?, ?, ?, ?, ?)"},
        {&statements_.add_decision,
         "INSERT INTO decisions VALUES " + values + " ON CONFLICT (binding, tick) DO NOTHING"},
        {&statements_.find_bindings,
         binding + " WHERE (? = '' OR namespace = ?) AND (? = '' OR object = ?) ORDER BY id"},
        {&statements_.find_policy, policy + " WHERE hash = ?"},
        {&statements_.all_policies, policy + " ORDER BY first_seen, hash"},
        {&statements_.decision_at, select + " WHERE binding = ? AND tick = ?"},
        {&statements_.read_binding, select + " WHERE binding = ? AND tick <= ? ORDER BY tick DESC LIMIT ?"},
        {&statements_.read_all, select + " WHERE sequence > ? ORDER BY sequence LIMIT ?"},
        {&statements_.delete_oldest,
         "DELETE FROM decisions WHERE sequence IN (SELECT sequence FROM decisions ORDER BY sequence LIMIT ?) "
         "AND tick < ?"},
        {&statements_.oldest, "SELECT tick FROM decisions ORDER BY sequence LIMIT 1"},
    };
    for (const auto& [statement, sql] : all) {
      Result<SqliteStatement> prepared = database_.Prepare(sql);
      if (!prepared) return Fail(prepared.error());
      *statement = std::move(*prepared);
    }
    return {};
  }

  Status Write(const JournalBatch& batch, AppendOutcome& outcome) {
    for (const BindingRecord& each : batch.bindings) {
      const std::string metadata = MetadataAsJson(each.metadata);
      const Status added = statements_.add_binding.Reset()
                               .Bind(each.id)
                               .Bind(each.object_namespace)
                               .Bind(each.object)
                               .Bind(each.policy)
                               .Bind(metadata)
                               .Run();
      if (!added) return added;
    }
    for (const PolicyRevision& each : batch.policies) {
      const Status added = statements_.add_policy.Reset()
                               .Bind(Signed(each.hash))
                               .Bind(each.policy_namespace)
                               .Bind(each.name)
                               .Bind(each.text)
                               .Bind(Ms(each.first_seen))
                               .Run();
      if (!added) return added;
    }
    for (const DecisionRecord& each : batch.decisions) {
      if (const Status added = Write(each, outcome); !added) return added;
    }
    ResetAll();
    return {};
  }

  Status Write(const DecisionRecord& record, AppendOutcome& outcome) {
    std::optional<std::int64_t> active, code;
    if (record.active) active = *record.active ? 1 : 0;
    if (record.error) code = static_cast<std::int64_t>(record.error->code);
    const std::optional<std::string_view> message =
        record.error ? std::optional<std::string_view>(record.error->message) : std::nullopt;
    const Status added = statements_.add_decision.Reset()
                             .Bind(record.binding)
                             .Bind(Ms(record.tick))
                             .Bind(RecordKindName(record.kind))
                             .Bind(Signed(record.policy_hash))
                             .Bind(record.replicas)
                             .Bind(record.wanted)
                             .Bind(active)
                             .Bind(code)
                             .Bind(message)
                             .Bind(record.observed)
                             .Bind(record.confidence)
                             .Bind(record.winner)
                             .Bind(record.summary)
                             .Bind(record.steps)
                             .Bind(record.plan)
                             .Bind(record.seen)
                             .Bind(record.inputs)
                             .Bind(record.version)
                             .Run();
    if (!added) return added;
    if (database_.ChangedRows() > 0) {
      ++outcome.stored;
      return {};
    }
    SqliteStatement& there = statements_.decision_at.Reset().Bind(record.binding).Bind(Ms(record.tick));
    const Result<bool> row = there.Step();
    if (!row) return Fail(row.error());
    if (*row) CountRefused(DecisionOf(there), record, outcome);
    return {};
  }

  template <class Row>
  static Result<std::vector<Row>> Rows(SqliteStatement& statement, Row (*row_of)(const SqliteStatement&)) {
    std::vector<Row> rows;
    while (true) {
      const Result<bool> row = statement.Step();
      if (!row || !*row) {
        statement.Reset();
        if (!row) return Fail(row.error());
        return rows;
      }
      rows.push_back(row_of(statement));
    }
  }

  // A statement that is in the middle of something keeps its transaction open, and refers to texts that go.
  void ResetAll() {
    for (SqliteStatement* each :
         {&statements_.add_binding, &statements_.add_policy, &statements_.add_decision, &statements_.decision_at})
      each->Reset();
  }

  Mutex mutex_;
  SqliteDatabase database_;
  Statements statements_;  // after the database: they go first
};

Result<std::unique_ptr<DecisionJournal>> Open(const std::string& path, bool read_only) {
  Result<SqliteDatabase> database = SqliteDatabase::Open(path, read_only);
  if (!database) return Fail(database.error());
  auto journal = std::make_unique<SqliteJournal>(std::move(*database));
  if (const Status begun = journal->Begin(read_only); !begun) return Fail(begun.error());
  return std::unique_ptr<DecisionJournal>(std::move(journal));
}

}  // namespace

Result<std::unique_ptr<DecisionJournal>> OpenSqliteJournal(const std::string& path, bool read_only) {
  auto journal = Open(path, read_only);
  if (journal || read_only || journal.error().code != Code::kDataLoss) return journal;
  // It is no database any more. Not overwritten: a person may want to see it. The log goes with it.
  for (const char* part : {"", "-wal", "-shm"}) {
    std::error_code ignored;
    std::filesystem::rename(path + part, path + ".damaged" + part, ignored);
  }
  return Open(path, read_only);
}

}  // namespace loadline
