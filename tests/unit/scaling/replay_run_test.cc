#include "scaling/replay_run.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "support/policy_builder.h"
#include "unit/scaling/replay_world.h"

namespace loadline::testing {
namespace {

std::vector<float> Floats(std::initializer_list<double> values) { return {values.begin(), values.end()}; }

TEST_CASE("The replicas follow the answers a tick later, and are ready after the start delay") {
  ReplayWorld world(kService);
  world.Say("load", std::vector<double>{10, 30, 30, 30, 30, 80, 80, 80, 80, 80});
  const ReplayResult result = world.Run();
  CHECK(result.series.wanted == Floats({1, 3, 3, 3, 3, 5, 5, 5, 5, 5}));
  // 10 a second at 80 % are two at first; the HPA's oldest rule looks at the highest of five minutes.
  CHECK(result.series.replicas == Floats({2, 2, 3, 3, 3, 3, 5, 5, 5, 5}));
  CHECK(result.series.ready == Floats({2, 2, 2, 2, 3, 3, 3, 3, 5, 5}));
  const ReplayTally total = result.Total();
  CHECK(total.seconds == 150);
  CHECK(total.replica_seconds == 15 * 36);
  CHECK(total.changes == 2);
  CHECK(total.min_seconds == 0);
  CHECK(total.max_seconds == 60);
  CHECK(total.judged_seconds == 150);
  CHECK(total.short_seconds == 15 * 8);  // 3 needed at ticks 1, 2, 3 with 2; 8 needed from tick 5 on
  CHECK(*total.Violations(false) == Approx(0.8));
  REQUIRE(result.worst.size() == 1);  // what is less than two minutes apart is one moment
  CHECK(result.worst[0].begin == kBegin + kTick);
  CHECK(result.worst[0].end == kBegin + 10 * kTick);
  CHECK(result.worst[0].peak == kBegin + 5 * kTick);
  CHECK(result.worst[0].needed == 8);
  CHECK(result.worst[0].ready == 3);
  CHECK(result.worst[0].severity == 15 * (1 + 1 + 1 + 5 + 5 + 5 + 3 + 3));
  CHECK(result.worst[0].said == "requests wants 8: 80 at 10 each; replicas.max is 5");
}

TEST_CASE("What really happened is judged alike") {
  ReplayWorld world(kService);
  world.Say("load", {10, 30, 30, 30, kNone, 80}).Say("seen", {1, 1, 3, 3, 3, kNone});
  WorkloadModel model = world.Model();
  model.observed = 1;
  const ReplayResult result = ReplayReality(world.recording, world.policy, model, world.Options());
  const ReplayTally total = result.Total();
  CHECK(total.counted_seconds == 75);
  CHECK(total.replica_seconds == 15 * 11);
  CHECK(total.changes == 1);
  CHECK(total.judged_seconds == 60);  // neither where the load is not known, nor where the replicas are not
  CHECK(total.short_seconds == 45);
  CHECK(total.min_seconds == 30);
}

TEST_CASE("Missing data is held, then an error; it is never zero, and not judged") {
  ReplayWorld world(std::string(kService) + "onMissing: { hold: 30s }\n");
  world.Say("load", {30, 30, 30, kNone, kNone, kNone, kNone, kNone, 30, 30});
  const ReplayResult result = world.Run();
  const float none = std::nanf("");
  const std::vector<float> wanted = {3, 3, 3, 3, 3, none, none, none, 3, 3};
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    INFO("tick " << i);
    CHECK((std::isnan(wanted[i]) ? std::isnan(result.series.wanted[i]) : wanted[i] == result.series.wanted[i]));
    CHECK(result.series.replicas[i] >= 3);
  }
  const ReplayTally total = result.Total();
  CHECK(total.held_seconds == 30);
  CHECK(total.error_seconds == 45);
  CHECK(total.judged_seconds == 75);
  CHECK(total.short_seconds == 0);
  CHECK(result.first_error_time == kBegin + 5 * kTick);
  CHECK(result.first_error.find("not in the recording") != std::string::npos);
}

TEST_CASE("A queue follows the replicas that there would have been, not those that there were") {
  ReplayWorld world(
      "replicas: { min: 1, max: 20 }\n"
      "signals:\n  - name: work\n    backlog: { depth: depth, arrivals: arrivals, drainWithin: 1m, "
      "throughputPerReplica: 1 }\n");
  // One worker was there; ten items a second came, so the recorded queue grew by 9 * 15 a tick.
  std::vector<double> depth, arrivals, observed;
  for (int i = 0; i < 40; ++i) {
    arrivals.push_back(i < 20 ? 10 : 0);
    depth.push_back(std::min(i, 20) * 9 * 15);
    observed.push_back(1);
  }
  world.Say("depth", depth).Say("arrivals", arrivals).Say(kObserved, observed);
  const ReplayResult result = world.Run();
  CHECK(result.is_queue);
  CHECK(result.series.waiting.front() == 9 * 15);  // the first tick went as recorded: one was there
  CHECK(result.series.waiting.back() == 0);
  CHECK(*std::ranges::max_element(result.series.waiting) < 600);
  CHECK(result.Total().items == 20 * 150);
  const ReplayResult reality = ReplayReality(world.recording, world.policy, world.Model(), world.Options());
  CHECK(reality.series.waiting[5] == depth[6]);
  // At the last tick what waits after it is not known. Of 3000 items one worker served 300 by the end of the arrivals
  // and none after; those that it served first waited no longer than a minute: what came in ten minutes is nine late.
  CHECK(reality.Total().late == Approx(3000 - 15 * 4 - 15 - 6.67).margin(30));
  CHECK(result.Total().late < reality.Total().late / 3);
}

TEST_CASE("A mean over the replicas is spread over those that there would have been") {
  ReplayWorld world(
      "replicas: { min: 1, max: 10 }\n"
      "signals: [ { name: cpu, query: cpu, target: 0.5 } ]\n");
  // Four were there at 0.75: a load of three, which six have at 0.5.
  world.Say("cpu", std::vector<double>(40, 0.75)).Say(kObserved, std::vector<double>(40, 4));
  const ReplayResult result = world.Run();
  CHECK(result.series.load.front() == 3);
  CHECK(result.series.needed.front() == 6);
  CHECK(result.series.replicas.front() == 4);
  CHECK(result.series.replicas[1] == 6);
  CHECK(result.series.replicas.back() == 6);
  CHECK(result.series.wanted.back() == 6);
}

TEST_CASE("In the open loop each answer is that of the recorded replicas") {
  ReplayWorld world(
      "replicas: { min: 1, max: 10 }\n"
      "signals: [ { name: cpu, query: cpu, target: 0.5 } ]\n");
  world.Say("cpu", {0.75, 0.75, 0.25, 0.5}).Say(kObserved, {4, 4, 4, 6});
  ReplayOptions options = world.Options();
  options.open_loop = true;
  const ReplayResult result = world.Run(options);
  CHECK(result.series.wanted == Floats({6, 6, 2, 6}));
  CHECK(result.series.replicas == Floats({4, 4, 4, 6}));
}

TEST_CASE("At zero KEDA wakes to one, and goes back when nothing was active for the cooldown") {
  ReplayWorld world(
      "replicas: { min: 0, max: 5 }\nwhenIdle: load\n"
      "signals: [ { name: requests, query: load, perReplica: 10 } ]\n");
  std::vector<double> load(100, 0);
  for (int i = 10; i < 20; ++i) load[i] = 30;
  world.Say("load", load).Say(kObserved, std::vector<double>(100, 0));
  const ReplayResult result = world.Run();
  CHECK(result.series.replicas[10] == 0);
  CHECK(result.series.replicas[11] >= 1);
  CHECK(*std::ranges::max_element(result.series.replicas) == 3);
  CHECK(result.series.replicas[19 + 19] > 0);
  CHECK(result.series.replicas.back() == 0);
}

TEST_CASE("What cannot be replayed is told") {
  ReplayWorld world(kService);
  world.Say("other", std::vector<double>{1, 2});
  const Status checked = CheckReplay(world.recording, world.member(), world.Options());
  REQUIRE_FALSE(checked);
  CHECK(
      checked.error().message ==
      "policy data/test: the recording does not have load: record it with this policy, its parameters and its object");
  ReplayWorld depends(
      "replicas: { min: 1, max: 5 }\nsignals: [ { name: a, dependsOn: { object: data/b, relation: proportional, ratio: "
      "2 } } ]\n");
  const Status depending = CheckReplay(depends.recording, depends.member(), depends.Options());
  REQUIRE_FALSE(depending);
  CHECK(depending.error().message.find("it depends on what another workload desires") != std::string::npos);
}

}  // namespace
}  // namespace loadline::testing
