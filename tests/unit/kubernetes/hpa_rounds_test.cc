// Rounds over a cluster of one ScaledObject: what is asked of the API server, and what comes into the log.
#include "kubernetes/hpa_rounds.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/fake_api_server.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::ApiRequest;
using testing::FakeApiServer;
using testing::StatusText;

constexpr auto kDeployments = "/apis/apps/v1/deployments";

class SetClock : public Clock {
 public:
  Timestamp Now() const override { return now; }
  Duration Running() const override { return Now().time_since_epoch(); }
  bool WaitUntil(Timestamp, std::stop_token) override { return false; }
  Timestamp now{std::chrono::hours(480'000)};
};

struct World {
  World() {
    object.object_namespace = "data";
    object.name = "app";
    object.target = {"apps/v1", "Deployment", "web"};
    hpa.conditions = {{"AbleToScale", "True", "ReadyForNewScale", ""}};
    hpa.external_metrics = {{"s0-loadline-worker", "AverageValue", "1", ""}};
  }

  bool Go(double asked, int current, int desired) {
    hpa.current_replicas = current;
    hpa.desired_replicas = desired;
    ClusterView view;
    view.bindings = {{binding, 0, std::make_shared<const KedaObject>(object), std::make_shared<const HpaObject>(hpa)}};
    Decision decision;
    decision.time = AlignDown(clock.now, std::chrono::seconds(15));
    decision.replicas = asked;
    decision.active = true;
    return rounds.Go(view, true,
                     {{binding, {std::make_shared<const Policy>(), std::make_shared<const Decision>(decision)}}});
  }
  void SetReady(int ready) {
    server.Put(kDeployments, {{"apiVersion", "apps/v1"},
                              {"metadata", {{"namespace", "data"}, {"name", "web"}}},
                              {"status", {{"observedGeneration", 1}, {"readyReplicas", ready}}}});
  }
  HpaHistory History() const {
    const auto all = hpas.Histories([](const ForeseenBinding&) { return true; });
    REQUIRE(all.size() == 1);
    return all[0];
  }
  std::size_t looks() const {
    return server.Count([](const ApiRequest& each) { return each.path.ends_with("/status"); });
  }

  FakeApiServer server;
  SetClock clock;
  std::unique_ptr<HttpClient> client = MakeHttpClient({});
  HpaLog hpas;
  HpaRounds rounds{server.url(), hpas, *client, clock, NoLog()};
  ForeseenBinding binding{"data", "app", {{"policy", "worker"}}};
  KedaObject object;
  HpaObject hpa;
};

TEST_CASE("A change is followed to its ready replicas, which are looked at by name while they are waited for") {
  World world;
  world.SetReady(2);
  world.Go(2, 2, 2);
  CHECK(world.History().latest.ready == 2);
  world.clock.now += std::chrono::seconds(15);
  CHECK_FALSE(world.Go(2, 2, 2));
  CHECK(world.looks() == 1);  // nothing is waited for
  world.clock.now += std::chrono::seconds(1);
  world.Go(8, 2, 8);
  world.clock.now += std::chrono::seconds(2);
  world.SetReady(5);
  CHECK(world.Go(8, 8, 8));
  world.clock.now += std::chrono::seconds(2);
  world.SetReady(8);
  CHECK(world.Go(8, 8, 8));
  CHECK(world.looks() == 3);
  const HpaHistory history = world.History();
  REQUIRE(history.events.size() == 1);
  CHECK(history.events[0].kind == HpaEventKind::kScaleUp);
  CHECK(history.events[0].metric == "s0-loadline-worker");
  CHECK(history.events[0].ready_after == std::chrono::seconds(5));
  CHECK(history.moments.size() == 4);
  CHECK(world.hpas.Counts() == std::array<std::uint64_t, 4>{1, 0, 0, 0});
  CHECK(world.hpas.Figures()[0].ready_after == std::chrono::seconds(5));
  for (const ApiRequest& each : world.server.Requests()) {
    CHECK(each.method == "GET");
    CHECK(each.path == "/apis/apps/v1/namespaces/data/deployments/web/status");
  }
}

TEST_CASE("What is waited for in vain is looked at like the rest after ten minutes") {
  World world;
  world.SetReady(2);
  for (int i = 0; i < 300; ++i, world.clock.now += std::chrono::seconds(2)) world.Go(8, 8, 8);
  CHECK(world.looks() == 300);
  for (int i = 0; i < 300; ++i, world.clock.now += std::chrono::seconds(2)) CHECK_FALSE(world.Go(8, 8, 8));
  CHECK(world.looks() == 310);
}

TEST_CASE("The resource is the one that KEDA has found, of any kind") {
  World world;
  world.object.target = {"argoproj.io/v1alpha1", "Rollout", "web"};
  world.Go(2, 2, 2);
  CHECK(world.looks() == 0);
  CHECK_FALSE(world.History().latest.ready);
  world.object.resource = {"argoproj.io", "v1alpha1", "rollouts"};
  world.server.Put("/apis/argoproj.io/v1alpha1/rollouts", {{"apiVersion", "argoproj.io/v1alpha1"},
                                                           {"metadata", {{"namespace", "data"}, {"name", "web"}}},
                                                           {"status", {{"readyReplicas", 3}}}});
  world.Go(2, 2, 2);
  CHECK(world.History().latest.ready == 3);
  world.object.target = {"v1", "ReplicationController", "web"};
  world.object.resource = {"", "v1", "replicationcontrollers"};
  world.Go(2, 2, 2);
  CHECK(world.server.Requests().back().path == "/api/v1/namespaces/data/replicationcontrollers/web/status");
  CHECK_FALSE(world.History().latest.ready);  // there is none
}

TEST_CASE("A right that is missing is told, not asked for all the time, and leaves ready replicas unknown") {
  World world;
  world.SetReady(2);
  world.server.SetFault([](const ApiRequest&) { return StatusText(403, "Forbidden", "it is forbidden"); });
  world.Go(2, 2, 2);
  world.clock.now += std::chrono::seconds(2);
  world.Go(8, 2, 8);
  CHECK(world.looks() == 1);
  CHECK(world.rounds.problem().find("may not get deployments/status.apps in namespace data: RBAC wants") == 0);
  CHECK_FALSE(world.History().latest.ready);
  CHECK(world.History().events.size() == 1);
  CHECK_FALSE(world.History().events[0].ready_after);
  CHECK_FALSE(world.hpas.Figures()[0].score);
  world.server.SetFault(nullptr);
  world.clock.now += std::chrono::minutes(5);
  world.Go(8, 8, 8);
  CHECK(world.History().latest.ready == 2);
  CHECK(world.rounds.problem().empty());
}

TEST_CASE("Where HPAs are not heard of nothing of them is known; what is gone is forgotten") {
  World world;
  world.SetReady(2);
  world.Go(2, 2, 2);
  ClusterView view;
  view.bindings = {{world.binding, 0, std::make_shared<const KedaObject>(world.object),
                    std::make_shared<const HpaObject>(world.hpa)}};
  world.rounds.Go(view, false, {});
  CHECK_FALSE(world.History().latest.desired);
  CHECK_FALSE(world.History().latest.asked);
  world.rounds.Go({}, true, {});
  CHECK(world.hpas.Histories([](const ForeseenBinding&) { return true; }).empty());
}

TEST_CASE("Of very many moments the latest are kept") {
  World world;
  for (int i = 0; i < 700; ++i, world.clock.now += std::chrono::minutes(2)) {
    world.SetReady(i % 2 == 0 ? 3 : 9);
    world.Go(i % 2 == 0 ? 9 : 3, 9, 9);
  }
  CHECK(world.History().moments.size() == HpaLog::kMostMoments);
  CHECK(world.History().events.size() <= HpaFollower::kMostEvents);
}

}  // namespace
}  // namespace loadline
