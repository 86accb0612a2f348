#include "kubernetes/cluster_watch.h"

#include <catch2/catch.hpp>
#include <mutex>
#include <set>

#include "support/eventually.h"
#include "support/fake_api_server.h"
#include "support/policy_builder.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::ApiRequest;
using testing::Eventually;
using testing::FakeApiServer;
using testing::StatusText;

constexpr auto kScaledObjects = "/apis/keda.sh/v1alpha1/scaledobjects";
constexpr auto kScaledJobs = "/apis/keda.sh/v1alpha1/scaledjobs";
constexpr auto kHpas = "/apis/autoscaling/v2/horizontalpodautoscalers";
constexpr auto kEvents = "/api/v1/events";

json TriggerJson(const std::string& type, const json& metadata) { return {{"type", type}, {"metadata", metadata}}; }

json ObjectJson(const std::string& name, const std::vector<json>& triggers) {
  return {{"metadata", {{"namespace", "data"}, {"name", name}, {"uid", "uid-" + name}}},
          {"spec",
           {{"scaleTargetRef", {{"name", name}}},
            {"fallback", {{"failureThreshold", 3}, {"replicas", 4}, {"behavior", "currentReplicas"}}},
            {"triggers", triggers}}}};
}

json HpaJson(const std::string& name, const std::string& owner, const std::string& target) {
  json hpa = {{"metadata", {{"namespace", "data"}, {"name", name}}},
              {"spec", {{"scaleTargetRef", {{"kind", "Deployment"}, {"name", target}}}}},
              {"status", {{"currentReplicas", 7}}}};
  if (!owner.empty()) hpa["metadata"]["ownerReferences"] = json::array({{{"kind", "ScaledObject"}, {"name", owner}}});
  return hpa;
}

class Followed {
 public:
  explicit Followed(const FakeApiServer& server, bool events = false, std::vector<std::string> addresses = {})
      : client_(MakeHttpClient({})) {
    ClusterWatchOptions options;
    options.server = server.url();
    options.scaler_addresses = std::move(addresses);
    options.events = events;
    options.decision_events = events;
    options.watch.first_pause = Duration(1);
    options.watch.longest_pause = Duration(20);
    options.at_most_every = Duration(1);
    options.at_least_every = Duration(20);
    ClusterWatchWiring wiring;
    wiring.find_policy = [](const std::string&, const std::string& name) -> Result<std::shared_ptr<const Policy>> {
      if (name != "test") return Fail(Code::kNotFound, "there is no policy \"" + name + "\"");
      return std::make_shared<const Policy>(
          testing::MakePolicy("signals: [ { name: lag, query: lag, perReplica: 10 } ]"));
    };
    wiring.decisions = [this] {
      const std::lock_guard lock(mutex_);
      return decisions_;
    };
    wiring.foresee = [this](const ForeseenBinding& binding) {
      const std::lock_guard lock(mutex_);
      foreseen_.insert(binding.object_name + " " + json(binding.metadata).dump());
    };
    watch_ = MakeClusterWatch(std::move(options), std::move(wiring), *client_, SystemClock(), NoLog());
    watch_->Start();
  }

  std::set<std::string> Foreseen() {
    const std::lock_guard lock(mutex_);
    return foreseen_;
  }
  void Decide(const std::string& name, double replicas) {
    Decision decision;
    decision.time = AlignDown(SystemClock().Now(), Duration(1000));
    decision.replicas = replicas;
    decision.active = true;
    const std::lock_guard lock(mutex_);
    decisions_[{"data", name, {{"policy", "test"}}}] = {
        std::make_shared<const Policy>(testing::MakePolicy("signals: [ { name: lag, query: lag, perReplica: 10 } ]")),
        std::make_shared<const Decision>(decision)};
  }
  ClusterState State() const { return watch_->State(); }
  const HpaLog& hpas() const { return watch_->hpas(); }
  // "app: metric_type_value paused", of all objects.
  std::string Findings() const {
    std::string all;
    const ClusterState state = State();
    for (const ObjectFindings& each : state.view->objects) {
      all += (all.empty() ? "" : "; ") + each.object->name + ":";
      for (const Finding& finding : each.findings) all += " " + std::string(FindingName(finding.kind));
    }
    return all;
  }

 private:
  std::unique_ptr<HttpClient> client_;
  std::mutex mutex_;
  std::set<std::string> foreseen_;
  DecisionsByBinding decisions_;
  std::unique_ptr<ClusterWatch> watch_;
};

TEST_CASE("A binding is foreseen with what KEDA will say when it calls") {
  FakeApiServer server;
  server.Put(kScaledObjects,
             ObjectJson("app", {TriggerJson("external", {{"scalerAddress", "l:1"}, {"policy", "test"}, {"team", "a"}}),
                                TriggerJson("cpu", {{"value", "60"}}),
                                TriggerJson("external-push", {{"policy", "test"}, {"teamFromEnv", "TEAM"}}),
                                TriggerJson("external", {{"scalerAddress", "other:1"}})}));
  server.Put(kScaledJobs, ObjectJson("job", {TriggerJson("external", {{"policy", "test"}}),
                                             TriggerJson("external-push", {{"policy", "test"}, {"x", "y"}})}));
  Followed followed(server);
  const std::set<std::string> expected = {R"(app {"policy":"test","scalerAddress":"l:1","team":"a"})",
                                          R"(job {"policy":"test"})"};
  CHECK(Eventually([&] { return followed.Foreseen() == expected; }));
  const ClusterState state = followed.State();
  CHECK(state.scaled_objects == 1);
  CHECK(state.scaled_jobs == 1);
  CHECK(state.watches.size() == 4);
}

TEST_CASE("Where addresses are stated they say which triggers are ours") {
  FakeApiServer server;
  server.Put(kScaledObjects,
             ObjectJson("app", {TriggerJson("external", {{"scalerAddress", "loadline.a:1"}, {"policy", "test"}}),
                                TriggerJson("external", {{"scalerAddress", "other:1"}, {"policy", "test"}})}));
  Followed followed(server, false, {"loadline.*"});
  REQUIRE(Eventually([&] { return !followed.Foreseen().empty(); }));
  CHECK(followed.Foreseen() == std::set<std::string>{R"(app {"policy":"test","scalerAddress":"loadline.a:1"})"});
}

TEST_CASE("Findings come and go with the objects") {
  FakeApiServer server;
  json object = ObjectJson("app", {TriggerJson("external", {{"policy", "test"}})});
  server.Put(kScaledObjects, object);
  server.Put(kScaledObjects, ObjectJson("lost", {TriggerJson("external", {{"policy", "gone"}})}));
  server.Put(kHpas, HpaJson("keda-hpa-app", "app", "app"));
  Followed followed(server);
  CHECK(Eventually([&] { return followed.Findings() == "app:; lost: policy_missing"; }));
  CHECK(followed.Findings() == "app:; lost: policy_missing");
  REQUIRE(followed.State().view->objects.size() == 2);
  CHECK(Eventually([&] { return followed.State().view->objects[0].current_replicas == 7; }));
  SECTION("of the object") {
    object["spec"]["triggers"][0]["metricType"] = "Value";
    server.Put(kScaledObjects, object);
    CHECK(Eventually([&] { return followed.Findings() == "app: metric_type_value; lost: policy_missing"; }));
    server.Delete(kScaledObjects, "data", "app");
    CHECK(Eventually([&] { return followed.Findings() == "lost: policy_missing"; }));
  }
  SECTION("of an HPA beside KEDA's") {
    server.Put(kHpas, HpaJson("by-hand", "", "app"));
    CHECK(Eventually([&] { return followed.Findings() == "app: two_scalers; lost: policy_missing"; }));
  }
  SECTION("of two ScaledObjects of one workload") {
    json twin = ObjectJson("twin", {TriggerJson("external", {{"policy", "test"}})});
    twin["spec"]["scaleTargetRef"]["name"] = "app";
    server.Put(kScaledObjects, twin);
    server.Put(kHpas, HpaJson("keda-hpa-twin", "twin", "app"));
    CHECK(
        Eventually([&] { return followed.Findings() == "app: two_scalers; lost: policy_missing; twin: two_scalers"; }));
  }
}

TEST_CASE("What KEDA warns of is a finding while it is recent") {
  FakeApiServer server;
  server.Put(kScaledObjects, ObjectJson("app", {TriggerJson("external", {{"policy", "test"}})}));
  const auto warn = [&](const std::string& name, Timestamp last) {
    server.Put(kEvents, {{"metadata", {{"namespace", "data"}, {"name", name}}},
                         {"involvedObject", {{"kind", "ScaledObject"}, {"name", "app"}}},
                         {"reason", "KEDAScalerFailed"},
                         {"message", "said by " + name},
                         {"lastTimestamp", FormatTimestamp(last)}});
  };
  warn("old", SystemClock().Now() - std::chrono::minutes(11));
  Followed followed(server);
  REQUIRE(Eventually([&] { return followed.Findings() == "app:"; }));
  warn("first", SystemClock().Now() - std::chrono::minutes(2));
  warn("second", SystemClock().Now() - std::chrono::minutes(1));
  CHECK(Eventually([&] {
    const ClusterState state = followed.State();
    const auto& findings = state.view->objects[0].findings;
    return findings.size() == 1 && findings[0].sentence == "KEDA says KEDAScalerFailed: said by second";
  }));
  CHECK(server.Count([](const ApiRequest& each) {
    return each.is_watch() && each.query.count("fieldSelector") != 0 &&
           each.query.at("fieldSelector") == "reason=KEDAScalerFailed";
  }) == 1);
}

TEST_CASE("While the API server is away what is known stays known") {
  FakeApiServer server;
  server.Put(kScaledObjects, ObjectJson("app", {TriggerJson("external", {{"policy", "test"}})}));
  Followed followed(server);
  REQUIRE(Eventually([&] { return followed.Findings() == "app:"; }));
  server.SetFault([](const ApiRequest&) { return StatusText(503, "ServiceUnavailable", "away"); });
  server.EndWatches(false);
  REQUIRE(Eventually([&] { return followed.State().watches[0].failures > 7; }));
  const Timestamp viewed = followed.State().viewed;
  REQUIRE(Eventually([&] { return followed.State().viewed > viewed; }));
  CHECK(followed.Findings() == "app:");
  CHECK(followed.State().view->bindings.size() == 1);
}

TEST_CASE("A finding is one Event, whoever writes it") {
  FakeApiServer server;
  json object = ObjectJson("app", {TriggerJson("external", {{"policy", "test"}})});
  object["spec"]["triggers"][0]["metricType"] = "Value";
  object["spec"]["maxReplicaCount"] = 5;
  server.Put(kScaledObjects, object);
  Followed first(server, true);
  REQUIRE(Eventually([&] { return first.State().events.written == 1; }));
  Followed second(server, true);
  REQUIRE(Eventually([&] { return second.State().events.there == 1; }));
  CHECK(second.State().events.written == 0);
  const auto is_event = [](const ApiRequest& each) { return each.method == "POST"; };
  CHECK(server.Count(is_event) == 2);
  for (const ApiRequest& each : server.Requests()) {
    if (!is_event(each)) continue;
    const json event = json::parse(each.body);
    CHECK(each.path == "/api/v1/namespaces/data/events");
    CHECK(event["involvedObject"] == json({{"apiVersion", "keda.sh/v1alpha1"},
                                           {"kind", "ScaledObject"},
                                           {"namespace", "data"},
                                           {"name", "app"},
                                           {"uid", "uid-app"}}));
    CHECK(event["reason"] == "MetricTypeValue");
    CHECK(event["type"] == "Warning");
    CHECK(event["message"].get<std::string>().starts_with("metricType is Value: the HPA multiplies"));
    CHECK(event["metadata"]["name"].get<std::string>().starts_with("app.loadline-"));
  }
}

TEST_CASE("A decision that changes is one Event, whoever writes it") {
  FakeApiServer server;
  server.Put(kScaledObjects, ObjectJson("app", {TriggerJson("external", {{"policy", "test"}})}));
  Followed first(server, true);
  Followed second(server, true);
  Followed silent(server, false);
  for (Followed* each : {&first, &second, &silent}) each->Decide("app", 3);
  for (Followed* each : {&first, &second, &silent})
    REQUIRE(Eventually([&] {
      return each->hpas().Histories([](const ForeseenBinding& of) { return of.object_name == "app"; }).size() == 1 &&
             each->hpas().Histories([](const ForeseenBinding&) { return true; })[0].latest.asked;
    }));
  for (Followed* each : {&first, &second, &silent}) each->Decide("app", 7.2);
  REQUIRE(Eventually([&] {
    const auto a = first.State().events;
    const auto b = second.State().events;
    return a.written + a.there == 1 && b.written + b.there == 1;
  }));
  std::set<std::string> names;
  for (const ApiRequest& each : server.Requests()) {
    if (each.method != "POST") continue;
    const json event = json::parse(each.body);
    names.insert(event["metadata"]["name"]);
    CHECK(event["reason"] == "ReplicasWanted");
    CHECK(event["type"] == "Normal");
    CHECK(event["involvedObject"]["name"] == "app");
    CHECK(event["message"].get<std::string>().starts_with("wants 8 replicas instead of 3 (policy test): "));
  }
  CHECK(names.size() <= 2);  // two where the five minutes end in between
  CHECK(silent.State().events.written + silent.State().events.there == 0);
}

TEST_CASE("A refusal to write Events is told by name, and asked again later only") {
  FakeApiServer server;
  json object = ObjectJson("app", {TriggerJson("external", {{"policy", "gone"}})});
  server.Put(kScaledObjects, object);
  server.SetFault([](const ApiRequest& request) -> std::optional<std::string> {
    if (request.method != "POST") return std::nullopt;
    return StatusText(403, "Forbidden", "events is forbidden");
  });
  Followed followed(server, true);
  REQUIRE(Eventually([&] { return followed.State().events.failed == 1; }));
  const Timestamp viewed = followed.State().viewed;
  REQUIRE(Eventually([&] { return followed.State().viewed > viewed; }));
  CHECK(followed.State().events.failed == 1);
  CHECK(followed.State().events.written == 0);
}

TEST_CASE("Events are renewed while their cause lasts, and forgotten with it") {
  FakeApiServer server;
  class SetClock : public Clock {
   public:
    Timestamp Now() const override { return now; }
    Duration Running() const override { return Now().time_since_epoch(); }
    bool WaitUntil(Timestamp, std::stop_token) override { return false; }
    Timestamp now{Duration(1'800'000'000'000)};
  } clock;
  const auto client = MakeHttpClient({});
  EventWriter writer({.server = server.url()}, *client, clock, NoLog());
  const auto object = std::make_shared<const KedaObject>(
      ReadScaledObject(ObjectJson("app", {TriggerJson("external", {{"policy", "test"}})})));
  const Finding error{FindingKind::kPolicyMissing, 0, "no policy", "write one"};
  const Finding note{FindingKind::kNoFallback, std::nullopt, "no fallback", ""};
  writer.Write({{object, {error, note}, std::nullopt}});
  writer.Write({{object, {error, note}, std::nullopt}});
  CHECK(writer.counts().written == 1);
  clock.now += std::chrono::minutes(16);
  writer.Write({{object, {error}, std::nullopt}});
  CHECK(writer.counts().there == 1);
  server.Delete(kEvents, "data", json::parse(server.Requests().back().body)["metadata"]["name"]);
  writer.Write({});
  writer.Write({{object, {error}, std::nullopt}});
  CHECK(writer.counts().written == 2);
  CHECK(writer.counts().last_written == clock.now);
}

}  // namespace
}  // namespace loadline
