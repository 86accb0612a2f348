// What came of a manifest.
#ifndef LOADLINE_TESTS_UNIT_MIGRATE_MIGRATED_H_
#define LOADLINE_TESTS_UNIT_MIGRATE_MIGRATED_H_

#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

#include "document/yaml_text.h"
#include "migrate/migrate.h"
#include "migrate/proof.h"
#include "migrate/report.h"

namespace loadline::testing {

inline Migration MigrateText(const std::string& text, const MigrateOptions& options = {}) {
  const ParsedDocument parsed = ParseDocument({text, 1});
  INFO(text);
  REQUIRE(parsed.problems.empty());
  std::vector<Migration> migrations = Migrate(parsed.root, options);
  REQUIRE(migrations.size() == 1);
  return migrations[0];
}

// Its policy is good, and all answers are as before.
inline void CheckHolds(const Migration& migration) {
  const Proof proof = Prove(migration);
  INFO(ReportText(migration, proof));
  INFO(DocumentsText(migration));
  CHECK(proof.holds());
  CHECK(proof.answers > 0);
}

inline bool Says(const Migration& migration, Fate fate, const std::string& field, const std::string& part) {
  for (const Note& note : migration.notes) {
    if (note.fate == fate && note.field == field && note.text.find(part) != std::string::npos) return true;
  }
  UNSCOPED_INFO(ReportText(migration, {}));
  return false;
}

inline std::string FileOf(const Migration& migration, const std::string& name) {
  for (const auto& [file, text] : FilesOf(migration)) {
    if (file == name) return text;
  }
  return "";
}

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_UNIT_MIGRATE_MIGRATED_H_
