// What an HPA's object says, and where it would go.
#include "kubernetes/hpa_snapshot.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/quantity.h"

namespace loadline {
namespace {

using nlohmann::json;

TEST_CASE("Quantities") {
  const std::pair<const char*, std::optional<double>> cases[] = {
      {"0", 0.},          {"7", 7.},           {"1200m", 1.2},          {"-5", -5.},
      {"3k", 3000.},      {"2Ki", 2048.},      {"1e3", 1000.},          {"0.5", 0.5},
      {"", std::nullopt}, {"m", std::nullopt}, {"1x", std::nullopt},    {"1 m", std::nullopt},
      {"12E", 12e18},     {"7n", 7e-9},        {"1.5Gi", 1.5 * 0x1p30}, {"1e300E", std::nullopt}};
  for (const auto& [text, number] : cases) {
    CAPTURE(text);
    const std::optional<double> parsed = ParseQuantity(text);
    REQUIRE(parsed.has_value() == number.has_value());
    if (number) CHECK(*parsed == Approx(*number));
  }
}

json HpaJson() {
  return json::parse(R"j({"metadata": {"namespace": "data", "name": "keda-hpa-app"},
    "spec": {"maxReplicas": 10, "behavior": {"scaleUp": {"tolerance": "50m"}}, "metrics": [
      {"type": "External", "external": {"metric": {"name": "s0-loadline-worker"}, "target": {"type": "AverageValue", "averageValue": "1"}}},
      {"type": "External", "external": {"metric": {"name": "s1-cron"}, "target": {"type": "AverageValue", "averageValue": "1"}}}]},
    "status": {"currentReplicas": 4, "desiredReplicas": 6, "currentMetrics": [
      {"type": "External", "external": {"metric": {"name": "s0-loadline-worker"}, "current": {"averageValue": "1500m"}}},
      {"type": "External", "external": {"metric": {"name": "s1-cron"}, "current": {"averageValue": "-9223372036854775808m"}}}],
     "conditions": [
      {"type": "AbleToScale", "status": "True", "reason": "ReadyForNewScale", "message": ""},
      {"type": "ScalingActive", "status": "True", "reason": "ValidMetricFound", "message":
        "the HPA was able to successfully calculate a replica count from external metric s0-loadline-worker(&LabelSelector{MatchLabels:map[string]string{scaledobject.keda.sh/name: app,},MatchExpressions:[]LabelSelectorRequirement{},})"},
      {"type": "ScalingLimited", "status": "False", "reason": "DesiredWithinRange", "message": ""}]
}
})j");
}

HpaSnapshot Of(const json& hpa, std::size_t trigger = 0) {
  const HpaObject read = ReadHpa(hpa);
  return SnapshotOf(KedaObject{}, &read, trigger);
}

TEST_CASE("What an HPA says of itself") {
  json hpa = HpaJson();
  const HpaSnapshot snapshot = Of(hpa);
  CHECK(snapshot.current == 4);
  CHECK(snapshot.desired == 6);
  CHECK(snapshot.metric == "s0-loadline-worker");
  CHECK(snapshot.is_ours);
  CHECK(snapshot.value == 1.5);
  CHECK(snapshot.threshold == 1);
  CHECK(snapshot.limit.empty());
  CHECK(snapshot.hindrance.empty());
  CHECK(snapshot.tolerance == Tolerance{0.05, 0.1});
  CHECK_FALSE(Of(hpa, 1).is_ours);

  json& conditions = hpa["status"]["conditions"];
  SECTION("another metric that won, by its name, without a number that is the HPA's overflow") {
    conditions[1]["message"] =
        "the HPA was able to successfully calculate a replica count from external metric s1-cron(nil)";
    CHECK(Of(hpa).metric == "s1-cron");
    CHECK_FALSE(Of(hpa).is_ours);
    CHECK_FALSE(Of(hpa).value);
  }
  SECTION("one that is no external metric") {
    conditions[1]["message"] =
        "the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of "
        "request)";
    CHECK(Of(hpa).metric == "cpu resource utilization");
    CHECK_FALSE(Of(hpa).is_ours);
  }
  SECTION("limits, and what keeps it from acting") {
    conditions[2] = {{"type", "ScalingLimited"}, {"status", "True"}, {"reason", "TooManyReplicas"}};
    CHECK(Of(hpa).limit == "TooManyReplicas");
    conditions[0]["reason"] = "ScaleDownStabilized";
    CHECK(Of(hpa).hindrance == "ScaleDownStabilized");
    conditions[0] = {{"type", "AbleToScale"}, {"status", "False"}, {"reason", "FailedUpdateScale"}};
    CHECK(Of(hpa).hindrance == "FailedUpdateScale");
    conditions[1] = {{"type", "ScalingActive"}, {"status", "False"}, {"reason", "FailedGetExternalMetric"}};
    CHECK(Of(hpa).hindrance == "FailedGetExternalMetric");
    CHECK(Of(hpa).metric == "s0-loadline-worker");
  }
  SECTION("nothing before its first sync, when its counts mean nothing; at none a count is left out") {
    hpa["status"].erase("currentReplicas");
    CHECK(Of(hpa).current == 0);
    hpa["status"].erase("conditions");
    CHECK_FALSE(Of(hpa).current);
    CHECK_FALSE(Of(hpa).desired);
    CHECK_FALSE(SnapshotOf(KedaObject{}, nullptr, 0).desired);
  }
}

TEST_CASE("S16: the number that an HPA shows right after a wake is none") {
  json hpa = HpaJson();
  hpa["status"]["currentMetrics"] = json::parse(R"([{"type":"External","external":{
      "metric":{"name":"s0-loadline-worker"},"current":{"averageValue":"-9223372036854775808m"}}}])");
  CHECK(Of(hpa).metric == "s0-loadline-worker");
  CHECK_FALSE(Of(hpa).value);
}

TEST_CASE("The goal is where the HPA would go by this alone") {
  struct Row {
    double asked;
    bool active;
    std::optional<int> current;
    int least;
    std::optional<int> goal;
  };
  for (const Row& row : {Row{8, true, 2, 1, 8},
                         {7.2, true, 2, 1, 8},
                         {10.9, true, 10, 1, 10},
                         {11.2, true, 10, 1, 12},
                         {9.1, true, 10, 1, 10},
                         {0, true, 3, 1, 1},
                         {1, true, 5, 3, 3},
                         {0.4, true, 0, 1, 1},
                         {5, true, 0, 2, 5},
                         {5, false, 0, 1, 0},
                         {0, false, 1, 1, 1},
                         {8, true, std::nullopt, 1, std::nullopt}}) {
    CAPTURE(row.asked, row.active, row.least);
    HpaSnapshot snapshot;
    snapshot.asked = AskedReplicas{{}, row.asked, row.active};
    snapshot.current = row.current;
    snapshot.least = row.least;
    CHECK(GoalOf(snapshot) == row.goal);
  }
  HpaSnapshot nothing_asked;
  nothing_asked.current = 3;
  CHECK_FALSE(GoalOf(nothing_asked));
}

TEST_CASE("How many are ready: of apps/v1 none where it is left out, of others unknown") {
  CHECK(ReadTargetStatus(json::parse(R"({"apiVersion":"apps/v1","status":{"observedGeneration":3,"readyReplicas":5}})"))
            .ready == 5);
  CHECK(ReadTargetStatus(json::parse(R"({"apiVersion":"apps/v1","status":{"observedGeneration":3}})")).ready == 0);
  CHECK_FALSE(ReadTargetStatus(json::parse(R"({"apiVersion":"apps/v1","status":{}})")).ready);
  CHECK_FALSE(ReadTargetStatus(json::parse(R"({"apiVersion":"x.io/v1","status":{"observedGeneration":3}})")).ready);
  CHECK(ReadTargetStatus(json::parse(R"({"apiVersion":"x.io/v1","status":{"readyReplicas":2}})")).ready == 2);
  CHECK_FALSE(ReadTargetStatus(json::parse("[1]")).ready);
}

}  // namespace
}  // namespace loadline
