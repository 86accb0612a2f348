#include "migrate/keda_triggers.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "migrate/reading.h"
#include "unit/migrate/keda_manifest.h"
#include "unit/migrate/migrated.h"

namespace loadline {
namespace {

using testing::CheckHolds;
using testing::kHead;
using testing::MigrateText;
using testing::Prometheus;
using testing::Says;

TEST_CASE("What a source needs is said, field by field") {
  const Migration migration = MigrateText(
      kHead +
      "spec:\n  triggers:\n    - type: prometheus\n      useCachedMetrics: true\n      authenticationRef: { name: "
      "creds }\n"
      "      metadata: { serverAddress: \"https://a/\", query: max(q), threshold: \"1\", authModes: bearer, "
      "customHeaders: \"X-Scope-OrgID=1\", unsafeSsl: \"true\", timeout: \"5\", namespace: n, "
      "queryParameters: \"a=b\", awsRegion: eu, metricName: old, oddity: 1 }\n" +
      "    - type: prometheus\n      metadata: { serverAddress: \"https://b/api/v1\", query: max(r), threshold: \"1\" "
      "}\n");
  CheckHolds(migration);
  CHECK(migration.sources == std::map<std::string, std::string>{{"default", "https://a"}, {"source-2", "https://b"}});
  const std::string trigger = "spec.triggers[0]";
  CHECK(Says(migration, Fate::kToDo, trigger + ".authenticationRef", "the credentials that creds holds"));
  CHECK(Says(migration, Fate::kToDo, trigger + ".metadata.authModes", "bearerTokenFile"));
  CHECK(Says(migration, Fate::kToDo, trigger + ".metadata.customHeaders", "sources.default.headers"));
  CHECK(Says(migration, Fate::kToDo, trigger + ".metadata.unsafeSsl", "caFile"));
  CHECK(Says(migration, Fate::kToDo, trigger + ".metadata.timeout", "sources.default.timeout"));
  CHECK(Says(migration, Fate::kToDo, trigger + ".metadata.namespace", "put it into the query"));
  CHECK(Says(migration, Fate::kToDo, trigger + ".metadata.queryParameters", "put them into the query"));
  CHECK(Says(migration, Fate::kToDo, trigger + ".metadata.awsRegion", "signing proxy"));
  CHECK(Says(migration, Fate::kNotCarried, trigger + ".metadata.oddity", "no counterpart"));
  CHECK(Says(migration, Fate::kCarried, trigger + ".useCachedMetrics", "ticks"));
}

TEST_CASE("A trigger that is broken stays as it is, and the others are carried over") {
  const Migration migration = MigrateText(
      kHead + "spec:\n  triggers:\n" + Prometheus("", "1") + Prometheus("max(q)", "0") + Prometheus("max(q)", "many") +
      Prometheus("label_replace(up, 'a', '${1}', 'b', '(.*)')", "1") + Prometheus("max(good)", "5") +
      "    - { type: cron, metadata: { timezone: Mars/Olympus, start: 0 8 * * *, end: 0 9 * * *, desiredReplicas: "
      "\"1\" } }\n"
      "    - { type: cron, metadata: { timezone: UTC, start: 0 25 * * *, end: 0 9 * * *, desiredReplicas: \"1\" } }\n"
      "    - { type: cron, metadata: { timezone: UTC, start: 0 8 * * *, end: 0 9 * * *, desiredReplicas: lots } }\n"
      "    - not-a-map\n");
  CheckHolds(migration);
  CHECK(Says(migration, Fate::kNotCarried, "spec.triggers[0]", "stays as it is: it has no query"));
  CHECK(Says(migration, Fate::kNotCarried, "spec.triggers[1]", "its threshold is not above 0"));
  CHECK(Says(migration, Fate::kNotCarried, "spec.triggers[2]", "its threshold is no number"));
  CHECK(Says(migration, Fate::kNotCarried, "spec.triggers[3]", "write $1 for ${1}"));
  CHECK(Says(migration, Fate::kNotCarried, "spec.triggers[5]", "Mars/Olympus"));
  CHECK(Says(migration, Fate::kNotCarried, "spec.triggers[6]", "start: "));
  CHECK(Says(migration, Fate::kNotCarried, "spec.triggers[7]", "desiredReplicas is no number"));
  const Node* triggers = migration.scaled_object->Find("spec")->Find("triggers");
  CHECK(triggers->items.size() == 9);  // ours, and eight that stay
}

TEST_CASE("Hours that do not alternate are not those of a schedule, and stay KEDA's") {
  for (const auto& [start, end] : std::vector<std::pair<std::string, std::string>>{
           {"0 20 * * *", "0 8 * * 1-5"}, {"0 8,12 * * *", "0 18 * * *"}, {"0 8 * * *", "0 18,20 * * *"}}) {
    const Migration migration =
        MigrateText(kHead + "spec:\n  minReplicaCount: 1\n  triggers:\n" + Prometheus("max(q)", "10") +
                    fmt::format("    - {{ type: cron, metadata: {{ timezone: UTC, start: \"{}\", end: \"{}\", "
                                "desiredReplicas: \"4\" }} }}\n",
                                start, end));
    CheckHolds(migration);
    CHECK(migration.scaled_object->Find("spec")->Find("triggers")->items.size() == 2);
    CHECK(Says(migration, Fate::kNotCarried, "spec.triggers[1]", "do not alternate"));
  }
}

TEST_CASE("A query stays as it was written, comments and all") {
  const Migration migration = MigrateText(kHead +
                                          "spec:\n  minReplicaCount: 1\n  triggers:\n    - type: prometheus\n      "
                                          "metadata:\n        serverAddress: http://p\n"
                                          "        threshold: \"1\"\n        query: |\n          sum(  # of all "
                                          "paths\n            rate(hits{path=\"a  b\"}[5m])\n          )\n");
  CheckHolds(migration);
  CHECK(FindPath(migration.documents[0], {"spec", "signals"})->items[0].Find("query")->text ==
        "sum(  # of all paths\n  rate(hits{path=\"a  b\"}[5m])\n)");
  CHECK(FindPath(migration.documents[0], {"spec", "signals"})->items[0].Find("name")->text == "hits");
}

TEST_CASE("What others wrote ends no comment of the report") {
  const Migration migration =
      MigrateText(kHead + "spec:\n  triggers:\n" + Prometheus("max(q)", "5", ", \"x\\r---\\N---\": y"));
  const std::string report = ReportText(migration, Prove(migration));
  CHECK(report.find('\r') == std::string::npos);
  CHECK(report.find("\xC2\x85") == std::string::npos);
}

}  // namespace
}  // namespace loadline
