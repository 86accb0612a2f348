#include "scaling/workload.h"

#include <catch2/catch.hpp>
#include <deque>
#include <random>

namespace loadline {
namespace {

constexpr Duration kTick{15'000};

TEST_CASE("A replica is ready after the delay, and the ones that start go first") {
  StartingReplicas starting(2);
  std::vector<int> ready;
  for (const int replicas : {3, 5, 5, 5, 4, 2, 6, 6, 6}) ready.push_back(starting.Step(replicas));
  CHECK(ready == std::vector<int>{3, 3, 3, 5, 4, 2, 2, 2, 6});
}

TEST_CASE("An item is late once, when it has waited longer than the deadline") {
  WaitingItems items(kTick, 2 * kTick, 0);
  CHECK(items.Step(10, 4) == 0);  // 6 left
  CHECK(items.depth() == 6);
  CHECK(items.oldest() == Duration(0));  // it came just now
  CHECK(items.Step(0, 1) == 0);
  CHECK(items.oldest() == kTick);
  CHECK(items.Step(0, 1) == 0);
  CHECK(items.Step(0, 1) == 3);  // of the ten three are still there after more than two ticks
  CHECK(items.Step(0, 0) == 0);  // they count once
  CHECK(items.Step(5, 3) == 0);
  CHECK(items.depth() == 5);
}

TEST_CASE("Items that wait are the same as a queue of them, one by one") {
  const auto seed = GENERATE(take(30, random(1, 1'000'000)));
  INFO("seed " << seed);
  std::mt19937 random(static_cast<unsigned>(seed));
  const int deadline = static_cast<int>(random() % 5);
  WaitingItems items(kTick, deadline * kTick, 3);
  struct Item {
    int came;
    bool late = false;
  };
  std::deque<Item> queue(3, Item{0});
  for (int tick = 1; tick < 200; ++tick) {
    const int arrivals = static_cast<int>(random() % 8), can_serve = static_cast<int>(random() % 8);
    for (int i = 0; i < arrivals; ++i) queue.push_back({tick});
    for (int i = 0; i < can_serve && !queue.empty(); ++i) queue.pop_front();
    int late = 0;
    for (Item& item : queue) {
      if (item.late || tick - item.came <= deadline) continue;
      item.late = true;
      ++late;
    }
    REQUIRE(items.Step(arrivals, can_serve) == late);
    REQUIRE(items.depth() == queue.size());
    REQUIRE(items.oldest() == (queue.empty() ? Duration(0) : kTick * (tick - queue.front().came)));
  }
}

TEST_CASE("Where it is known how many wait, the rest was served") {
  WaitingItems items(kTick, kTick, 0);
  CHECK(items.StepTo(10, 10) == 0);
  CHECK(items.StepTo(10, 20) == 0);
  CHECK(items.StepTo(0, 12) == 2);  // of the first ten two are left
  CHECK(items.depth() == 12);
}

}  // namespace
}  // namespace loadline
