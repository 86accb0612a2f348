#include "migrate/load_score.h"

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

Migration Migrated(const std::string& policy) { return MigrateLoadScore(DocumentOf(policy), "", {}); }

const Node& SpecOf(const Migration& migration) { return *migration.documents.front().Find("spec"); }

// The first policy of examples/load-score says the same.
TEST_CASE("A load score becomes weights and two rules by the score; nothing is dropped") {
  const Migration migration = CheckMigrates(DocumentIn("load-score.yaml"), 30).front();
  CHECK(WriteYaml(*SpecOf(migration).Find("rules")) ==
        "- name: down\n  when:\n    signal: score\n    below: 30\n  remove: 1\n  cooldown: 5m\n"
        "- name: up\n  when:\n    signal: score\n    above: 80\n  add: 1\n  cooldown: 1m\n");
  const Node& requests = SpecOf(migration).Find("signals")->items[2];
  CHECK(requests.Find("scoreAt")->text == "1000");
  CHECK(requests.Find("weight")->text == "0.2");
}

TEST_CASE("A load score is answered as before, whatever its weights, thresholds and times") {
  const unsigned seed = GENERATE(take(20, random(1u, 1'000'000'000u)));
  CAPTURE(seed);
  std::mt19937 random(seed);
  const auto draw = [&](int from, int to) { return std::uniform_int_distribution(from, to)(random); };
  const int down = draw(0, 60);
  const std::string policy = fmt::format(
      "{{ proxy: a, minReplicas: {}, maxReplicas: {}, scaleUpThreshold: {}, scaleDownThreshold: {}, scaleUpCooldown: "
      "{}, "
      "scaleDownCooldown: {}, targetRequestRate: {}, enabled: {}, weights: {{ cpu: {}, memory: {}, requestRate: {}, "
      "errorRate: {} }} }}",
      draw(1, 3), draw(4, 30), draw(down + 1, 100), down, 30 * draw(0, 9), 30 * draw(0, 9), draw(1, 5000),
      draw(0, 4) > 0, draw(2, 5) / 10.0, draw(4, 5) / 10.0, draw(0, 5) / 10.0, draw(0, 5) / 10.0);
  CAPTURE(policy);
  CheckHolds(Migrated(policy), 20);
}

TEST_CASE("What their checks on a policy refuse is refused, with the rule and what was found") {
  struct Row {
    std::string policy;
    std::string field;
    std::string part;
  };
  const Row row = GENERATE(values<Row>({
      {"{ scaleUpThreshold: 80, minReplicas: 0 }", "minReplicas", "min >= 1; found 0"},
      {"{ scaleUpThreshold: 80, minReplicas: 3, maxReplicas: 2 }", "maxReplicas", "max >= min; found 2 and 3"},
      {"{ scaleUpThreshold: 180 }", "scaleUpThreshold", "a percentage; found 180"},
      {"{ scaleUpThreshold: 20, scaleDownThreshold: 30 }", "scaleDownThreshold", "below the threshold to scale up"},
      {"{ scaleUpThreshold: 20, scaleDownThreshold: -3 }", "scaleDownThreshold", "found -3"},
      {"{ targetCpu: 170, scaleUpThreshold: 80 }", "targetCpu", "a percentage; found 170"},
      {"{ targetRequestRate: 0 }", "targetRequestRate", "more than 0; found 0"},
      {"{ scaleUpThreshold: 80, weights: { cpu: -1 } }", "weights", "from 0 on"},
      {"{ scaleUpThreshold: 80, weights: { cpu: 0.1 } }", "weights", "the score can be above 30"},
      {"{ scaleUpThreshold: 80, weights: { gpu: 1 } }", "weights", "a weight above 0"},
  }));
  CAPTURE(row.policy);
  const Migration migration = Migrated(row.policy);
  CHECK(Says(migration, Fate::kNotCarried, row.field, row.part));
  CHECK(migration.documents.empty());
}

TEST_CASE("Bad values beside a good score are told, and the rest is carried") {
  const Migration migration = Migrated("{ name: a, scaleUpThreshold: many, scaleDownCooldown: later, mood: good }");
  CHECK(Says(migration, Fate::kNotCarried, "scaleUpThreshold", "is a number"));
  CHECK(Says(migration, Fate::kNotCarried, "scaleDownCooldown", "a number of seconds"));
  CHECK(Says(migration, Fate::kNotCarried, "mood", "is not known here"));
  CheckHolds(migration, 30);
}

}  // namespace
}  // namespace loadline
