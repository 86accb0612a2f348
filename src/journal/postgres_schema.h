// The schema in PostgreSQL, as numbered migrations. One that was released is never changed: a change is a new one.
#ifndef LOADLINE_JOURNAL_POSTGRES_SCHEMA_H_
#define LOADLINE_JOURNAL_POSTGRES_SCHEMA_H_

#include <array>

namespace loadline {

// The first brings an empty schema to version 1 (table loadline_journal_version), and so on.
inline constexpr std::array kPostgresMigrations = {
    // 1. Hashes are signed, as PostgreSQL has no others. Rows are looked for by binding and time, and by time alone.
    R"(
    CREATE TABLE loadline_bindings (
      id uuid PRIMARY KEY, namespace text NOT NULL, object text NOT NULL, policy text NOT NULL, metadata jsonb NOT NULL
    );
    CREATE INDEX loadline_bindings_by_object ON loadline_bindings (namespace, object);
    CREATE TABLE loadline_policies (
      hash bigint PRIMARY KEY, namespace text NOT NULL, name text NOT NULL, text text NOT NULL,
      first_seen timestamptz NOT NULL
    );
    CREATE TABLE loadline_decisions (
      sequence bigserial NOT NULL UNIQUE, binding uuid NOT NULL, tick timestamptz NOT NULL, kind text NOT NULL,
      policy_hash bigint NOT NULL, replicas float8, wanted float8, active boolean, error_code integer,
      error_message text, observed float8, confidence float8, winner text NOT NULL, summary text NOT NULL,
      steps jsonb NOT NULL, plan jsonb, seen jsonb, inputs uuid NOT NULL, version text NOT NULL,
      PRIMARY KEY (binding, tick)
    );
    CREATE INDEX loadline_decisions_by_tick ON loadline_decisions USING brin (tick);
    )",
};

}  // namespace loadline

#endif  // LOADLINE_JOURNAL_POSTGRES_SCHEMA_H_
