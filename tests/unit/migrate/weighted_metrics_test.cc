#include "migrate/weighted_metrics.h"

#include <fmt/format.h>

#include <random>

#include "document/yaml_text.h"
#include "unit/migrate/told.h"

namespace loadline {
namespace {

using testing::CheckHolds;
using testing::CheckMigrates;
using testing::DocumentIn;
using testing::DocumentOf;
using testing::Says;

Migration Migrated(const std::string& policy) {
  const Node document = DocumentOf(policy);
  return MigrateWeightedMetrics(document, document, "", {});
}

const Node& SpecOf(const Migration& migration) { return *migration.documents.front().Find("spec"); }

// The policies of examples/weighted-metrics say the same.
TEST_CASE("Weighted metrics with thresholds become signals, rules and a budget; nothing is dropped") {
  const std::vector<Migration> migrations = CheckMigrates(DocumentIn("weighted-metrics.yaml"), 0);
  REQUIRE(migrations.size() == 4);
  for (std::size_t i = 0; i < 3; ++i) CheckHolds(migrations[i], 20);
  CHECK(SpecOf(migrations[0]).Find("every")->text == "2m");
  CHECK(WriteYaml(*SpecOf(migrations[0]).Find("rules")) ==
        "- name: down\n  when:\n    all:\n      - signal: cpu-usage\n        below: 20\n"
        "      - signal: memory-usage\n        below: 30\n      - signal: request-rate\n        below: 20\n"
        "  remove: 1\n  cooldown: 5m\n"
        "- name: up\n  when:\n    any:\n      - signal: cpu-usage\n        above: 70\n"
        "      - signal: memory-usage\n        above: 80\n      - signal: request-rate\n        above: 100\n"
        "  add: 1\n  cooldown: 5m\n");
  CHECK(Says(migrations[1], Fate::kToDo, "policies[1].metrics[1]", "free_slots came from sql"));
  CHECK(SpecOf(migrations[2]).Find("mode")->text == "hold");
  CHECK(migrations[3].documents.front().Find("kind")->text == "Budget");
  CHECK(SpecOf(migrations[3]).Find("members")->items.size() == 3);
}

TEST_CASE("What is off for all holds, whatever a policy says") {
  const auto migrations = Migrate(
      DocumentOf(
          "{ enabled: false, policies: [ { service: a, max: 3, enabled: true, thresholds: [ { metric: cpu_usage, "
          "scaleUp: 70 } ] } ] }"),
      {});
  REQUIRE(migrations.size() == 1);
  CHECK(SpecOf(migrations.front()).Find("mode")->text == "hold");
  CheckHolds(migrations.front(), 5);
}

TEST_CASE("Any threshold adds and all together remove, as there: whatever the thresholds and the times") {
  const unsigned seed = GENERATE(take(30, random(1u, 1'000'000'000u)));
  CAPTURE(seed);
  std::mt19937 random(seed);
  const auto draw = [&](int from, int to) { return std::uniform_int_distribution(from, to)(random); };
  const std::vector<std::string> comparisons = {"greater_than", "less_than", "percentage_change"};
  std::string policy = fmt::format(
      "service: a\nenabled: true\nmin: {}\nmax: {}\ncooldown: {}\ninterval: {}\nscaleUpBy: {}\nscaleDownBy: "
      "{}\nmetrics:\n- {{ name: m0, aggregation: max, window: {} }}\nthresholds:\n",
      draw(0, 2), draw(3, 20), 60 * draw(0, 5), 15 * draw(1, 12), draw(1, 3), draw(1, 3), 30 * draw(1, 6));
  for (int i = draw(0, 1), most = draw(i, 3); i <= most; ++i) {
    const int low = draw(1, 40);
    policy += fmt::format("- {{ metric: m{}, comparison: {}, scaleUp: {}, scaleDown: {} }}\n", i,
                          comparisons[static_cast<std::size_t>(draw(0, 2))], low + draw(1, 50), low);
  }
  CAPTURE(policy);
  CheckHolds(Migrated(policy), 5);
}

TEST_CASE("What weighted metrics say badly is told, and nothing is made of what cannot be") {
  struct Row {
    std::string policy;
    std::string field;
    std::string part;
    bool migrated;
  };
  const std::string threshold = "thresholds: [ { metric: cpu_usage, scaleUp: 70 } ]";
  const Row row = GENERATE_COPY(values<Row>({
      {"{ service: a, " + threshold + " }", "maxReplicas", "found 1 and 0", false},
      {"{ service: a, min: 4, max: 3, " + threshold + " }", "max", "found 4 and 3", false},
      {"{ service: a, max: 3, thresholds: [ { metric: cpu_usage } ] }", "thresholds[0]", "a scaleUp or scaleDown",
       false},
      {"{ service: a, max: 3, thresholds: [ { metric: cpu_usage, scaleUp: 7, comparison: like } ] }", "thresholds[0]",
       "greater_than, less_than or", false},
      {"{ service: a, max: 3, thresholds: 70 }", "thresholds", "is a list", false},
      {"{ service: a, max: 3, thresholds: [ { metric: m, scaleUp: 0, comparison: percentage_change } ] }",
       "thresholds[0]", "wants a metric", false},
      {"{ service: a, max: 3, scaleUpBy: 0, " + threshold + " }", "scaleUpBy", "found 0", true},
      {"{ service: a, max: 3, interval: often, " + threshold + " }", "interval", "a number of seconds", true},
      {"{ service: a, max: 3, metrics: [ { weight: 1 } ], " + threshold + " }", "metrics[0]", "has no name", true},
      {"{ service: a, max: 3, metrics: [ { name: cpu_usage, aggregation: mode } ], " + threshold + " }",
       "metrics[0].aggregation", "found mode", true},
      {"{ service: a, max: 3, metrics: [ { name: cpu_usage, weight: -1 } ], " + threshold + " }", "metrics[0].weight",
       "above 0", true},
      {"{ service: a, max: 3, mood: good, " + threshold + " }", "mood", "is not known here", true},
  }));
  CAPTURE(row.policy);
  const Migration migration = Migrated(row.policy);
  CHECK(Says(migration, Fate::kNotCarried, row.field, row.part));
  CHECK(migration.documents.empty() != row.migrated);
  CHECK(Prove(migration).holds());
}

}  // namespace
}  // namespace loadline
