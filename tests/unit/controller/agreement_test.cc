// docs/decisions/0001: pods started at random times, with faults of their own, late samples and reloads, agree wherever
// their readings are equal. With all of a controller's threads, and two policies; those of the whole language are in
// language_agreement_test.cc.
#include <catch2/catch.hpp>
#include <random>

#include "support/random_world.h"
#include "unit/controller/pod.h"
#include "unit/controller/pod_view.h"

namespace loadline {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::Await;
using testing::Eventually;
using testing::Failed;
using testing::FaultRates;
using testing::Heard;
using testing::kStart;
using testing::Pod;
using testing::PodView;
using testing::SameReadings;
using testing::Value;

constexpr Duration kTick = seconds(15);
constexpr int kWindow = 21;  // readings: 3m of hold, and windows of up to 2m
constexpr std::string_view kPolicies[] = {
    "signals:\n"
    "  - { name: lag, query: lag, perReplica: 10, window: { over: 2m, take: max } }\n"
    "  - { name: mean, query: load, perReplica: 7, window: { over: 1m, take: avg } }\n"
    "onMissing: { hold: 3m, then: error }",
    "signals:\n"
    "  - { name: lag, query: lag, perReplica: 5 }\n"
    "  - { name: mean, query: load, perReplica: 3, onEmpty: zero }\n"
    "onMissing: { hold: 1m, then: ignore }",
};

// The truth is a function of query and time; a pod's view of it is not.
Reading Truth(const std::string& query, Timestamp time) {
  const std::int64_t tick = time.time_since_epoch() / kTick;
  if (tick % 11 == 0) return {0, ReadingState::kEmpty};  // nothing there, for everybody
  return Value(static_cast<double>((tick * 7919 + std::ssize(query) * 31) % 100));
}

// A pod whose source has faults of its own.
struct Faulty {
  Faulty(unsigned seed, Timestamp start, int policy)
      : view(seed, FaultRates(), Truth),
        pod([this](const std::string& query, Timestamp time) { return view.Say(query, time); }, start) {
    given = pod.Give(kPolicies[policy]);
    pod.Start();
    binding = pod.Find();
    Await(binding);
  }

  void RunTick() {
    view.BeginTick();
    pod.Find();  // as KEDA calls: a binding without calls is forgotten after an hour
    pod.RunTick();
  }
  void Reload(int policy) {
    given = pod.Give(kPolicies[policy]);
    REQUIRE(Eventually([&] { return binding->Latest()->policy == given; }));
  }
  // What is known of the window that ends at `now`.
  Heard Window(Timestamp now) { return view.Between(now - kTick * kWindow, now); }

  PodView view;
  Pod pod;
  std::shared_ptr<Binding> binding;
  std::shared_ptr<const Policy> given;
};

void CheckSame(const PublishedAnswer& one, const PublishedAnswer& two) {
  CHECK(one.error.has_value() == two.error.has_value());
  CHECK(one.valid_until == two.valid_until);
  if (one.error || two.error) return;
  CHECK(one.decision.replicas == two.decision.replicas);
  CHECK(one.decision.active == two.decision.active);
  REQUIRE(one.decision.steps.size() == two.decision.steps.size());
  for (std::size_t i = 0; i < one.decision.steps.size(); ++i) {
    CHECK(one.decision.steps[i].reason == two.decision.steps[i].reason);
    CHECK(one.decision.steps[i].after == two.decision.steps[i].after);
  }
}

TEST_CASE("Rule 8: pods with different starts, faults and reloads agree wherever their readings are equal") {
  const unsigned seed = testing::SeedOfRun() + GENERATE(range(0u, 5u));
  CAPTURE(testing::SeedOfRun(), seed);
  std::mt19937 random(seed);
  int policy = 0;
  auto first = std::make_unique<Faulty>(seed + 1, kStart + seconds(7), policy);
  const int head_start = static_cast<int>(random() % 30);
  for (int i = 0; i < head_start; ++i) first->RunTick();
  auto second = std::make_unique<Faulty>(seed + 2, first->pod.clock.Now() + seconds(random() % 5), policy);

  int compared = 0;
  int differed = 0;
  for (int tick = 0; tick < 300; ++tick) {
    CAPTURE(tick);
    if (random() % 40 == 0) {
      // A restart: nothing but the source tells the new process what was.
      auto& restarted = random() % 2 == 0 ? first : second;
      const Timestamp now = restarted->pod.clock.Now();
      restarted.reset();
      restarted = std::make_unique<Faulty>(seed + 3 + static_cast<unsigned>(tick), now, policy);
    }
    if (random() % 40 == 0) {
      policy = 1 - policy;
      first->Reload(policy);
      second->Reload(policy);
    }
    first->RunTick();
    second->RunTick();
    const auto one = first->binding->Latest();
    const auto two = second->binding->Latest();
    REQUIRE(one->time == two->time);
    if (!SameReadings(first->Window(one->time), second->Window(two->time))) {
      ++differed;
      continue;
    }
    ++compared;
    CheckSame(*one, *two);
  }
  CAPTURE(compared, differed);
  CHECK(compared >= 20);
  CHECK(differed >= 20);
}

TEST_CASE("Rule 10: asked a hundred times a tick, once, or never, a trigger is decided for alike at each tick") {
  const auto lag = [](const std::string&, Timestamp time) {
    return Value(static_cast<double>(time.time_since_epoch() / kTick * 7919 % 100));
  };
  Pod often(lag);
  Pod once(lag);
  Pod never(lag);
  std::vector<std::shared_ptr<Binding>> bindings;
  for (Pod* pod : {&often, &once, &never}) {
    pod->Give(kPolicies[0]);
    pod->Start();
    bindings.push_back(pod->Find());  // the one call of `never`
    Await(bindings.back());
  }
  for (int tick = 0; tick < 30; ++tick) {
    CAPTURE(tick);
    for (int i = 0; i < 100; ++i) often.Find();
    once.Find();
    for (Pod* pod : {&often, &once, &never}) pod->RunTick();
    CheckSame(*bindings[0]->Latest(), *bindings[2]->Latest());
    CheckSame(*bindings[1]->Latest(), *bindings[2]->Latest());
    CHECK(often.source->TakeQuestions().size() == never.source->TakeQuestions().size());
  }
}

TEST_CASE("Once their sources are well again, all pods agree, whenever they started") {
  const unsigned seed = testing::SeedOfRun() + GENERATE(range(0u, 5u));
  CAPTURE(testing::SeedOfRun(), seed);
  std::mt19937 random(seed);
  std::atomic<bool> well{false};
  auto truth = [](Timestamp time) { return Value(static_cast<double>(time.time_since_epoch() / kTick * 7919 % 100)); };
  auto faulty = [&](unsigned own_seed) {
    auto own = std::make_shared<std::mt19937>(own_seed);
    return [&, own](const std::string&, Timestamp time) { return !well && (*own)() % 3 == 0 ? Failed() : truth(time); };
  };
  std::vector<std::unique_ptr<Pod>> pods;
  std::vector<std::shared_ptr<Binding>> bindings;
  Timestamp now = kStart + seconds(7);
  for (int tick = 0; tick < 60; ++tick) {
    if (tick % 12 == 0) {
      pods.push_back(std::make_unique<Pod>(faulty(seed + static_cast<unsigned>(tick)), now));
      pods.back()->Give(kPolicies[0]);
      pods.back()->Start();
      bindings.push_back(pods.back()->Find());
      Await(bindings.back());
    }
    if (tick == 59) well = true;
    for (const auto& pod : pods) pod->RunTick();
    now = pods.front()->clock.Now();
  }
  // One that starts now has the whole window from one question.
  pods.push_back(std::make_unique<Pod>(faulty(seed), now));
  pods.back()->Give(kPolicies[0]);
  pods.back()->Start();
  bindings.push_back(pods.back()->Find());
  const auto last = Await(bindings.back());
  REQUIRE_FALSE(last->error);
  for (const auto& binding : bindings) {
    REQUIRE(binding->Latest()->time == last->time);
    CheckSame(*binding->Latest(), *last);
  }
}

}  // namespace
}  // namespace loadline
