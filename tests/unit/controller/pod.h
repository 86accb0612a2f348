// A controller with a clock, a source and policies of its own.
#ifndef LOADLINE_TESTS_UNIT_CONTROLLER_POD_H_
#define LOADLINE_TESTS_UNIT_CONTROLLER_POD_H_

#include <atomic>
#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "controller/controller.h"
#include "support/eventually.h"
#include "support/fake_sources.h"
#include "support/policy_builder.h"
#include "support/simulated_clock.h"
#include "unit/controller/recording_log.h"

namespace loadline::testing {

// On a multiple of every interval that the tests use.
inline const Timestamp kStart{std::chrono::hours(480'000)};

inline constexpr std::string_view kLag =
    "signals: [ { name: lag, query: lag, perReplica: 10 } ]\nonMissing: { hold: 1m, then: error }";

// A clock that knows how often it was looked at.
class WatchedClock : public SimulatedClock {
 public:
  using SimulatedClock::SimulatedClock;
  Timestamp Now() const override {
    const Timestamp now = SimulatedClock::Now();
    ++looks_;
    return now;
  }
  // Until the controller's glance has seen this time and done what it does about it. For when all others wait: looks
  // are the glance's. The first may have seen the time before; the third comes after what the second led to.
  void AwaitGlance() const {
    REQUIRE(Eventually([this, enough = looks_ + 3] { return looks_ >= enough; }));
  }

 private:
  mutable std::atomic<int> looks_{0};
};

struct Pod {
  explicit Pod(
      FakeMetricSource::Said said = [](const std::string&, Timestamp) { return Value(30); },
      Timestamp start = kStart + std::chrono::seconds(7), std::string data_dir = "")
      : clock(start), source(std::make_shared<FakeMetricSource>(std::move(said))) {
    options.data_dir = std::move(data_dir);
    options.encode = nullptr;
    options.max_bindings = 100;
    options.glance = Duration(1);
    sources = {{"default", "fake", {}, source}, {"private", "fake", {"team-*"}, source}};
  }
  ~Pod() {
    if (controller) controller->Stop();
  }

  void Start() {
    controller = MakeController(options, sources, policies, clock, log, instruments);
    controller->Start();
  }
  std::shared_ptr<const Policy> Give(std::string_view spec) {
    auto policy = std::make_shared<const Policy>(MakePolicy(spec));
    policies.Give({{policy}, {}});
    return policy;
  }
  std::shared_ptr<Binding> Find(const std::string& name = "app", const std::string& policy = "test",
                                const std::string& object_namespace = "data") {
    const std::vector<std::pair<std::string_view, std::string_view>> metadata = {{"policy", policy}};
    return controller->Find({object_namespace, name, metadata});
  }
  // The time of the tick that is due next, at which the controller waits (after its delay).
  Timestamp NextTick() const { return AlignDown(clock.Now() - options.delay, options.interval) + options.interval; }
  void RunTick() {
    const Timestamp tick = NextTick();
    clock.AwaitWaiter(tick + options.delay);
    clock.Set(tick + options.delay);
    clock.AwaitWaiter(tick + options.interval + options.delay);
  }

  ControllerOptions options;
  WatchedClock clock;
  std::shared_ptr<FakeMetricSource> source;
  std::vector<NamedSource> sources;
  FakePolicySource policies;
  RecordingLog log;
  Instruments instruments;
  std::unique_ptr<Controller> controller;
};

inline std::shared_ptr<const PublishedAnswer> Await(const std::shared_ptr<Binding>& binding) {
  REQUIRE(Eventually([&] { return binding->Latest() != nullptr; }));
  return binding->Latest();
}

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_UNIT_CONTROLLER_POD_H_
