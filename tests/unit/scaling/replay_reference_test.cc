// A replay against one of a shorter history, and against deciding at each tick by itself.
#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "scaling/replay_run.h"
#include "support/policy_builder.h"
#include "unit/scaling/replay_world.h"

namespace loadline::testing {
namespace {

const std::vector<std::string> kPolicies = {
    std::string(kService) + "scaleDown: { stabilize: 5m, atMost: [ 50%/1m ], cooldown: 2m, hysteresis: 10% }\n",
    "replicas: { min: 0, max: 20 }\nwhenIdle: load\nsignals: [ { name: a, query: load, perReplica: 10, window: { over: "
    "1m, take: max } } ]\n"
    "rules: [ { name: burst, when: { signal: a, above: 60, for: 1m }, add: 2 } ]\n",
    "replicas: { min: 1, max: 20 }\nsignals: [ { name: a, query: load, target: 5 } ]\n",
    std::string(kForecast),
};

TEST_CASE("What is decided knows nothing of what comes later") {
  const auto seed = GENERATE(take(4, random(1, 1'000'000)));
  const std::string spec = GENERATE(from_range(kPolicies));
  INFO("seed " << seed << " of " << spec);
  std::mt19937 random(static_cast<unsigned>(seed));
  ReplayWorld world(spec);
  const std::size_t ticks = 400;
  std::vector<double> observed;
  for (std::size_t i = 0; i < ticks; ++i) observed.push_back(static_cast<double>(random() % 3 + 1));
  world.Say("load", Wave(random, ticks, 0.1)).Say(kObserved, observed);
  const ReplayResult whole = world.Run();
  const std::size_t cut = 50 + random() % 300;
  ReplayWorld part = world;
  part.recording = world.recording.Until(world.recording.TimeAt(cut));
  const ReplayResult prefix = part.Run();
  REQUIRE(prefix.series.wanted.size() == cut);
  for (std::size_t i = 0; i < cut; ++i) {
    const float a = whole.series.wanted[i], b = prefix.series.wanted[i];
    REQUIRE((a == b || (std::isnan(a) && std::isnan(b))));
    REQUIRE(whole.series.replicas[i] == prefix.series.replicas[i]);
  }
}

// The same, slowly: windows are copied, and nothing is kept from one tick to the next.
float DecidedAlone(const ReplayWorld& world, std::size_t tick) {
  std::vector<std::vector<Reading>> windows;
  for (const PlannedQuery& query : world.plan.queries) {
    const int recorded = world.recording.Find(query.source, query.text);
    std::vector<Reading>& window = windows.emplace_back();
    for (Duration ago = query.window; ago >= Duration(0); ago -= kTick) {
      const Timestamp time = world.recording.TimeAt(tick) - ago;
      if (time >= kBegin) window.push_back(world.recording.queries[recorded].readings[world.recording.TickAt(time)]);
    }
  }
  Observation seen;
  seen.now = world.recording.TimeAt(tick);
  seen.interval = kTick;
  for (const auto& window : windows)
    seen.windows.push_back({window, window.back().state == ReadingState::kValue ? "" : "no answer"});
  const Decision decision = Decide(world.policy, world.plan, seen);
  return decision.error ? std::nanf("") : static_cast<float>(decision.wanted);
}

TEST_CASE("In the open loop a replay is what deciding by itself at each tick is") {
  const auto seed = GENERATE(take(5, random(1, 1'000'000)));
  const std::size_t which = GENERATE(0u, 1u, 2u);
  INFO("seed " << seed << " of " << kPolicies[which]);
  std::mt19937 random(static_cast<unsigned>(seed));
  ReplayWorld world(kPolicies[which]);
  std::vector<double> observed;
  for (std::size_t i = 0; i < 300; ++i)
    observed.push_back(random() % 20 == 0 ? kNone : static_cast<double>(random() % 6));
  world.Say("load", Wave(random, 300, 0.1)).Say(kObserved, observed);
  ReplayOptions options = world.Options();
  options.open_loop = true;
  const ReplayResult result = world.Run(options);
  for (std::size_t tick = 0; tick < 300; ++tick) {
    INFO("tick " << tick);
    const float alone = DecidedAlone(world, tick), replayed = result.series.wanted[tick];
    REQUIRE((alone == replayed || (std::isnan(alone) && std::isnan(replayed))));
  }
}

}  // namespace
}  // namespace loadline::testing
