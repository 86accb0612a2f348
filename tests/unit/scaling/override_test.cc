#include "scaling/override.h"

#include <catch2/catch.hpp>

#include "support/random_world.h"

namespace loadline {
namespace {

using std::chrono::minutes;

TEST_CASE("An override is for whom it names") {
  Override each;
  each.object_namespace = "data";
  each.object = "app";
  CHECK(each.IsFor("data", "app", "worker"));
  CHECK_FALSE(each.IsFor("data", "other", "worker"));
  CHECK_FALSE(each.IsFor("shop", "app", "worker"));
  each.policy = "worker";
  CHECK(each.IsFor("data", "app", "worker"));
  CHECK_FALSE(each.IsFor("data", "app", "api"));
  each.object.clear();
  CHECK(each.IsFor("data", "other", "worker"));
  each.all = true;
  CHECK(each.IsFor("shop", "other", "api"));
}

TEST_CASE("An override counts from its from to before its until, and of several each in its turn") {
  testing::World world = testing::MakeWorld("signals: [ { name: load, query: load, perReplica: 10 } ]");
  world.readings = {{{90, ReadingState::kValue}}};
  Override floor;
  floor.kind = Override::Kind::kFloor;
  floor.replicas = 20;
  floor.until = world.now + minutes(10);
  Override pin;
  pin.kind = Override::Kind::kPin;
  pin.replicas = 2;
  pin.from = world.now;
  pin.until = world.now + minutes(5);
  const auto wanted = [&](std::vector<Override> overrides, minutes later) {
    testing::World then = world;
    then.overrides = std::move(overrides);
    then.now += later;
    return then.Decide().wanted;
  };
  CHECK(wanted({pin}, minutes(-1)) == 9);
  CHECK(wanted({pin}, minutes(0)) == 2);
  CHECK(wanted({pin}, minutes(4)) == 2);
  CHECK(wanted({pin}, minutes(5)) == 9);
  CHECK(wanted({floor, pin}, minutes(0)) == 2);
  CHECK(wanted({pin, floor}, minutes(0)) == 20);
}

}  // namespace
}  // namespace loadline
