// What a migration has to hold whatever it is of: nothing dropped in silence, and answers as before.
#ifndef LOADLINE_TESTS_UNIT_MIGRATE_TOLD_H_
#define LOADLINE_TESTS_UNIT_MIGRATE_TOLD_H_

#include <fstream>
#include <sstream>

#include "support/places.h"
#include "unit/migrate/migrated.h"

namespace loadline::testing {

inline Node DocumentOf(const std::string& text) {
  const std::vector<DocumentText> documents = SplitDocuments(text);
  REQUIRE(documents.size() == 1);
  const ParsedDocument parsed = ParseDocument(documents.front());
  REQUIRE(parsed.problems.empty());
  return parsed.root;
}

// Of tests/migrate.
inline Node DocumentIn(const std::string& file) {
  std::ifstream stream(std::string(testing::kSourceDir) + "/tests/migrate/" + file);
  REQUIRE(stream);
  std::ostringstream text;
  text << stream.rdbuf();
  return DocumentOf(text.str());
}

struct Leaf {
  std::string path;  // spec.metrics[0].type
  std::string key;   // the nearest one
  std::string text;
};

inline void CollectLeaves(const Node& node, const std::string& path, const std::string& key,
                          std::vector<Leaf>& leaves) {
  if (node.kind == Node::Kind::kScalar) leaves.push_back({path, key, node.text});
  for (const Entry& entry : node.entries)
    CollectLeaves(entry.value, path.empty() ? entry.key : path + "." + entry.key, entry.key, leaves);
  for (std::size_t i = 0; i < node.items.size(); ++i)
    CollectLeaves(node.items[i], path + "[" + std::to_string(i) + "]", key, leaves);
}

inline bool IsWithin(const std::string& path, const std::string& field) {
  if (field.empty() || field == "spec" || !path.starts_with(field)) return false;
  return path.size() == field.size() || path[field.size()] == '.' || path[field.size()] == '[';
}

// Whether the note is of the map that the leaf, or what it stands in, is an entry of, and names that entry.
inline bool Names(const Note& note, const std::string& path) {
  for (std::size_t end = path.find_first_of(".[");; end = path.find_first_of(".[", end + 1)) {
    const std::string entry = path.substr(0, end);
    const std::size_t dot = entry.rfind('.');
    const std::string map = dot == std::string::npos ? "document" : entry.substr(0, dot);
    if (note.field == map && note.text.find(entry.substr(dot + 1)) != std::string::npos) return true;
    if (end == std::string::npos) return false;
  }
}

inline bool IsTold(const Leaf& leaf, const Migration& migration) {
  for (const Note& note : migration.notes) {
    if (IsWithin(leaf.path, note.field) || Names(note, leaf.path)) return true;
  }
  std::vector<Leaf> written;
  for (const Node& each : migration.documents) CollectLeaves(each, "", "", written);
  if (migration.scaled_object) CollectLeaves(*migration.scaled_object, "", "", written);
  for (const Leaf& each : written) {
    if (each.key == leaf.key && each.text == leaf.text) return true;
  }
  return false;
}

// The fields of what was read that stand in no note, and in nothing that was written.
inline std::vector<std::string> Dropped(const Node& read, const std::vector<Migration>& migrations) {
  std::vector<Leaf> leaves;
  CollectLeaves(read, "", "", leaves);
  std::vector<std::string> dropped;
  for (const Leaf& leaf : leaves) {
    if (leaf.path == "apiVersion" || leaf.path == "kind" || leaf.path.starts_with("metadata.")) continue;
    bool told = false;
    for (const Migration& each : migrations) told = told || IsTold(leaf, each);
    if (!told) dropped.push_back(leaf.path);
  }
  return dropped;
}

// Its documents are good, its stories come out as before, and there are some.
inline void CheckHolds(const Migration& migration, int least_answers) {
  const Proof proof = Prove(migration);
  INFO(ReportText(migration, proof));
  CHECK(proof.holds());
  CHECK(proof.answers >= least_answers);
}

inline std::vector<Migration> CheckMigrates(const Node& document, int least_answers) {
  const std::vector<Migration> migrations = Migrate(document, {});
  REQUIRE(!migrations.empty());
  for (const Migration& each : migrations) {
    REQUIRE(!each.documents.empty());
    CheckHolds(each, least_answers);
  }
  CHECK(Dropped(document, migrations) == std::vector<std::string>());
  return migrations;
}

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_UNIT_MIGRATE_TOLD_H_
