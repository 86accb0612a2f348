#include "migrate/load_patterns.h"

#include "document/yaml_text.h"
#include "unit/migrate/told.h"

namespace loadline {
namespace {

using testing::CheckHolds;
using testing::CheckMigrates;
using testing::DocumentIn;
using testing::DocumentOf;
using testing::Says;

const Node& SpecOf(const Migration& migration) { return *migration.documents.front().Find("spec"); }

Migration Only(const std::string& document) {
  std::vector<Migration> migrations = MigrateLoadPatterns(DocumentOf(document), {});
  REQUIRE(migrations.size() == 1);
  return migrations.front();
}

// The policies of examples/predictive-dependencies say the same.
TEST_CASE("Load patterns and dependencies become a policy for each service; nothing is dropped") {
  const std::vector<Migration> migrations = CheckMigrates(DocumentIn("load-patterns.yaml"), 1);
  REQUIRE(migrations.size() == 5);
  CHECK(WriteYaml(*SpecOf(migrations[0]).Find("signals")) ==
        "- name: declared-load\n  pattern:\n    timezone: UTC\n    peak: 20\n    hours:\n"
        "      - day: MON\n        hour: 9\n        expectedLoad: 0.8\n"
        "      - day: FRI\n        hour: 16\n        expectedLoad: 0.9\n");
  CHECK(SpecOf(migrations[1]).Find("signals")->items[0].Find("dependsOn")->Find("ratio")->text == "0.5");
  CHECK(SpecOf(migrations[2]).Find("signals")->items[0].Find("dependsOn")->Find("relation")->text == "fixed");
  CHECK(SpecOf(migrations[3]).Find("signals")->items.size() == 2);
  CHECK(SpecOf(migrations[4]).Find("signals")->items[0].Find("dependsOn")->Find("enabled")->text == "false");
  CHECK(Says(migrations[0], Fate::kNotCarried, "services[3]", "its scaler stays"));
}

TEST_CASE("A service with a pattern that follows another, too, has the higher of both") {
  const Migration migration = Only(
      "load_patterns: [ { service: a, day_of_week: sunday, hour_of_day: 0, expected_load: 1 }, { service: a, "
      "day_of_week: "
      "7, hour_of_day: 1, expected_load: 0.2 }, { service: a, day_of_week: 0, hour_of_day: 1, expected_load: 0.4 } ]\n"
      "dependencies: [ { source_service: b, target_service: a, type: proportional, ratio: 0.5 } ]");
  CheckHolds(migration, 168);
  CHECK(SpecOf(migration).Find("signals")->items[0].Find("pattern")->Find("hours")->items.size() == 2);
  CHECK(Says(migration, Fate::kToDo, "signals[0].pattern.peak", "only to stand for it"));
}

TEST_CASE("An event log without a policy is told, and nothing is made of it") {
  const Migration migration = Only("hpa_events: [ { service: a, type: scale-up } ]");
  CHECK(migration.documents.empty());
  CHECK(Says(migration, Fate::kNotCarried, "hpa_events", "not a policy"));
}

TEST_CASE("What patterns and dependencies say badly is told") {
  struct Row {
    std::string document;
    std::string field;
    std::string part;
  };
  const Row row = GENERATE(values<Row>({
      {"load_patterns: [ { service: a, day_of_week: 8, hour_of_day: 1, expected_load: 1 } ]", "load_patterns[0]",
       "a day of the week"},
      {"load_patterns: [ { service: a, day_of_week: 1, hour_of_day: 24, expected_load: 1 } ]", "load_patterns[0]",
       "an hour from 0 to 23"},
      {"load_patterns: [ { service: a, day_of_week: 1, hour_of_day: 2, expected_load: 80 } ]", "load_patterns[0]",
       "a load from 0 to 1"},
      {"load_patterns: [ { service: a, type: yearly, day_of_week: 1, hour_of_day: 2, expected_load: 0 } ]",
       "load_patterns[0]", "type daily"},
      {"load_patterns: [ 3, { day_of_week: 1 } ]", "load_patterns[1]", "wants a service"},
      {"load_patterns: many", "load_patterns", "is a list"},
      {"dependencies: [ { source_service: a, target_service: a, type: fixed, replicas: 2 } ]", "dependencies[0]",
       "wants two services"},
      {"dependencies: [ { source_service: a, target_service: b, type: fixed, replicas: -2 } ]", "dependencies[0]",
       "above 0"},
      {"dependencies: [ { source_service: a, target_service: b, type: like, ratio: 2 } ]", "dependencies[0]",
       "type proportional"},
      {"dependencies: [ { source_service: a, target_service: b, type: proportional, ratio: x } ]",
       "dependencies[0].ratio", "is a number"},
  }));
  CAPTURE(row.document);
  const Migration migration = Only(row.document);
  CHECK(Says(migration, Fate::kNotCarried, row.field, row.part));
  CHECK(migration.documents.empty());
}

}  // namespace
}  // namespace loadline
