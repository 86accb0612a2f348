#include "migrate/rule_engine.h"

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

Migration Migrated(const std::string& policy) { return MigrateRuleEngine(DocumentOf(policy), "", {}); }

const Node& SpecOf(const Migration& migration) { return *migration.documents.front().Find("spec"); }

// The policies of examples/scaling-engine say the same.
TEST_CASE("A rule engine's policies become rules, schedules and modes; nothing is dropped") {
  const std::vector<Migration> migrations = CheckMigrates(DocumentIn("rule-engine.yaml"), 6);
  REQUIRE(migrations.size() == 4);
  CHECK(WriteYaml(*SpecOf(migrations[0]).Find("rules")) ==
        "- name: scale-down\n  when:\n    signal: philotes-cdc-lag-seconds\n    below: 100\n    for: 10m\n  remove: 1\n"
        "  cooldown: 5m\n"
        "- name: scale-up\n  when:\n    signal: philotes-cdc-lag-seconds\n    above: 900\n    for: 5m\n  add: 2\n"
        "  cooldown: 5m\n");
  CHECK(Says(migrations[0], Fate::kToDo, "policies[0].max_hourly_cost", "maxPerHour: 4 }"));
  CHECK(WriteYaml(*SpecOf(migrations[1]).Find("rules")).find("below: 80") != std::string::npos);
  CHECK(migrations[2].stories.size() == 1);
  CHECK(SpecOf(migrations[2]).Find("rules") == nullptr);
  CHECK(SpecOf(migrations[3]).Find("signals")->items[1].Find("role")->text == "floor");
}

TEST_CASE("A response of their API with one policy, and a list of policies, are read, too") {
  const std::string policy =
      "{ name: a, target_type: nodes, scale_up_rules: [ { metric: m, operator: gt, threshold: 1, "
      "scale_by: 1 } ] }";
  CHECK(Migrate(DocumentOf("policy: " + policy), {}).size() == 1);
  CHECK(Migrate(DocumentOf("[ " + policy + ", " + policy + ", 7, null ]"), {}).size() == 2);
  CHECK(Migrate(DocumentOf("{ policies: 7, policy: [] }"), {}).empty());
  const auto migrations = Migrate(DocumentOf("{ total_count: 2, policies: [ " + policy + ", { name: b } ] }"), {});
  REQUIRE(migrations.size() == 1);
  CHECK(Says(migrations.front(), Fate::kNotCarried, "policies[1]", "is none of"));
  CHECK(Says(migrations.front(), Fate::kNotCarried, "total_count", "is not known here"));
}

TEST_CASE("A policy that is not enabled holds") {
  const Migration migration = Migrated(
      "{ name: a, target_type: nodes, enabled: false, scale_up_rules: [ { metric: m, operator: gte, threshold: 5, "
      "scale_by: 1 } ], schedules: [ { cron_expression: '0 8 * * *', desired_replicas: 9 } ] }");
  CHECK(SpecOf(migration).Find("mode")->text == "hold");
  CheckHolds(migration, 8);
}

TEST_CASE("Where several rules hold, the first counts, as there: whatever the rules and the numbers") {
  const unsigned seed = GENERATE(take(30, random(1u, 1'000'000'000u)));
  CAPTURE(seed);
  std::mt19937 random(seed);
  const auto draw = [&](int from, int to) { return std::uniform_int_distribution(from, to)(random); };
  const std::vector<std::string> operators = {"gt", "lt", "gte", "lte", "eq"};
  std::string policy =
      fmt::format("name: a\ntarget_type: nodes\nmin_replicas: {}\nmax_replicas: {}\n", draw(0, 2), draw(3, 20));
  policy += fmt::format("scale_to_zero: {}\ncooldown_seconds: {}\n", draw(0, 1) == 1, 60 * draw(0, 5));
  for (const char* direction : {"up", "down"}) {
    policy += fmt::format("scale_{}_rules:\n", direction);
    for (int rules = draw(1, 3); rules > 0; --rules) {
      policy +=
          fmt::format("- {{ metric: sum(m{}), operator: {}, threshold: {}, duration_seconds: {}, scale_by: {} }}\n",
                      draw(0, 1), operators[static_cast<std::size_t>(draw(0, 4))], draw(0, 20) * 10, draw(0, 4) * 30,
                      (direction == std::string("up") ? 1 : -1) * draw(1, 3));
    }
  }
  CAPTURE(policy);
  CheckHolds(Migrated(policy), 5);
}

TEST_CASE("Schedules hold until the next one fires, of whichever time zone that is") {
  const std::string schedules = GENERATE(
      as<std::string>{}, "[ { cron: '0 8 * * *', desired: 5 } ]",
      "[ { cron: '0 8 * * *', desired: 5 }, { cron: '0 12 * * *', desired: 7 }, { cron: '0 20 * * *', desired: 2 } ]");
  const Migration migration =
      Migrated("{ name: a, target_type: nodes, min_replicas: 1, schedules: " + schedules + " }");
  CheckHolds(migration, 6);
}

TEST_CASE("A schedule whose end cannot be said exactly is told") {
  const Migration migration = Migrated(
      "{ name: a, target_type: nodes, schedules: [ { cron: '0 8 * * *', desired: 5, timezone: Europe/Berlin }, { cron: "
      "'0 20 * * *', desired: 2 } ] }");
  CHECK(Says(migration, Fate::kChanged, "schedules[0]", "the longest time until another fires"));
}

TEST_CASE("What a rule engine's policy says badly is told, and nothing is made of what cannot be") {
  struct Row {
    std::string policy;
    std::string field;
    std::string part;
    bool migrated;
  };
  const std::string rule = "scale_up_rules: [ { metric: m, operator: gt, threshold: 1, scale_by: 1 } ]";
  const Row row = GENERATE_COPY(values<Row>({
      {"{ target_type: nodes }", "rules", "no rule and no schedule", false},
      {"{ name: a, target_type: nodes, min_replicas: 5, max_replicas: 2, " + rule + " }", "max_replicas",
       "found 5 and 2", false},
      {"{ name: a, target_type: nodes, max_replicas: 0.5, " + rule + " }", "max_replicas", "found 1 and 0.5", false},
      {"{ name: a, max_replicas: many, " + rule + " }", "max_replicas", "is a number; found \"many\"", true},
      {"{ name: a, scale_up_rules: [ { metric: m, operator: near, threshold: 1, scale_by: 1 } ] }", "scale_up_rules[0]",
       "wants a metric", false},
      {"{ name: a, scale_up_rules: [ { metric: m, operator: gt, threshold: x, scale_by: 1 } ] }",
       "scale_up_rules[0].threshold", "is a number", false},
      {"{ name: a, scale_up_rules: [ { operator: gt, threshold: 1, scale_by: 0 }, 3 ] }", "scale_up_rules[1]",
       "wants a metric", false},
      {"{ name: a, scale_up_rules: often, target_type: nodes }", "scale_up_rules", "is a list", false},
      {"{ name: a, cooldown_seconds: -3, " + rule + " }", "cooldown_seconds", "a number of seconds", true},
      {"{ name: a, " + rule + ", schedules: [ { cron_expression: noon, desired_replicas: 2 } ] }", "schedules[0]",
       "wants a cron expression", true},
      {"{ name: a, " + rule +
           ", schedules: [ { cron_expression: '0 8 * * *', desired_replicas: 2, timezone: Moon } ] }",
       "schedules[0]", "time zone", true},
      {"{ name: a, " + rule + ", enabled: maybe }", "enabled", "true or false", true},
      {"{ name: a, " + rule + ", color: red }", "color", "is not known here", true},
  }));
  CAPTURE(row.policy);
  const Migration migration = Migrated(row.policy);
  CHECK(Says(migration, Fate::kNotCarried, row.field, row.part));
  CHECK(migration.documents.empty() != row.migrated);
  CHECK(Prove(migration).holds());
}

}  // namespace
}  // namespace loadline
