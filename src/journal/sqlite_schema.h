// The schema of the file, as numbered migrations. One that was released is never changed: a change is a new one.
#ifndef LOADLINE_JOURNAL_SQLITE_SCHEMA_H_
#define LOADLINE_JOURNAL_SQLITE_SCHEMA_H_

#include <array>

namespace loadline {

// The first brings an empty file to version 1 (PRAGMA user_version), and so on.
inline constexpr std::array kSqliteMigrations = {
    // 1. Times are milliseconds since 1970; hashes are signed, as SQLite has no others.
    R"(
    CREATE TABLE bindings (
      id BLOB PRIMARY KEY, namespace TEXT NOT NULL, object TEXT NOT NULL, policy TEXT NOT NULL, metadata TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX bindings_by_object ON bindings (namespace, object);
    CREATE TABLE policies (
      hash INTEGER PRIMARY KEY, namespace TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL,
      first_seen INTEGER NOT NULL
    );
    CREATE TABLE decisions (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT, binding BLOB NOT NULL, tick INTEGER NOT NULL, kind TEXT NOT NULL,
      policy_hash INTEGER NOT NULL, replicas REAL, wanted REAL, active INTEGER, error_code INTEGER, error_message TEXT,
      observed REAL, confidence REAL, winner TEXT NOT NULL, summary TEXT NOT NULL, steps TEXT NOT NULL,
      plan TEXT NOT NULL, seen TEXT NOT NULL, inputs BLOB NOT NULL, version TEXT NOT NULL
    );
    CREATE UNIQUE INDEX decisions_by_binding ON decisions (binding, tick);
    )",
};

}  // namespace loadline

#endif  // LOADLINE_JOURNAL_SQLITE_SCHEMA_H_
