// Stabilisation, step limits, cooldowns and hysteresis against slow, obvious ones: plain loops over all that was ever
// seen.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "scaling/decide.h"
#include "support/random_world.h"

namespace loadline {
namespace {

using testing::Chance;
using testing::World;

constexpr int kRounds = 1500;
constexpr std::size_t kTicks = 40;

// The world as it was when only `ticks` of it had been seen: copied, not viewed.
World UpTo(const World& world, std::size_t ticks) {
  World then = world;
  for (std::vector<Reading>& readings : then.readings) readings.resize(ticks);
  then.now = world.now - world.interval * static_cast<Duration::rep>(world.readings[0].size() - ticks);
  return then;
}

std::optional<double> CountAt(const World& world, std::size_t tick) {
  const Reading& reading = world.readings[static_cast<std::size_t>(world.plan.observed)][tick];
  return reading.state == ReadingState::kValue ? std::optional(reading.value) : std::nullopt;
}

// What is there, or was last within the policy's hold.
std::optional<double> Present(const World& world) {
  std::optional<double> present;
  const auto hold = static_cast<std::size_t>(world.policy.on_missing.hold / world.interval);
  for (std::size_t tick = 0; tick < kTicks; ++tick) {
    const bool within = kTicks - 1 - tick <= hold;
    if (const auto count = CountAt(world, tick); count && within) present = count;
  }
  return present;
}

// One demand, all kinds of gaps, and nothing besides but the shape under test.
World MakeShaped(Chance& chance, const std::string& shape) {
  World world = testing::MakeWorld(
      "replicas: { min: 0, max: 100000, observed: observed }\n"
      "signals: [ { name: s0, query: q0, perReplica: 16 } ]\n"
      "onMissing: { hold: 30s, then: error }\n" +
      shape);
  testing::Observe(chance, world, kTicks, chance.Of<int>({0, 15, 30}));
  // Now and then the count has not been known for long.
  if (chance.In(10)) world.readings[static_cast<std::size_t>(world.plan.observed)].assign(kTicks, Reading{});
  return world;
}

// What was asked for at each tick, first to last; nothing where that was an error.
std::vector<std::optional<double>> AskedAtEachTick(const World& world) {
  World plain = world;
  plain.policy.scale_up = {};
  plain.policy.scale_down = {};
  std::vector<std::optional<double>> asked;
  for (std::size_t ticks = 1; ticks <= kTicks; ++ticks) {
    const Decision then = UpTo(plain, ticks).Decide();
    asked.push_back(then.error ? std::nullopt : std::optional(then.wanted));
  }
  return asked;
}

TEST_CASE("Stabilisation is what a loop over all of the history says") {
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  Chance chance(seed);
  int different = 0;
  for (int round = 0; round < kRounds / 5; ++round) {
    const int up = 5 * chance.Between(0, 40);
    const int down = 5 * chance.Between(0, 40);
    const std::string shape = "scaleUp: { stabilize: " + std::to_string(up) +
                              "s }\nscaleDown: { stabilize: " + std::to_string(down) + "s }\n";
    const World world = MakeShaped(chance, shape);
    const Decision decision = world.Decide();
    const std::vector<std::optional<double>> asked = AskedAtEachTick(world);
    CAPTURE(shape, testing::WholeText(world.policy, decision));
    REQUIRE(decision.error.has_value() == !asked.back().has_value());
    if (decision.error) continue;

    double highest = *asked.back();
    double lowest = *asked.back();
    for (std::size_t tick = 0; tick < kTicks; ++tick) {
      const int seconds_ago = 15 * static_cast<int>(kTicks - 1 - tick);
      if (!asked[tick]) continue;
      if (seconds_ago <= down) highest = std::max(highest, *asked[tick]);
      if (seconds_ago <= up) lowest = std::min(lowest, *asked[tick]);
    }
    double wanted = Present(world).value_or(highest);
    if (wanted < lowest) wanted = lowest;
    if (wanted > highest) wanted = highest;
    REQUIRE(decision.wanted == wanted);
    different += wanted != *asked.back();
  }
  CHECK(different > kRounds / 50);
}

double Allowed(const World& world, const StepLimit& limit, double present, bool up) {
  // The earliest count that is known since the period began, before now.
  double before = present;
  for (std::size_t tick = kTicks - 1; tick-- > 0;) {
    const Duration ago = world.interval * static_cast<Duration::rep>(kTicks - 1 - tick);
    if (ago > limit.period) break;
    if (const auto count = CountAt(world, tick)) before = *count;
  }
  const double amount = limit.percent ? before * limit.amount / 100 : limit.amount;
  const double allowed = up ? before + amount : before - amount;
  // Percentages count in whole replicas, for the change; a hair is no replica.
  if (!limit.percent) return allowed;
  return up ? std::ceil(allowed - 1e-9) : std::floor(allowed + 1e-9);
}

TEST_CASE("Step limits are what a loop over all of the history says") {
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  Chance chance(seed);
  int limited = 0;
  for (int round = 0; round < kRounds; ++round) {
    auto limits = [&] {
      return "{ atMost: [ " + std::to_string(chance.Between(1, 6)) + "/" + std::to_string(5 * chance.Between(1, 30)) +
             "s, " + std::to_string(chance.Between(5, 150)) + "%/" + std::to_string(5 * chance.Between(1, 30)) +
             "s ], select: " + (chance.In(50) ? "max" : "min") + " }\n";
    };
    const std::string shape = "scaleUp: " + limits() + "scaleDown: " + limits();
    const World world = MakeShaped(chance, shape);
    const Decision decision = world.Decide();
    const std::optional<double> asked = AskedAtEachTick(world).back();
    const std::optional<double> present = Present(world);
    CAPTURE(shape, testing::WholeText(world.policy, decision));
    REQUIRE(decision.error.has_value() == (!asked || !present));
    if (decision.error) continue;

    double wanted = *asked;
    if (*present > 0 && *asked > *present) {
      const Shaping& shaping = world.policy.scale_up;
      const double a = Allowed(world, shaping.at_most[0], *present, true);
      const double b = Allowed(world, shaping.at_most[1], *present, true);
      const double allowed = shaping.select == Shaping::Select::kMax ? std::max(a, b) : std::min(a, b);
      wanted = std::min(*asked, std::max(allowed, *present));
    } else if (*present > 0 && *asked < *present) {
      const Shaping& shaping = world.policy.scale_down;
      const double a = Allowed(world, shaping.at_most[0], *present, false);
      const double b = Allowed(world, shaping.at_most[1], *present, false);
      const double allowed = shaping.select == Shaping::Select::kMax ? std::min(a, b) : std::max(a, b);
      wanted = std::max({0.0, *asked, std::min(allowed, *present)});
    }
    REQUIRE(decision.wanted == wanted);
    limited += wanted != *asked;
  }
  CHECK(limited > kRounds / 10);
}

TEST_CASE("A cooldown is what a loop over all of the history says") {
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  Chance chance(seed);
  int waited = 0;
  for (int round = 0; round < kRounds; ++round) {
    const int up = 15 * chance.Between(1, 10);
    const int down = 15 * chance.Between(1, 10);
    const std::string shape =
        "scaleUp: { cooldown: " + std::to_string(up) + "s }\nscaleDown: { cooldown: " + std::to_string(down) + "s }\n";
    const World world = MakeShaped(chance, shape);
    const Decision decision = world.Decide();
    const std::optional<double> asked = AskedAtEachTick(world).back();
    const std::optional<double> present = Present(world);
    CAPTURE(shape, testing::WholeText(world.policy, decision));
    REQUIRE(decision.error.has_value() == (!asked || !present));
    if (decision.error) continue;

    // When the count was last seen higher, or lower, than it had been known before; what was known longer ago than
    // the cooldown and the hold is forgotten.
    const bool rises = *asked > *present;
    std::optional<int> changed_ago;
    std::optional<double> before;
    for (std::size_t tick = 0; tick < kTicks; ++tick) {
      const auto count = CountAt(world, tick);
      const int seconds_ago = 15 * static_cast<int>(kTicks - 1 - tick);
      if (seconds_ago > (rises ? up : down) + 30) continue;
      if (count && before && (rises ? *count > *before : *count < *before)) changed_ago = seconds_ago;
      if (count) before = count;
    }
    const bool waits = *present > 0 && *asked != *present && changed_ago && *changed_ago < (rises ? up : down);
    REQUIRE(decision.wanted == (waits ? *present : *asked));
    waited += waits;
  }
  CHECK(waited > kRounds / 10);
}

TEST_CASE("Hysteresis is what whole numbers say of all of the history") {
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  Chance chance(seed);
  int held = 0;
  int at_the_edge = 0;
  for (int round = 0; round < kRounds; ++round) {
    const int up = chance.Between(0, 40);
    const int down = chance.Between(0, 40);
    const std::string shape = "scaleUp: { hysteresis: " + std::to_string(up) +
                              "% }\nscaleDown: { hysteresis: " + std::to_string(down) + "% }\n";
    World world = MakeShaped(chance, shape);
    // Of hundreds, a percentage is often a whole number, which a division of floating point may miss by a hair.
    if (chance.In(60)) {
      for (std::vector<Reading>& readings : world.readings) {
        for (Reading& reading : readings) reading.value *= 25;
      }
    }
    const std::optional<double> present = Present(world);
    // Now and then what is asked for lies just so far away.
    const int percent = chance.In(50) ? up : -down;
    if (present && chance.In(30)) {
      const int load = static_cast<int>(*present) * 16 * (100 + percent);
      if (load % 100 == 0)
        world.readings[world.plan.observed == 0 ? 1 : 0].back() = {load / 100.0, ReadingState::kValue};
    }
    const Decision decision = world.Decide();
    const std::optional<double> asked = AskedAtEachTick(world).back();
    CAPTURE(shape, testing::WholeText(world.policy, decision));
    const bool counts = up > 0 || down > 0;
    REQUIRE(decision.error.has_value() == (!asked || (counts && !present)));
    if (decision.error || !counts) continue;

    // In hundredths of sixteenths, all of which are whole.
    const auto change = static_cast<std::int64_t>((*asked - *present) * 1600);
    const auto needed = static_cast<std::int64_t>(*present) * 16 * (change > 0 ? up : down);
    const bool holds = *present > 0 && std::abs(change) < needed;
    REQUIRE(decision.wanted == (holds ? *present : *asked));
    held += holds && change != 0;
    at_the_edge += needed > 0 && std::abs(change) == needed;
  }
  CHECK(held > kRounds / 20);
  CHECK(at_the_edge > kRounds / 50);
}

}  // namespace
}  // namespace loadline
