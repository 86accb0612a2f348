#include "scaling/workload_model.h"

#include <catch2/catch.hpp>

#include "unit/scaling/replay_world.h"

namespace loadline::testing {
namespace {

TEST_CASE("The workload is found from the policy, or said") {
  ReplayWorld world(kService);
  world.Say("load", std::vector<double>{1, 2}).Say("depth", std::vector<double>{1, 2});
  CHECK(world.Model().load == 0);
  CHECK(world.Model().load_name == "requests");
  CHECK(world.Model().capacity == 10);
  CHECK_FALSE(world.Model().is_queue());
  WorkloadAsked asked;
  asked.queue = "depth";
  asked.deadline = std::chrono::minutes(2);
  asked.capacity = 4;
  CHECK(world.Model(asked).queue == 1);
  CHECK(world.Model(asked).is_queue());
  CHECK(world.Model(asked).capacity == 4);
  const ReplayMember members[] = {world.member()};
  const auto message = [&](const WorkloadAsked& bad) {
    return FindWorkload(world.recording, members, bad).error().message;
  };
  WorkloadAsked bad;
  bad.load = "request";
  CHECK(message(bad) == "--load: want a signal or the text of a recorded query; found \"request\" (signals: requests)");
  bad.load = "depth";
  CHECK(message(bad) == "--load depth: say with --capacity what one replica serves in a second");
  bad = {};
  bad.queue = "depth";
  CHECK(message(bad) == "say with --deadline how long an item may wait");
}

}  // namespace
}  // namespace loadline::testing
