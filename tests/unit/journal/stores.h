// Each kind of journal, opened and opened again over the same store.
#ifndef LOADLINE_TESTS_UNIT_JOURNAL_STORES_H_
#define LOADLINE_TESTS_UNIT_JOURNAL_STORES_H_

#include <catch2/catch.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "journal/journal.h"
#include "support/journal_records.h"
#include "support/postgres_server.h"
#include "support/temp_dir.h"

namespace loadline::testing {

inline const std::vector<std::string> kDurable = {"sqlite", "postgresql"};
inline const std::vector<std::string> kAll = {"memory", "sqlite", "postgresql"};

class Store {
 public:
  explicit Store(const std::string& kind) {
    options.url = kind == "sqlite"       ? "sqlite:" + (dir_ / "journal.db")
                  : kind == "postgresql" ? SharedPostgres().MakeDatabase()
                                         : "memory:";
  }
  std::unique_ptr<DecisionJournal> Open() const {
    auto journal = OpenJournal(options);
    if (!journal) FAIL(journal.error().message);
    return std::move(*journal);
  }
  std::string path() const { return dir_ / "journal.db"; }

  JournalOptions options;

 private:
  TempDir dir_;
};

// A record as any journal gives it back: jsonb orders fields, and has other spaces.
inline DecisionRecord Plain(DecisionRecord record) {
  for (std::string* json : {&record.steps, &record.plan, &record.seen}) {
    if (!json->empty()) *json = nlohmann::json::parse(*json).dump();
  }
  record.sequence = 0;
  return record;
}
inline std::vector<DecisionRecord> Plain(std::vector<DecisionRecord> records) {
  for (DecisionRecord& each : records) each = Plain(std::move(each));
  return records;
}

inline AppendOutcome MustAppend(DecisionJournal& journal, const JournalBatch& batch) {
  const Result<AppendOutcome> outcome = journal.Append(batch);
  if (!outcome) FAIL(outcome.error().message);
  return *outcome;
}

template <class T>
T Must(Result<T> result) {
  if (!result) FAIL(result.error().message);
  return std::move(*result);
}

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_UNIT_JOURNAL_STORES_H_
