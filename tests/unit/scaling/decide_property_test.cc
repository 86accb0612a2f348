// What holds for every policy and whatever is seen. LOADLINE_SEED=N repeats a run.
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "scaling/decide.h"
#include "scaling/hpa.h"
#include "support/random_language.h"

namespace loadline {
namespace {

using testing::Chance;
using testing::MakeSpec;
using testing::MakeWorld;
using testing::Observe;
using testing::RandomSpec;
using testing::SpecOptions;
using testing::WholeText;
using testing::World;

constexpr int kRounds = 2000;
constexpr std::size_t kTicks = 30;

int HpaReaches(const World& world, const Decision& decision) {
  const Tolerance tolerance = world.policy.hpa.value_or(HpaSpec()).tolerance;
  const bool known = decision.observed && decision.observed_age == Duration::zero() && *decision.observed > 0;
  return known ? ReplicasForMetric(decision.replicas, 1, static_cast<int>(*decision.observed), tolerance)
               : static_cast<int>(std::ceil(decision.replicas));
}

TEST_CASE("Whatever is seen, what is wanted and what is told are within the bounds") {
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  Chance chance(seed);
  testing::LanguageOptions options;
  options.listed_order = true;
  options.objectives = true;
  int answered = 0;
  for (int round = 0; round < kRounds; ++round) {
    const std::string spec = MakeAnySpec(chance, options).Yaml();
    const World world = testing::MakeAnyWorld(chance, spec);
    const Decision decision = world.Decide();
    // The other modes tell what is observed, or nothing, as it is.
    if (decision.error || world.policy.mode != Mode::kActive) continue;
    ++answered;
    const std::string whole = WholeText(world.policy, decision);
    CAPTURE(spec, whole);
    const double most = world.policy.Most().value_or(kMostReplicas);
    REQUIRE(decision.wanted >= world.policy.replicas.min);
    REQUIRE(decision.wanted <= most);
    REQUIRE(std::ceil(decision.replicas) >= world.policy.replicas.min);
    REQUIRE(decision.replicas <= most);
    if (decision.wanted > 1) REQUIRE(decision.active);
  }
  CHECK(answered > kRounds / 4);
}

TEST_CASE("A higher reading never lowers the result") {
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  Chance chance(seed);
  SpecOptions options;
  options.only_monotone = true;
  int answered = 0;
  for (int round = 0; round < kRounds; ++round) {
    const std::string spec = MakeSpec(chance, options).Yaml();
    World world = MakeWorld(spec);
    Observe(chance, world, kTicks, chance.Of<int>({0, 10, 40}));
    const Decision before = world.Decide();
    World raised = world;
    for (std::size_t query = 0; query < raised.readings.size(); ++query) {
      if (static_cast<int>(query) == raised.plan.observed) continue;
      for (Reading& reading : raised.readings[query]) {
        const bool number = reading.state == ReadingState::kValue || reading.state == ReadingState::kPartial;
        if (number && chance.In(50)) reading.value += chance.Between(1, 200);
      }
    }
    const Decision after = raised.Decide();
    const std::string whole = WholeText(world.policy, before) + "\n" + WholeText(world.policy, after);
    CAPTURE(spec, whole);
    REQUIRE(before.error.has_value() == after.error.has_value());
    if (before.error) continue;
    ++answered;
    // Smoothing and means divide by what is no power of two.
    REQUIRE(after.wanted >= before.wanted - 1e-9);
    REQUIRE(after.active >= before.active);
    REQUIRE(HpaReaches(raised, after) >= HpaReaches(world, before));
  }
  CHECK(answered > kRounds / 4);
}

// The story: all is known up to a tick, and stays as it is; but one signal's readings are missing from then on.
struct Lost {
  World world;
  std::size_t good_ticks = 0;
  Decision last_good;
};
Lost MakeLost(Chance& chance, const std::string& spec, std::size_t missing_ticks) {
  Lost lost;
  lost.world = MakeWorld(spec);
  Observe(chance, lost.world, kTicks, 10);
  lost.good_ticks = kTicks;
  for (std::vector<Reading>& readings : lost.world.readings) {
    if (readings.back().state != ReadingState::kValue) readings.back() = {20, ReadingState::kValue};
    for (Reading& reading : readings) {
      if (reading.state == ReadingState::kPartial) reading.state = ReadingState::kFailed;
    }
  }
  // The others do not move: all of their readings are the last one.
  const QueryPlan::Inputs& first = lost.world.plan.signals[0];
  for (std::size_t query = 0; query < lost.world.readings.size(); ++query) {
    const int index = static_cast<int>(query);
    if (index == first.value || index == first.arrivals) continue;
    for (Reading& reading : lost.world.readings[query]) reading = lost.world.readings[query].back();
  }
  lost.last_good = lost.world.Decide();
  const std::vector<ReadingState> states = {ReadingState::kFailed, ReadingState::kEmpty, ReadingState::kSeveral,
                                            ReadingState::kNotFinite, ReadingState::kRefused};
  for (std::size_t query = 0; query < lost.world.readings.size(); ++query) {
    const int index = static_cast<int>(query);
    const bool is_lost = index == first.value || index == first.arrivals;
    std::vector<Reading>& readings = lost.world.readings[query];
    for (std::size_t i = 0; i < missing_ticks; ++i)
      readings.push_back(is_lost ? Reading{0, chance.Of(states)} : readings.back());
  }
  lost.world.now += lost.world.interval * static_cast<Duration::rep>(missing_ticks);
  return lost;
}

RandomSpec MakeMaxOf(Chance& chance, const std::string& then) {
  SpecOptions options;
  options.only_monotone = true;
  options.shapes = false;
  options.missing_answers = false;
  options.combines = {"max"};
  RandomSpec spec = MakeSpec(chance, options);
  // An empty result is to be missing here, not zero.
  for (std::string& signal : spec.signals) {
    if (const std::size_t at = signal.find(", onEmpty: zero"); at != std::string::npos) signal.erase(at, 15);
  }
  spec.rest += "onMissing: { hold: 2m, then: " + then + " }\n";
  return spec;
}

TEST_CASE("A reading that goes missing never lowers the result of max while it is held") {
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  Chance chance(seed);
  for (int round = 0; round < kRounds; ++round) {
    const std::string spec =
        MakeMaxOf(chance, chance.Of<std::string>({"error", "ignore", "assumeHigh", "{ replicas: 0 }"})).Yaml();
    const Lost lost = MakeLost(chance, spec, static_cast<std::size_t>(chance.Between(1, 8)));
    const Decision decision = lost.world.Decide();
    const std::string whole =
        WholeText(lost.world.policy, lost.last_good) + "\n" + WholeText(lost.world.policy, decision);
    CAPTURE(spec, whole);
    // A sum over a window with gaps is held already.
    if (lost.last_good.signals[0].reason != Reason::kMeasured) continue;
    REQUIRE_FALSE(lost.last_good.error);
    REQUIRE_FALSE(decision.error);
    // What is left of its window may raise what is held.
    REQUIRE((decision.signals[0].reason == Reason::kHeld || decision.signals[0].reason == Reason::kPartialData));
    REQUIRE(decision.wanted >= lost.last_good.wanted - 1e-9);
    REQUIRE(decision.active >= lost.last_good.active);
  }
}

TEST_CASE("What is missing for longer than it is held is an error, unless the policy says what it is instead") {
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  Chance chance(seed);
  for (int round = 0; round < kRounds; ++round) {
    const std::string then = chance.Of<std::string>({"error", "ignore", "assumeHigh", "{ replicas: 3 }"});
    const RandomSpec parts = MakeMaxOf(chance, then);
    const std::string spec = parts.Yaml();
    const Lost lost = MakeLost(chance, spec, static_cast<std::size_t>(chance.Between(9, 20)));
    const Decision decision = lost.world.Decide();
    const std::string whole = WholeText(lost.world.policy, decision);
    CAPTURE(spec, whole);
    if (then == "error") {
      REQUIRE(decision.error);
    } else if (then == "assumeHigh") {
      REQUIRE_FALSE(decision.error);
      REQUIRE((lost.last_good.error || decision.wanted >= lost.last_good.wanted - 1e-9));
    } else if (then == "ignore") {
      REQUIRE(decision.signals[0].reason == Reason::kIgnored);
    } else {
      REQUIRE_FALSE(decision.error);
      REQUIRE(decision.signals[0].reason == Reason::kFallback);
    }
  }
}

// Whose readings count the other way, or are no loads: what a replica works off, what there is, and times.
bool MayRise(const World& world, std::size_t query) {
  const std::string& text = world.plan.queries[query].text;
  return static_cast<int>(query) != world.plan.observed && !text.ends_with("_throughput") &&
         !text.ends_with("_fresh") && !text.starts_with("timestamp(");
}

// Left out are (LanguageOptions::only_rising, only_max): combinations other than max; gates, which may close above a
// number; rates and deltas, which are less where there was more before; distrustZero, as what is held instead of a zero
// may be more than a small number; tiers that fall; forecasts; rules by readings, which may take away.
TEST_CASE("For policies of the whole language a higher reading never lowers the result of max") {
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  Chance chance(seed);
  testing::LanguageOptions options;
  options.only_max = true;
  options.only_rising = true;
  int higher = 0;
  for (int round = 0; round < kRounds; ++round) {
    const std::string spec = MakeAnySpec(chance, options).Yaml();
    const World world = testing::MakeAnyWorld(chance, spec);
    World raised = world;
    for (std::size_t query = 0; query < raised.readings.size(); ++query) {
      if (!MayRise(world, query)) continue;
      for (Reading& reading : raised.readings[query]) {
        const bool number = reading.state == ReadingState::kValue || reading.state == ReadingState::kPartial;
        if (number && chance.In(50)) reading.value += chance.Between(1, 200);
      }
    }
    const Decision before = world.Decide();
    const Decision after = raised.Decide();
    const std::string whole = WholeText(world.policy, before) + "\n" + WholeText(world.policy, after);
    CAPTURE(spec, whole);
    REQUIRE(before.error.has_value() == after.error.has_value());
    if (before.error) continue;
    REQUIRE(after.wanted >= before.wanted - 1e-9);
    REQUIRE(after.active >= before.active);
    // The other modes tell what is observed, or nothing, as it is.
    if (world.policy.mode == Mode::kActive) REQUIRE(HpaReaches(raised, after) >= HpaReaches(world, before));
    higher += after.wanted > before.wanted;
  }
  CHECK(higher > kRounds / 30);
}

// Ticks for which each signal that goes by the query may be held: signals that follow the same one share its readings.
// None where one has a lag: it does not go by the latest readings.
int HeldByAll(const World& world, int query) {
  int ticks = std::numeric_limits<int>::max();
  for (std::size_t i = 0; i < world.plan.signals.size(); ++i) {
    const QueryPlan::Inputs& inputs = world.plan.signals[i];
    const bool goes_by = query >= 0 && (inputs.value == query || inputs.arrivals == query ||
                                        inputs.throughput == query || inputs.freshness == query);
    if (!goes_by) continue;
    const Signal& signal = world.policy.signals[i];
    if (signal.depends_on && signal.depends_on->lag > Duration::zero()) return 0;
    const Duration hold = OnMissingOf(world.policy, signal).hold;
    ticks = std::min(ticks, static_cast<int>(hold / world.interval));
  }
  return ticks;
}

// Readings of one signal, and then none for as long as they may be held, while all else stays as it was.
struct Unanswered {
  World before;
  World after;
};
std::optional<Unanswered> LoseOne(Chance& chance, const World& world) {
  const auto index = static_cast<std::size_t>(chance.Between(0, static_cast<int>(world.policy.signals.size()) - 1));
  const QueryPlan::Inputs& inputs = world.plan.signals[index];
  const int hold = std::min(HeldByAll(world, inputs.value), HeldByAll(world, inputs.arrivals));
  if (inputs.value < 0 || hold == 0) return std::nullopt;
  Unanswered worlds{world, world};
  // A failure; what is empty says something to onEmpty and whenIdle.
  const std::vector<ReadingState> states = {ReadingState::kFailed, ReadingState::kSeveral, ReadingState::kNotFinite,
                                            ReadingState::kRefused};
  const int ticks = chance.Between(1, hold);
  for (std::size_t query = 0; query < world.readings.size(); ++query) {
    const bool is_lost = static_cast<int>(query) == inputs.value || static_cast<int>(query) == inputs.arrivals;
    std::vector<Reading>& before = worlds.before.readings[query];
    if (!is_lost) before.assign(before.size(), before.back());
    std::vector<Reading>& after = worlds.after.readings[query] = before;
    for (int i = 0; i < ticks; ++i) after.push_back(is_lost ? Reading{0, chance.Of(states)} : before.back());
  }
  const auto reason = worlds.before.Decide().signals[index].reason;
  if (reason != Reason::kMeasured) return std::nullopt;  // it is held, or without an answer, already
  return worlds;
}

// Both are decided at the same time, so that schedules say the same. Left out are (LanguageOptions): combinations other
// than max; rules by readings, as none fires by what is missing; stabilize and every, which go by earlier readings, of
// which there are others after a while.
TEST_CASE("For policies of the whole language a reading that goes missing never lowers the result of max") {
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  Chance chance(seed);
  testing::LanguageOptions options;
  options.only_max = true;
  options.looks_back = false;
  int answered = 0;
  for (int round = 0; round < kRounds; ++round) {
    const std::string spec = MakeAnySpec(chance, options).Yaml();
    const std::optional<Unanswered> worlds = LoseOne(chance, testing::MakeAnyWorld(chance, spec));
    if (!worlds) continue;
    const Decision before = worlds->before.Decide();
    const Decision after = worlds->after.Decide();
    const std::string whole = WholeText(worlds->before.policy, before) + "\n" + WholeText(worlds->after.policy, after);
    CAPTURE(spec, whole);
    REQUIRE(before.error.has_value() == after.error.has_value());
    if (before.error) continue;
    ++answered;
    REQUIRE(after.wanted >= before.wanted - 1e-9);
    REQUIRE(after.active >= before.active);
  }
  CHECK(answered > kRounds / 8);
}

// The same readings, by what they answer.
std::vector<std::vector<Reading>> ReadingsFor(const World& other, const World& world) {
  std::vector<std::vector<Reading>> readings;
  for (const PlannedQuery& query : other.plan.queries) {
    const auto same = std::find_if(world.plan.queries.begin(), world.plan.queries.end(), [&](const PlannedQuery& each) {
      const bool same_target = each.desired_of && query.desired_of ? *each.desired_of == *query.desired_of
                                                                   : each.desired_of == query.desired_of;
      return each.text == query.text && same_target;
    });
    readings.push_back(world.readings[static_cast<std::size_t>(same - world.plan.queries.begin())]);
  }
  return readings;
}

TEST_CASE("A forecast that may not lower never makes it less") {
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  Chance chance(seed);
  int raised = 0;
  for (int round = 0; round < kRounds; ++round) {
    RandomSpec parts = MakeSpec(chance, {.only_monotone = true});
    parts.signals.push_back("{ name: load, query: qload, perReplica: 64 }");
    const std::string ahead = chance.In(50) ? "90s" : "auto";
    const auto with = [&](const char* mode) {
      RandomSpec spec = parts;
      spec.signals.push_back("{ name: soon, forecast: { of: load, ahead: " + ahead + ", mode: " + std::string(mode) +
                             " }, perReplica: 32 }");
      return spec.Yaml();
    };
    World used = MakeWorld(with("active"));
    Observe(chance, used, TicksOf(used), chance.Of<int>({0, 10, 40}));
    used.forecasts = testing::MakeForecasts(chance, used.policy, used.now);
    used.learned = testing::MakeLearned(chance, used.plan, used.now);
    World without = MakeWorld(with("off"));
    without.readings = used.readings;
    const Decision one = used.Decide();
    const Decision two = without.Decide();
    CAPTURE(with("active"), WholeText(used.policy, one), WholeText(without.policy, two));
    if (two.error) REQUIRE(one.error);
    if (one.error || two.error) continue;
    REQUIRE(one.wanted >= two.wanted);
    raised += one.wanted > two.wanted ? 1 : 0;
  }
  CHECK(raised > kRounds / 20);
}

TEST_CASE("The order of the signals does not matter, but where the listed order is the priority") {
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  Chance chance(seed);
  int answered = 0;
  for (int round = 0; round < kRounds / 2; ++round) {
    RandomSpec parts = MakeAnySpec(chance);
    const std::string spec = parts.Yaml();
    const World world = testing::MakeAnyWorld(chance, spec);
    chance.Shuffle(parts.signals);
    World other = MakeWorld(parts.Yaml());
    other.now = world.now;
    other.overrides = world.overrides;
    other.calendars = world.calendars;
    other.readings = ReadingsFor(other, world);
    for (const Signal& signal : other.policy.signals) {
      const auto same = std::ranges::find(world.policy.signals, signal.name, &Signal::name);
      const auto at = static_cast<std::size_t>(same - world.policy.signals.begin());
      other.forecasts.push_back(world.forecasts[at]);
      if (!world.learned.empty()) other.learned.push_back(world.learned[at]);
    }
    const Decision one = world.Decide();
    const Decision two = other.Decide();
    const std::string whole = WholeText(world.policy, one) + "\n" + WholeText(other.policy, two);
    CAPTURE(spec, parts.Yaml(), whole);
    REQUIRE(one.error.has_value() == two.error.has_value());
    if (one.error) continue;
    ++answered;
    REQUIRE(one.wanted == Approx(two.wanted).epsilon(1e-12));
    REQUIRE(one.active == two.active);
  }
  CHECK(answered > kRounds / 8);
}

}  // namespace
}  // namespace loadline
