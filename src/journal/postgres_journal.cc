// PostgreSQL, shared by all pods. A batch goes by COPY into a staging table of the session, and from there to where
// there is nothing yet for its binding and tick: one round for a thousand rows.
#include <fmt/format.h>
#include <sys/socket.h>

#include <atomic>
#include <limits>
#include <pqxx/pqxx>
#include <tuple>
#include <utility>

#include "base/text.h"
#include "journal/backends.h"
#include "journal/columns.h"
#include "journal/postgres_schema.h"
#include "system/mutex.h"

namespace loadline {
namespace {

// All pods migrate and delete under one of these: the first letters of "loadline", and a number.
constexpr std::int64_t kMigrationLock = 0x6c6f61646c6e0001;
constexpr std::int64_t kDeletionLock = 0x6c6f61646c6e0002;

// What a row costs beside its columns: its header, its line pointer, its entries in three indexes.
constexpr int kRowOverhead = 24 + 4 + 48 + 16 + 1;
constexpr int kSampledRows = 1000;

const std::vector<std::string> kStaged = {
    "binding",  "tick",       "kind",   "policy_hash", "replicas", "wanted", "active", "error_code", "error_message",
    "observed", "confidence", "winner", "summary",     "steps",    "plan",   "seen",   "inputs",     "version"};
constexpr std::size_t kStagedColumns = 18;
constexpr std::string_view kStagedList =
    "binding, tick, kind, policy_hash, replicas, wanted, active, error_code, error_message, observed, confidence, "
    "winner, summary, steps, plan, seen, inputs, version";
// Milliseconds since 1970, exactly: extract yields a numeric.
constexpr std::string_view kDecisionColumns =
    "d.sequence, d.binding, (extract(epoch from d.tick) * 1000)::bigint, d.kind, d.policy_hash, d.replicas, d.wanted, "
    "d.active, d.error_code, d.error_message, d.observed, d.confidence, d.winner, d.summary, d.steps, d.plan, d.seen, "
    "d.inputs, d.version";
constexpr std::string_view kPolicyColumns =
    "hash, namespace, name, text, (extract(epoch from first_seen) * 1000)::bigint";

Timestamp FromMs(std::int64_t ms) { return Timestamp(Duration(ms)); }
std::int64_t Signed(std::uint64_t hash) { return static_cast<std::int64_t>(hash); }

// jsonb takes no zero byte, not even escaped: U+FFFD in its place.
std::string JsonText(const std::string& json) {
  std::string text = json;
  for (std::size_t at = text.find('\\'); at != std::string::npos; at = text.find('\\', at + 2)) {
    if (text.compare(at, 6, "\\u0000") == 0) text.replace(at, 6, "\\ufffd");
  }
  return text;
}

std::optional<double> NumberOf(const pqxx::field& field) {
  return field.is_null() ? std::nullopt : std::optional(field.as<double>());
}

Uuid IdOf(const pqxx::field& field) { return ParseUuid(field.c_str()).value_or(Uuid()); }
std::string TextOf(const pqxx::field& field) { return field.is_null() ? "" : std::string(field.c_str()); }

DecisionRecord DecisionOf(const pqxx::row& row) {
  DecisionRecord record;
  record.sequence = row[0].as<std::int64_t>();
  record.binding = IdOf(row[1]);
  record.tick = FromMs(row[2].as<std::int64_t>());
  record.kind = KindOf(row[3].c_str());
  record.policy_hash = static_cast<std::uint64_t>(row[4].as<std::int64_t>());
  record.replicas = NumberOf(row[5]);
  record.wanted = NumberOf(row[6]);
  if (!row[7].is_null()) record.active = row[7].as<bool>();
  if (!row[8].is_null()) record.error = Error{static_cast<Code>(row[8].as<int>()), TextOf(row[9])};
  record.observed = NumberOf(row[10]);
  record.confidence = NumberOf(row[11]);
  record.winner = TextOf(row[12]);
  record.summary = TextOf(row[13]);
  record.steps = TextOf(row[14]);
  record.plan = TextOf(row[15]);
  record.seen = TextOf(row[16]);
  record.inputs = IdOf(row[17]);
  record.version = TextOf(row[18]);
  return record;
}

BindingRecord BindingOf(const pqxx::row& row) {
  return {IdOf(row[0]), TextOf(row[1]), TextOf(row[2]), TextOf(row[3]), MetadataOf(TextOf(row[4]))};
}

PolicyRevision PolicyOfRow(const pqxx::row& row) {
  return {static_cast<std::uint64_t>(row[0].as<std::int64_t>()), TextOf(row[1]), TextOf(row[2]), TextOf(row[3]),
          FromMs(row[4].as<std::int64_t>())};
}

template <class Record>
std::vector<Record> Rows(const pqxx::result& result, Record (*record_of)(const pqxx::row&)) {
  std::vector<Record> records;
  for (const auto& row : result) records.push_back(record_of(row));
  return records;
}

// A row of COPY: texts, and nothing where there is none.
class StagedRow {
  template <std::size_t... At>
  auto FieldsAt(std::index_sequence<At...>) const {
    return std::make_tuple((texts_.at(At) ? texts_[At]->c_str() : static_cast<const char*>(nullptr))...);
  }

 public:
  // As COPY's stream takes it: a null pointer is NULL.
  auto Fields() const { return FieldsAt(std::make_index_sequence<kStagedColumns>()); }
  explicit StagedRow(const DecisionRecord& record) {
    Add(FormatUuid(record.binding));
    Add(FormatTimestamp(record.tick));
    Add(std::string(RecordKindName(record.kind)));
    Add(fmt::to_string(Signed(record.policy_hash)));
    AddNumber(record.replicas);
    AddNumber(record.wanted);
    record.active ? Add(*record.active ? "t" : "f") : AddNull();
    record.error ? Add(fmt::to_string(static_cast<int>(record.error->code))) : AddNull();
    record.error ? Add(record.error->message) : AddNull();
    AddNumber(record.observed);
    AddNumber(record.confidence);
    Add(record.winner);
    Add(record.summary);
    for (const std::string* json : {&record.steps, &record.plan, &record.seen})
      json->empty() ? AddNull() : Add(JsonText(*json));
    Add(FormatUuid(record.inputs));
    Add(record.version);
  }

 private:
  void Add(std::string text) { texts_.emplace_back(std::move(text)); }
  void AddNull() { texts_.emplace_back(std::nullopt); }
  void AddNumber(std::optional<double> number) { number ? Add(fmt::format("{}", *number)) : AddNull(); }

  std::vector<std::optional<std::string>> texts_;
};

// One line of what the server or the library said.
std::string Words(const std::exception& error) {
  std::string text = error.what();
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return OneLine(text, 300);
}

Code CodeOfState(const std::string& state) {
  if (state == "53100" || state == "53200") return Code::kResourceExhausted;              // disk full, out of memory
  if (state.starts_with("22") || state.starts_with("23")) return Code::kInvalidArgument;  // data, constraints
  if (state.starts_with("54")) return Code::kInvalidArgument;                             // program limits
  if (state.starts_with("XX")) return Code::kDataLoss;
  return Code::kUnavailable;
}

class PostgresJournal : public DecisionJournal {
 public:
  explicit PostgresJournal(const std::string& url) : connection_(url) { socket_ = connection_.sock(); }
  ~PostgresJournal() override { socket_ = -1; }

  Status Begin(bool read_only) {
    return Guarded<void>([&](pqxx::work& work) -> Status {
      if (const Status migrated = Migrate(work, read_only); !migrated) return migrated;
      if (read_only) return {};
      // What is committed is on the server's disk, whatever its configuration says.
      work.exec(
          fmt::format("SET synchronous_commit = on; CREATE TEMP TABLE staged ON COMMIT DELETE ROWS AS "
                      "SELECT {} FROM loadline_decisions WITH NO DATA",
                      kStagedList));
      return {};
    });
  }

  Result<AppendOutcome> Append(const JournalBatch& batch) override {
    return Guarded<AppendOutcome>([&](pqxx::work& work) -> Result<AppendOutcome> {
      for (const BindingRecord& each : batch.bindings) {
        work.exec_params("INSERT INTO loadline_bindings VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                         FormatUuid(each.id), each.object_namespace, each.object, each.policy,
                         JsonText(MetadataAsJson(each.metadata)));
      }
      for (const PolicyRevision& each : batch.policies) {
        work.exec_params("INSERT INTO loadline_policies VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                         Signed(each.hash), each.policy_namespace, each.name, each.text,
                         FormatTimestamp(each.first_seen));
      }
      if (batch.decisions.empty()) return AppendOutcome();
      pqxx::stream_to stream(work, "staged", kStaged);
      for (const DecisionRecord& each : batch.decisions) stream << StagedRow(each).Fields();
      stream.complete();
      return Store(work, batch);
    });
  }

  Result<std::vector<BindingRecord>> FindBindings(const std::string& object_namespace,
                                                  const std::string& object) override {
    return Guarded<std::vector<BindingRecord>>([&](pqxx::work& work) {
      return Rows(work.exec_params("SELECT id, namespace, object, policy, metadata FROM loadline_bindings WHERE "
                                   "($1 = '' OR namespace = $1) AND ($2 = '' OR object = $2) ORDER BY id",
                                   object_namespace, object),
                  BindingOf);
    });
  }

  Result<PolicyRevision> FindPolicy(std::uint64_t hash) override {
    return Guarded<PolicyRevision>([&](pqxx::work& work) -> Result<PolicyRevision> {
      const pqxx::result found = work.exec_params(
          fmt::format("SELECT {} FROM loadline_policies WHERE hash = $1", kPolicyColumns), Signed(hash));
      if (found.empty()) return Fail(Code::kNotFound, "the journal has no such policy");
      return PolicyOfRow(found[0]);
    });
  }

  Result<std::vector<PolicyRevision>> Policies() override {
    return Guarded<std::vector<PolicyRevision>>([&](pqxx::work& work) {
      return Rows(work.exec(fmt::format("SELECT {} FROM loadline_policies ORDER BY first_seen, hash", kPolicyColumns)),
                  PolicyOfRow);
    });
  }

  Result<std::vector<DecisionRecord>> ReadBinding(const Uuid& binding, Timestamp until, std::size_t limit) override {
    return Guarded<std::vector<DecisionRecord>>([&](pqxx::work& work) {
      return Rows(work.exec_params(fmt::format("SELECT {} FROM loadline_decisions d WHERE binding = $1 AND tick <= $2 "
                                               "ORDER BY tick DESC LIMIT $3",
                                               kDecisionColumns),
                                   FormatUuid(binding), FormatTimestamp(until), static_cast<std::int64_t>(limit)),
                  DecisionOf);
    });
  }

  Result<std::vector<DecisionRecord>> ReadAll(std::int64_t after, std::size_t limit) override {
    return Guarded<std::vector<DecisionRecord>>([&](pqxx::work& work) {
      return Rows(work.exec_params(fmt::format("SELECT {} FROM loadline_decisions d WHERE sequence > $1 "
                                               "ORDER BY sequence LIMIT $2",
                                               kDecisionColumns),
                                   after, static_cast<std::int64_t>(limit)),
                  DecisionOf);
    });
  }

  // The sequence has few gaps (rows that are there already are not given a number), so its ends say how many rows there
  // are. What the tables take on the disk says nothing: it does not shrink when rows are deleted.
  Result<JournalSize> Size() override {
    return Guarded<JournalSize>([&](pqxx::work& work) {
      const pqxx::row row = work.exec1(fmt::format(
          "SELECT coalesce((SELECT max(sequence) - min(sequence) + 1 FROM loadline_decisions) * "
          "(SELECT avg(pg_column_size(d.*)) + {} FROM (SELECT * FROM loadline_decisions ORDER BY sequence DESC "
          "LIMIT {}) d), 0)::bigint, (SELECT (extract(epoch from tick) * 1000)::bigint FROM loadline_decisions "
          "ORDER BY sequence LIMIT 1)",
          kRowOverhead, kSampledRows));
      JournalSize size{row[0].as<std::int64_t>(), std::nullopt};
      if (!row[1].is_null()) size.oldest = FromMs(row[1].as<std::int64_t>());
      return size;
    });
  }

  Result<std::size_t> DeleteOldest(Timestamp before, std::size_t limit) override {
    return Guarded<std::size_t>([&](pqxx::work& work) -> std::size_t {
      // Another pod may be at it.
      if (!work.exec1(fmt::format("SELECT pg_try_advisory_xact_lock({})", kDeletionLock))[0].as<bool>()) return 0;
      return work
          .exec_params(
              "DELETE FROM loadline_decisions WHERE sequence IN (SELECT sequence FROM loadline_decisions ORDER BY "
              "sequence LIMIT $1) AND tick < $2",
              static_cast<std::int64_t>(limit), FormatTimestamp(before))
          .affected_rows();
    });
  }

  // The socket, and not a request to cancel: that would need the server, which may be what is away.
  void Interrupt() override {
    if (const int socket = socket_.load(); socket >= 0) ::shutdown(socket, SHUT_RDWR);
  }

 private:
  static Status Migrate(pqxx::work& work, bool read_only) {
    constexpr auto kNewest = static_cast<int>(kPostgresMigrations.size());
    const bool is_new = work.exec1("SELECT to_regclass('loadline_journal_version') IS NULL")[0].as<bool>();
    if (read_only && is_new) return Fail(Code::kNotFound, "there is no journal in this database");
    if (!read_only) {
      work.exec(fmt::format("SELECT pg_advisory_xact_lock({})", kMigrationLock));
      work.exec("CREATE TABLE IF NOT EXISTS loadline_journal_version (version integer NOT NULL)");
    }
    const pqxx::result found = work.exec("SELECT version FROM loadline_journal_version");
    const int version = found.empty() ? 0 : found[0][0].as<int>();
    if (version > kNewest)
      return Fail(Code::kFailedPrecondition, "the journal was written by a newer version of Loadline");
    if (version == kNewest) return {};
    if (read_only) return Fail(Code::kFailedPrecondition, "the journal was written by an older version of Loadline");
    for (int each = version; each < kNewest; ++each) work.exec(kPostgresMigrations.at(static_cast<std::size_t>(each)));
    work.exec("DELETE FROM loadline_journal_version");
    work.exec_params("INSERT INTO loadline_journal_version VALUES ($1)", kNewest);
    return {};
  }

  // From the staging table to where nothing is yet. Two pods that bring the same at once: one waits for the other, and
  // then finds it there. In the order of the keys, so that they do not wait for each other crosswise.
  static AppendOutcome Store(pqxx::work& work, const JournalBatch& batch) {
    AppendOutcome outcome;
    outcome.stored = work.exec(fmt::format("INSERT INTO loadline_decisions ({0}) SELECT {0} FROM staged s WHERE NOT "
                                           "EXISTS (SELECT 1 FROM loadline_decisions d WHERE d.binding = s.binding "
                                           "AND d.tick = s.tick) ORDER BY binding, tick ON CONFLICT (binding, tick) DO "
                                           "NOTHING",
                                           kStagedList))
                         .affected_rows();
    if (outcome.stored == batch.decisions.size()) return outcome;
    // Those that are there and are not these: compared here, as in every journal.
    const pqxx::result there = work.exec(
        fmt::format("SELECT {} FROM loadline_decisions d JOIN staged s USING (binding, tick)", kDecisionColumns));
    std::map<std::pair<Uuid, Timestamp>, DecisionRecord> stored;
    for (const auto& row : there) {
      DecisionRecord record = DecisionOf(row);
      stored.emplace(std::pair(record.binding, record.tick), std::move(record));
    }
    for (const DecisionRecord& each : batch.decisions) {
      const auto found = stored.find({each.binding, each.tick});
      if (found != stored.end()) CountRefused(found->second, each, outcome);
    }
    return outcome;
  }

  // Runs one transaction; what the library throws becomes an error. After one the connection is used again where it is
  // still there: whoever gets kUnavailable opens another.
  template <class T, class Run>
  Result<T> Guarded(const Run& run) {
    const MutexLock lock(mutex_);
    try {
      pqxx::work work(connection_);
      Result<T> result = run(work);
      if (result) work.commit();
      return result;
    } catch (const pqxx::sql_error& error) {
      return Fail(CodeOfState(error.sqlstate()), "PostgreSQL: " + Words(error));
    } catch (const std::exception& error) {
      return Fail(Code::kUnavailable, "PostgreSQL: " + Words(error));
    }
  }

  Mutex mutex_;
  pqxx::connection connection_;
  std::atomic<int> socket_{-1};
};

std::string Encoded(const std::string& text) {
  std::string encoded;
  for (const char c : text) encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return encoded;
}

}  // namespace

Result<std::unique_ptr<DecisionJournal>> OpenPostgresJournal(const std::string& url, const std::string& password,
                                                             bool read_only) {
  // Bounds for what a network or a server may do to the journal's thread.
  std::string whole = url + (url.find('?') == std::string::npos ? "?" : "&") +
                      "application_name=loadline&connect_timeout=3&keepalives_idle=10&keepalives_interval=5&"
                      "keepalives_count=3&tcp_user_timeout=15000&"
                      "options=-c%20statement_timeout%3D15000%20-c%20lock_timeout%3D10000";
  if (!password.empty()) whole += "&password=" + Encoded(password);
  try {
    auto journal = std::make_unique<PostgresJournal>(whole);
    if (const Status begun = journal->Begin(read_only); !begun) return Fail(begun.error());
    return std::unique_ptr<DecisionJournal>(std::move(journal));
  } catch (const std::exception& error) {
    return Fail(Code::kUnavailable, "PostgreSQL: " + Words(error));
  }
}

}  // namespace loadline
