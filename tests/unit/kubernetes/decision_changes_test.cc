// Which changes of what is wanted are told, and how often.
#include "kubernetes/decision_changes.h"

#include <catch2/catch.hpp>
#include <set>

namespace loadline {
namespace {

const ForeseenBinding kBinding{"data", "app", {{"policy", "worker"}}};

Timestamp At(int seconds) { return Timestamp(std::chrono::hours(480'000) + std::chrono::seconds(seconds)); }

std::string Said(DecisionChanges& changes, int seconds, int replicas) {
  const auto change = changes.Take(kBinding, At(seconds), replicas);
  return change ? ChangeSentence(*change, "worker", "lag wants it") : "";
}

TEST_CASE("The first change is told at once, the first decision is none") {
  DecisionChanges changes;
  CHECK(Said(changes, 0, 3).empty());
  CHECK(Said(changes, 15, 3).empty());
  CHECK(Said(changes, 30, 8) == "wants 8 replicas instead of 3 (policy worker): lag wants it");
  CHECK(Said(changes, 45, 8).empty());
  CHECK(Said(changes, 330, 1) == "wants 1 replica instead of 8 (policy worker): lag wants it");
}

TEST_CASE("What comes after it within five minutes is told in one sentence") {
  DecisionChanges changes;
  Said(changes, 0, 3);
  Said(changes, 15, 8);
  CHECK(Said(changes, 30, 2).empty());
  CHECK(Said(changes, 90, 11).empty());
  CHECK(Said(changes, 285, 8).empty());
  CHECK(Said(changes, 300, 8) ==
        "wants 8 replicas as before, after 3 changes between 2 and 11 since 00:00:30 (policy worker): lag wants it");
  CHECK(Said(changes, 315, 8).empty());
}

TEST_CASE("A decision that flaps makes an Event in five minutes") {
  DecisionChanges changes;
  std::set<std::int64_t> windows;
  int told = 0;
  for (int tick = 0; tick < 24 * 240; ++tick) {
    const auto change = changes.Take(kBinding, At(tick * 15), tick % 2 == 0 ? 3 : 8);
    if (!change) continue;
    ++told;
    windows.insert(change->window);
  }
  CHECK(told == 288);
  CHECK(windows.size() == 288);
}

TEST_CASE("Pods that see the same decisions tell the same windows, whenever they began") {
  DecisionChanges first;
  DecisionChanges second;
  std::set<std::int64_t> by_first;
  std::set<std::int64_t> by_second;
  for (int tick = 0; tick < 960; ++tick) {
    const int replicas = 3 + tick / 37 % 5;
    if (const auto change = first.Take(kBinding, At(tick * 15), replicas)) by_first.insert(change->window);
    if (tick < 100) continue;
    if (const auto change = second.Take(kBinding, At(tick * 15), replicas)) by_second.insert(change->window);
  }
  by_first.erase(by_first.begin(), by_first.lower_bound(*by_second.begin()));
  CHECK(by_second.size() > 15);
  CHECK(by_first == by_second);
}

TEST_CASE("Of very many bindings a thousand are told in a window, the others later") {
  DecisionChanges changes;
  const auto told = [&](int seconds, int replicas) {
    std::size_t count = 0;
    for (int i = 0; i < 1500; ++i)
      count += changes.Take({"data", "app" + std::to_string(i), {}}, At(seconds), replicas) ? 1 : 0;
    return count;
  };
  CHECK(told(0, 2) == 0);
  CHECK(told(15, 3) == DecisionChanges::kMostInWindow);
  CHECK(told(30, 3) == 0);
  CHECK(told(300, 3) == 500);
  changes.Keep({});
  CHECK(told(600, 9) == 0);
}

}  // namespace
}  // namespace loadline
