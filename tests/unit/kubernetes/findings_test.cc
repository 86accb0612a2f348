#include "kubernetes/findings.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "support/places.h"
#include "support/policy_builder.h"
#include "system/files.h"

namespace loadline {
namespace {

using nlohmann::json;

// "error metric_type_value 0: ...; mend": one line of each.
std::vector<std::string> Lines(const std::vector<Finding>& findings) {
  std::vector<std::string> lines;
  for (const Finding& each : findings) {
    std::string line = std::string(SeverityName(SeverityOf(each.kind))) + " " + std::string(FindingName(each.kind));
    if (each.trigger) line += " " + std::to_string(*each.trigger);
    lines.push_back(line + ": " + each.sentence + (each.mend.empty() ? "" : "; " + each.mend));
  }
  return lines;
}

json ObjectOf(const std::string& text) { return json::parse(text); }

constexpr auto kFallback = R"("fallback":{"failureThreshold":3,"replicas":4,"behavior":"currentReplicasIfHigher"})";

// A ScaledObject data/app of one trigger that nothing is wrong with, changed by a JSON patch of its spec, annotations
// or status.
struct Case {
  std::string name;
  std::string policy = "signals: [ { name: lag, query: lag, perReplica: 10 } ]";
  std::string patch = "{}";  // RFC 7386, of the object
  std::string hpa = {};      // JSON; empty: none
  std::vector<std::string> rivals = {};
  bool is_job = false;
  std::vector<std::string> expected = {};
};

std::vector<std::string> Judge(const Case& each) {
  json object =
      ObjectOf(std::string(R"({"metadata":{"namespace":"data","name":"app"},"spec":{
      "scaleTargetRef":{"name":"app"},)") +
               kFallback + R"(,"triggers":[{"type":"external","metadata":{"scalerAddress":"l:1","policy":"test"}}]}})");
  object.merge_patch(json::parse(each.patch));
  const KedaObject read = each.is_job ? ReadScaledJob(object) : ReadScaledObject(object);
  const HpaObject hpa = each.hpa.empty() ? HpaObject() : ReadHpa(json::parse(each.hpa));
  const auto policy = std::make_shared<const Policy>(testing::MakePolicy(each.policy));
  return Lines(FindProblems({read, {{0, policy}}, each.hpa.empty() ? nullptr : &hpa, nullptr, each.rivals}));
}

const std::vector<Case> kCases = {
    {.name = "nothing is wrong", .expected = {}},
    {.name = "metricType Value",
     .patch = R"({"spec":{"triggers":[{"type":"external","metricType":"Value","metadata":{"policy":"test"}}]}})",
     .expected = {"error metric_type_value 0: metricType is Value: the HPA multiplies the answer by the ready pods, so "
                  "that 10 wanted at 10 pods become 100; set metricType: AverageValue, or leave it out"}},
    {.name = "metricType Value of a job",
     .patch = R"({"spec":{"triggers":[{"type":"external","metricType":"Value","metadata":{"policy":"test"}}]}})",
     .is_job = true,
     .expected = {"error metric_type_value 0: metricType is Value: of a ScaledJob with a metricType, whichever, KEDA "
                  "makes no jobs; leave it out"}},
    {.name = "metricType AverageValue of a job",
     .patch = R"({"spec":{"triggers":[{"type":"external","metricType":"AverageValue","metadata":{"policy":"test"}}]}})",
     .is_job = true,
     .expected = {"error metric_type_value 0: metricType is AverageValue: of a ScaledJob with a metricType, whichever, "
                  "KEDA makes no jobs; leave it out"}},
    {.name = "an HPA with another target",
     .hpa =
         R"({"metadata":{"name":"keda-hpa-app"},"spec":{"metrics":[{"type":"External","external":{"metric":{"name":"s0-loadline-test"},"target":{"type":"AverageValue","averageValue":"5"}}},
               {"type":"External","external":{"metric":{"name":"s1-cpu"},"target":{"type":"AverageValue","averageValue":"7"}}}]}})",
     .expected = {"error wrong_target 0: the HPA keda-hpa-app divides the answer by 5, and it is a number of replicas; "
                  "the target is 1: let KEDA write the HPA anew, by a change of the ScaledObject"}},
    {.name = "the observed replicas of another workload",
     .policy = "signals: [ { name: cpu, query: cpu, target: 0.7 } ]",
     .patch = R"({"spec":{"scaleTargetRef":{"kind":"StatefulSet","name":"db"}}})",
     .expected = {"warning observed_of_another 0: policy test goes by the replicas of the Deployment app, but "
                  "StatefulSet db is scaled; set replicas.observed in the policy to a query of that one's replicas"}},
    {.name = "a query of the observed replicas is believed",
     .policy = "replicas: { observed: x }\nsignals: [ { name: cpu, query: cpu, target: 0.7 } ]",
     .patch = R"({"spec":{"scaleTargetRef":{"kind":"StatefulSet","name":"db"}}})",
     .expected = {}},
    {.name = "polls that are too slow",
     .policy = "signals: [ { name: q, backlog: { depth: d, arrivals: a, drainWithin: 1m, throughputPerReplica: 5 } } ]",
     .patch = R"({"spec":{"pollingInterval":300}})",
     .expected =
         {"warning slow_polling 0: pollingInterval is 5m, which is longer than drainWithin of signal q (1m): at zero "
          "replicas nothing happens in between; use type: external-push, which wakes at once, or poll more often"}},
    {.name = "slow polls do not matter above zero",
     .policy = "signals: [ { name: q, backlog: { depth: d, arrivals: a, drainWithin: 1m, throughputPerReplica: 5 } } ]",
     .patch = R"({"spec":{"pollingInterval":300,"minReplicaCount":1}})",
     .expected = {}},
    {.name = "slow polls do not matter to a push",
     .policy = "signals: [ { name: q, backlog: { depth: d, arrivals: a, drainWithin: 1m, throughputPerReplica: 5 } } ]",
     .patch = R"({"spec":{"pollingInterval":300,"triggers":[{"type":"external-push","metadata":{"policy":"test"}}]}})",
     .expected = {}},
    {.name = "paused",
     .patch = R"({"metadata":{"annotations":{"autoscaling.keda.sh/paused":"true"}}})",
     .expected =
         {"warning paused: KEDA is paused, and does not call; remove the annotation autoscaling.keda.sh/paused"}},
    {.name = "paused at a number",
     .patch = R"({"metadata":{"annotations":{"autoscaling.keda.sh/paused-replicas":"3"}}})",
     .expected = {"warning paused: KEDA is paused at 3 replicas, and does not call; remove the annotation "
                  "autoscaling.keda.sh/paused-replicas"}},
    {.name = "half paused, and forced",
     .patch =
         R"({"metadata":{"annotations":{"autoscaling.keda.sh/paused-scale-in":"true","autoscaling.keda.sh/paused-scale-out":"true","autoscaling.keda.sh/force-activation":"true"}}})",
     .expected = {"warning paused: KEDA may raise the replicas but not lower them; remove the annotation "
                  "autoscaling.keda.sh/paused-scale-in",
                  "warning paused: KEDA may lower the replicas but not raise them; remove the annotation "
                  "autoscaling.keda.sh/paused-scale-out",
                  "note forced_active: KEDA keeps it active, whatever the policy says; remove the annotation "
                  "autoscaling.keda.sh/force-activation"}},
    {.name = "no fallback",
     .patch = R"({"spec":{"fallback":null}})",
     .expected = {"note no_fallback: there is no fallback: while Loadline answers with errors the replicas stay as "
                  "they are; where that is not enough, set fallback with behavior: currentReplicasIfHigher"}},
    {.name = "a fallback to zero",
     .patch = R"({"spec":{"fallback":{"replicas":0}}})",
     .expected = {"error fallback_to_zero: fallback.replicas is 0: an error is answered by a scale to zero once the "
                  "cooldown has passed; set fallback.replicas to what carries the load, or remove the fallback: then "
                  "an error changes nothing"}},
    {.name = "a fallback that lowers",
     .patch = R"({"spec":{"fallback":{"replicas":4,"behavior":null}}})",
     .expected = {"warning fallback_lowers: the fallback sets 4 replicas when Loadline answers with errors, also where "
                  "there are more; set fallback.behavior: currentReplicasIfHigher"}},
    {.name = "a fallback that never fires",
     .patch = R"({"spec":{"advanced":{"scalingModifiers":{"formula":"a+1","target":"1.5"}}}})",
     .expected = {"warning fallback_never_fires: the fallback never fires: with a formula KEDA wants a whole number as "
                  "target, and it is \"1.5\"; set scalingModifiers.target to a whole number"}},
    {.name = "a fallback that should have fired",
     .patch = R"({"status":{"conditions":[{"type":"Ready","status":"True"},{"type":"Fallback","status":"False"}]}})",
     .hpa =
         R"({"metadata":{"name":"keda-hpa-app"},"status":{"conditions":[{"type":"ScalingActive","status":"False","reason":"FailedGetExternalMetric","message":"unable to get external metric"}]}})",
     .expected = {"error fallback_silent: the HPA keda-hpa-app gets no metric (unable to get external metric), and "
                  "KEDA does not fall back: the replicas stay as they are; see whether KEDA's operator reaches "
                  "Loadline: its address, TLS and network policies"}},
    {.name = "no metric, and no fallback",
     .patch = R"({"spec":{"fallback":null}})",
     .hpa =
         R"({"metadata":{"name":"keda-hpa-app"},"status":{"conditions":[{"type":"ScalingActive","status":"False","reason":"FailedGetExternalMetric","message":"unable to get external metric"}]}})",
     .expected =
         {"note no_fallback: there is no fallback: while Loadline answers with errors the replicas stay as "
          "they are; where that is not enough, set fallback with behavior: currentReplicasIfHigher",
          "error fallback_silent: the HPA keda-hpa-app gets no metric (unable to get external metric), and there "
          "is no fallback: the replicas stay as they are; see whether KEDA's operator reaches Loadline: its "
          "address, TLS and network policies"}},
    {.name = "no metric, because of another trigger",
     .patch =
         R"({"spec":{"fallback":null,"triggers":[{"type":"external","metadata":{"policy":"test"}},{"type":"external","metadata":{"scalerAddress":"gone:1"}}]}})",
     .hpa =
         R"({"metadata":{"name":"keda-hpa-app"},"status":{"conditions":[{"type":"ScalingActive","status":"False","reason":"FailedGetExternalMetric","message":"unable to get external metric data/s0-loadline-test"}]}})",
     .expected = {"note no_fallback: there is no fallback: while Loadline answers with errors the replicas stay as "
                  "they are; where that is not enough, set fallback with behavior: currentReplicasIfHigher",
                  "error fallback_silent: the HPA keda-hpa-app gets no metric (unable to get external metric "
                  "data/s0-loadline-test), and there is no fallback: the replicas stay as they are; see whether KEDA's "
                  "operator reaches Loadline: its address, TLS and network policies; and the object's other triggers: "
                  "one that fails takes all metrics along"}},
    {.name = "a fallback that has fired",
     .patch = R"({"status":{"conditions":[{"type":"Fallback","status":"True"}]}})",
     .hpa =
         R"({"status":{"conditions":[{"type":"ScalingActive","status":"False","reason":"FailedGetExternalMetric"}]}})",
     .expected = {}},
    {.name = "an HPA that rests at zero",
     .hpa = R"({"status":{"conditions":[{"type":"ScalingActive","status":"False","reason":"ScalingDisabled"}]}})",
     .expected = {}},
    {.name = "a maximum below the policy's minimum",
     .policy = "replicas: { min: 5 }\nsignals: [ { name: lag, query: lag, perReplica: 10 } ]",
     .patch = R"({"spec":{"maxReplicaCount":3}})",
     .expected = {"warning max_below_floor 0: maxReplicaCount is 3, and policy test has a minimum of 5; raise "
                  "maxReplicaCount, or lower the floor"}},
    {.name = "a maximum below a floor of the schedule",
     .policy =
         "replicas: { max: 200 }\nsignals: [ { name: lag, query: lag, perReplica: 10 }, { name: sale, role: floor, "
         "schedule: { timezone: UTC, windows: [ { start: 0 8 * * *, end: 0 9 * * *, replicas: 120 } ] } } ]",
     .expected = {"warning max_below_floor 0: maxReplicaCount is not set, which means 100, and signal sale of policy "
                  "test asks for at least 120; raise maxReplicaCount, or lower the floor"}},
    {.name = "a maximum below what the policy may ask for",
     .policy = "replicas: { max: 40 }\nsignals: [ { name: lag, query: lag, perReplica: 10 } ]",
     .patch = R"({"spec":{"maxReplicaCount":30}})",
     .expected =
         {"note max_below_policy 0: maxReplicaCount is 30, and policy test may ask for 40; have both say the same"}},
    {.name = "a minimum above what the policy may ask for",
     .policy = "replicas: { max: 4 }\nsignals: [ { name: lag, query: lag, perReplica: 10 } ]",
     .patch = R"({"spec":{"minReplicaCount":6}})",
     .expected = {"warning min_above_policy 0: minReplicaCount is 6, and policy test asks for at most 4; have both say "
                  "the same"}},
    {.name = "another scaler of the same workload",
     .rivals = {"HorizontalPodAutoscaler web"},
     .expected = {"error two_scalers: Deployment app is scaled by HorizontalPodAutoscaler web, too: each undoes what "
                  "the other does; leave one of them"}},
    {.name = "a ceiling beside another trigger",
     .policy = "signals: [ { name: lag, query: lag, perReplica: 10 }, { name: pool, role: ceiling, query: pool, "
               "perReplica: 4 } ]",
     .patch = R"({"spec":{"triggers":[{"type":"external","metadata":{"policy":"test"}},{"type":"cpu"}]}})",
     .expected = {"warning other_trigger_overrules 0: policy test caps by its ceiling pool, but the object has 2 "
                  "triggers, and the HPA takes the highest of them; put what the other triggers ask for into the "
                  "policy, as signals, and remove them"}},
    {.name = "a job with a push",
     .patch = R"({"spec":{"triggers":[{"type":"external-push","metadata":{"policy":"test"}}]}})",
     .is_job = true,
     .expected = {"error job_push 0: a ScaledJob does not go by external-push: KEDA only warns and never calls; use "
                  "type: external"}},
    {.name = "an idle count other than zero",
     .patch = R"({"spec":{"idleReplicaCount":2}})",
     .expected = {"warning idle_replicas: idleReplicaCount is 2: only 0 works; set idleReplicaCount: 0, or remove it"}},
    {.name = "KEDA is not ready",
     .patch =
         R"({"status":{"conditions":[{"type":"Ready","status":"False","message":"ScaledObject doesn't have correct scaleTargetRef"}]}})",
     .expected =
         {"warning not_ready: KEDA says that it is not ready: ScaledObject doesn't have correct scaleTargetRef"}},
    {.name = "a parameter that the policy does not have",
     .patch = R"({"spec":{"triggers":[{"type":"external","metadata":{"policy":"test","tem":"a"}}]}})",
     .expected =
         {"error bad_parameters 0: KEDA gets errors: trigger metadata tem: policy data/test has no such parameter "
          "(it has none); set in the trigger's metadata what the policy declares"}},
    {.name = "metadata from the environment",
     .patch = R"({"spec":{"triggers":[{"type":"external","metadata":{"policy":"test","teamFromEnv":"TEAM"}}]}})",
     .expected = {"note unresolved 0: a key of its metadata ends in FromEnv: only KEDA knows its value, and nothing is "
                  "decided before it calls"}},
};

TEST_CASE("Findings, one by one") {
  for (const Case& each : kCases) {
    DYNAMIC_SECTION(each.name) { CHECK(Judge(each) == each.expected); }
  }
}

void CheckCases(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const auto found = std::ranges::find(kCases, name, &Case::name);
    REQUIRE(found != kCases.end());
    CAPTURE(name);
    CHECK(Judge(*found) == found->expected);
  }
}

TEST_CASE("Rule 21: a metricType that is not AverageValue is told") {
  CheckCases({"metricType Value", "metricType Value of a job"});
}

TEST_CASE("Rule 24: an HPA that has another target than ours is told") { CheckCases({"an HPA with another target"}); }

TEST_CASE("Rule 30: an idle count other than zero is told") { CheckCases({"an idle count other than zero"}); }

TEST_CASE("Rule 31: with a formula, a fallback that never fires is told") {
  CheckCases({"a fallback that never fires"});
}

TEST_CASE("Rule 32: each annotation that pauses or forces is told") {
  CheckCases({"paused", "paused at a number", "half paused, and forced"});
}

TEST_CASE("Rule 33: a fallback to zero is told") { CheckCases({"a fallback to zero"}); }

TEST_CASE("Rules 35, S15: that the HPA gets no metric while nothing falls back is told, though KEDA says Ready") {
  CheckCases({"a fallback that should have fired", "a fallback that has fired", "an HPA that rests at zero"});
}

TEST_CASE("Rule 36: that one trigger may take the metrics of all others along is told") {
  CheckCases({"no metric, and no fallback", "no metric, because of another trigger"});
}

TEST_CASE("Rule 44: a ScaledJob's external-push is told, and its metricType Value, too") {
  CheckCases({"a job with a push", "metricType Value of a job"});
}

TEST_CASE("A policy that is not there is a finding, one that is being read is none") {
  const KedaObject object = ReadScaledObject(json::parse(
      R"({"spec":{"fallback":{"replicas":1,"behavior":"currentReplicas"},"triggers":[{"type":"external"}]}})"));
  CHECK(
      Lines(FindProblems({object, {{0, Fail(Code::kNotFound, "there is no policy \"x\"")}}})) ==
      std::vector<std::string>{"error policy_missing 0: KEDA gets errors: there is no policy \"x\"; name a policy that "
                               "this namespace may use in the trigger's metadata"});
  CHECK(FindProblems({object, {{0, Fail(Code::kUnavailable, "the policies are still being read")}}}).empty());
}

TEST_CASE("What KEDA warned of is a finding") {
  const KedaObject object = ReadScaledObject(json::parse(
      R"({"spec":{"fallback":{"replicas":1,"behavior":"currentReplicas"},"triggers":[{"type":"external"}]}})"));
  const ObjectEvent warning =
      ReadEvent(json::parse(R"({"metadata":{"name":"e","creationTimestamp":"2026-11-24T06:00:00Z"},
      "involvedObject":{"kind":"ScaledObject","name":"app"},"reason":"KEDAScalerFailed","message":"no data",
      "lastTimestamp":"2026-11-24T06:05:00Z","eventTime":null,"series":{"lastObservedTime":"2026-11-24T06:04:00.123456Z"}})"));
  CHECK(warning.kind == "ScaledObject");
  CHECK(warning.object == "app");
  CHECK(FormatTimestamp(warning.last) == "2026-11-24T06:05:00.000Z");
  CHECK(
      Lines(FindProblems({object, {{0, Fail(Code::kUnavailable, "")}}, nullptr, &warning})) ==
      std::vector<std::string>{"warning scaler_failed: KEDA says KEDAScalerFailed: no data; see loadline explain, and "
                               "whether KEDA's operator reaches Loadline"});
}

TEST_CASE("Each kind of finding has a case, and a row in docs/kubernetes.md") {
  const std::string page = *ReadFile(std::string(testing::kSourceDir) + "/docs/kubernetes.md", 1 << 20);
  std::set<std::string> seen = {"policy_missing", "scaler_failed"};
  for (const Case& each : kCases) {
    for (const std::string& line : each.expected) {
      const std::size_t begin = line.find(' ') + 1;
      seen.insert(line.substr(begin, line.find_first_of(" :", begin) - begin));
    }
  }
  for (const auto& [kind, name] : EnumWords(FindingKind{})) {
    CAPTURE(name);
    CHECK(FindingName(kind) == name);
    CHECK(seen.count(std::string(name)) == 1);
    // docs/kubernetes.md explains it, with its severity.
    const std::string row = "| `" + std::string(name) + "` | " + std::string(SeverityName(SeverityOf(kind))) + " |";
    CHECK(page.find(row) != std::string::npos);
  }
}

TEST_CASE("Objects that are something else are read without harm") {
  for (
      const char* text :
      {"{}", "[]", "null", "1", R"({"metadata":1,"spec":[],"status":"x"})",
       R"({"spec":{"triggers":[1,{"type":2,"metadata":{"policy":3}}],"minReplicaCount":"1","maxReplicaCount":1e300,"fallback":[]}})",
       R"({"metadata":{"annotations":{"autoscaling.keda.sh/paused":true},"ownerReferences":{}}})"}) {
    CAPTURE(text);
    const json object = json::parse(text);
    CHECK(ReadScaledObject(object).name.empty());
    CHECK(ReadScaledJob(object).name.empty());
    CHECK(ReadHpa(object).name.empty());
    CHECK(ReadEvent(object).name.empty());
  }
}

}  // namespace
}  // namespace loadline
