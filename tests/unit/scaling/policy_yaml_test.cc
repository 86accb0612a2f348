#include "scaling/policy_yaml.h"

#include <catch2/catch.hpp>

namespace loadline {
namespace {

constexpr std::string_view kWhole = R"(apiVersion: loadline.dev/v1
kind: ScalingPolicy
metadata:
  name: cdc-worker
  namespace: data
  labels: { team: data }
spec:
  parameters:
    pipeline: { pattern: "[a-z0-9-]{1,63}" }
    speed: { default: "180" }
  replicas: { min: 0, max: 40 }
  signals:
    - name: lag
      query: max(lag_seconds{pipeline="${pipeline}"})
      window: { over: 1m, take: max }
      perReplica: 300
      activateAbove: 60
      onMissing: { hold: 10m, then: { replicas: 4, behavior: static } }
    - name: buffer
      backlog:
        depth: max(depth{pipeline="${pipeline}"})
        arrivals: sum(rate(events_total{pipeline="${pipeline}"}[2m]))
        drainWithin: 2m
        throughputPerReplica: ${speed}
  combine: max
  onMissing: { hold: 5m, then: assumeHigh }
  onEmpty: missing
  whenIdle: sum(rate(source_changes_total[1m]))
)";

std::vector<std::string> ProblemsOf(const std::string& text) {
  std::vector<std::string> lines;
  for (const Problem& problem : ParsePolicy({text, 1}).problems) lines.push_back(FormatProblem("p", problem));
  return lines;
}

std::string Replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

TEST_CASE("A whole policy is read as it stands") {
  const PolicyDocument document = ParsePolicy({std::string(kWhole), 1});
  REQUIRE(document.content.has_value());
  CHECK(document.problems.empty());
  const Policy& policy = *document.content;
  CHECK(policy.name == "cdc-worker");
  CHECK(policy.policy_namespace == "data");
  CHECK(policy.replicas.max == 40);
  REQUIRE(policy.signals.size() == 2);
  CHECK(policy.signals[0].per_replica == 300);
  CHECK(policy.signals[0].window->take == Aggregation::kMax);
  CHECK(policy.signals[0].on_missing->hold == std::chrono::minutes(10));
  CHECK(std::get<FallbackReplicas>(policy.signals[0].on_missing->then) ==
        FallbackReplicas{4, FallbackBehavior::kStatic});
  CHECK(policy.signals[1].backlog->drain_within == std::chrono::minutes(2));
  CHECK(std::get<QueryTemplate>(policy.signals[1].backlog->throughput_per_replica).text() == "${speed}");
  CHECK(std::get<MissingAnswer>(policy.on_missing.then) == MissingAnswer::kAssumeHigh);
  CHECK(std::get<QueryTemplate>(*policy.when_idle).text() == "sum(rate(source_changes_total[1m]))");
}

TEST_CASE("The hash tells versions apart and is equal for equal texts") {
  const std::string text(kWhole);
  CHECK(ParsePolicy({text, 1}).content->hash == ParsePolicy({text, 7}).content->hash);
  CHECK(ParsePolicy({text, 1}).content->hash != ParsePolicy({Replaced(text, "300", "301"), 1}).content->hash);
}

TEST_CASE("All problems are reported at once, in the order of the file") {
  std::string text(kWhole);
  text = Replaced(text, "perReplica: 300", "perReplicas: 300");
  text = Replaced(text, "max: 40", "max: many");
  text = Replaced(text, "drainWithin: 2m", "drainWithin: soon");
  text = Replaced(text, "onEmpty: missing", "onEmpty: mising");
  CHECK(
      ProblemsOf(text) ==
      std::vector<std::string>{
          "p:11:28: spec.replicas.max: want a whole number from 1 to 100000; found \"many\"",
          "p:13:7: spec.signals[0]: want perReplica, target, tiers or scoreAt with query, or a rule or expression that "
          "names the signal; found none (how much of the query's value "
          "one "
          "replica takes, such as perReplica: 300)",
          "p:16:7: spec.signals[0].perReplicas: no such field (did you mean perReplica?)",
          "p:23:22: spec.signals[1].backlog.drainWithin: want a duration above 0s, at most 1w; found \"soon\" "
          "(durations "
          "look like 90s, 5m or 1h30m)",
          "p:27:12: spec.onEmpty: want missing or zero; found \"mising\" (did you mean missing?)"});
}

TEST_CASE("A bad document still says which policy it is, so that its last good version stays") {
  const PolicyDocument document = ParsePolicy({Replaced(std::string(kWhole), "max: 40", "max: -1"), 1});
  CHECK_FALSE(document.content.has_value());
  CHECK(document.name == "cdc-worker");
  CHECK(document.document_namespace == "data");
}

TEST_CASE("A policy of minReplicas 0 without whenIdle gets a warning, not an error") {
  const PolicyDocument document =
      ParsePolicy({Replaced(std::string(kWhole), "  whenIdle: sum(rate(source_changes_total[1m]))\n", ""), 1});
  REQUIRE(document.content.has_value());
  REQUIRE(document.problems.size() == 1);
  CHECK(document.problems[0].severity == Severity::kWarning);
}

TEST_CASE("Documents of all kinds of nonsense are problems, never a crash") {
  for (const char* text : {"", "~", "[]", "1", "a", "spec: 1", "spec: []", "metadata: []\nspec: { signals: {} }",
                           "spec: { signals: [1, [], {}] }", "spec: { signals: [ { backlog: 1 } ] }",
                           "spec: { onMissing: { then: [] } }", "spec: { whenIdle: {} }"}) {
    CAPTURE(text);
    const PolicyDocument document = ParsePolicy({text, 1});
    CHECK_FALSE(document.content.has_value());
    CHECK(HasErrors(document.problems));
  }
}

}  // namespace
}  // namespace loadline
