#include "support/random_world.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "scaling/explain.h"
#include "support/policy_builder.h"

namespace loadline::testing {
namespace {

constexpr std::string_view kObservedQuery = "observed";

std::string PowerOfTwo(Chance& chance, int least, int most) {
  const int exponent = chance.Between(least, most);
  return exponent >= 0 ? std::to_string(1 << exponent) : fmt::format("{}", 1.0 / (1 << -exponent));
}

std::string Tiers(Chance& chance) {
  std::string tiers;
  int from = chance.Between(0, 20);
  int replicas = chance.Between(0, 3);
  for (int i = chance.Between(1, 4); i > 0; --i) {
    tiers += fmt::format("{}{{ from: {}, replicas: {} }}", tiers.empty() ? "" : ", ", from, replicas);
    from += chance.Between(1, 200);
    replicas += chance.Between(0, 10);
  }
  return "[" + tiers + "]";
}

// "query: q0, perReplica: 8"
std::string Law(Chance& chance, const std::string& query, const SpecOptions& options) {
  const auto backlog = [&](const std::string& throughput) {
    return fmt::format(
        "backlog: {{ depth: {0}, arrivals: {0}_arrivals, drainWithin: {1}s, throughputPerReplica: {2} }}", query,
        PowerOfTwo(chance, 3, 9), throughput);
  };
  switch (chance.Between(0, options.only_monotone ? 4 : 5)) {
    case 0: return fmt::format("query: {}, perReplica: {}", query, PowerOfTwo(chance, -1, 7));
    case 1: return fmt::format("query: {}, target: {}", query, PowerOfTwo(chance, 4, 9));
    case 2: return fmt::format("query: {}, tiers: {}", query, Tiers(chance));
    case 3: return fmt::format("replicas: {}", query);
    case 4: return backlog(PowerOfTwo(chance, 0, 6));
    default: return backlog(query + "_throughput");
  }
}

std::string Then(Chance& chance, bool gate) {
  std::vector<std::string> answers = {"error", "ignore", "assumeHigh"};
  if (!gate) {
    for (const char* behavior : {"static", "currentReplicas", "currentReplicasIfHigher", "currentReplicasIfLower"})
      answers.push_back(fmt::format("{{ replicas: {}, behavior: {} }}", chance.Between(0, 20), behavior));
  }
  return fmt::format("onMissing: {{ hold: {}s, then: {} }}", 15 * chance.Between(0, 6), chance.Of(answers));
}

std::string Extras(Chance& chance, const SpecOptions& options) {
  std::string text;
  if (chance.In(20)) text += fmt::format(", activateAbove: {}", chance.Between(0, 100));
  if (chance.In(20)) text += fmt::format(", min: {}", chance.Between(0, 5));
  if (chance.In(20)) text += fmt::format(", max: {}", chance.Between(5, 30));
  text += fmt::format(", weight: {}", PowerOfTwo(chance, -2, 2));
  if (chance.In(30)) text += ", onEmpty: zero";
  if (options.missing_answers && chance.In(60)) text += ", " + Then(chance, false);
  if (chance.In(30)) {
    const std::vector<std::string> takes = {"avg", "max", "min", "sum", "last", "p50", "p90"};
    text += fmt::format(", window: {{ over: {}s, take: {} }}", 15 * chance.Between(1, 6), chance.Of(takes));
  }
  if (chance.In(15)) text += fmt::format(", smooth: {}s", chance.Between(5, 60));
  if (!options.only_monotone && chance.In(15)) text += fmt::format(", distrustZero: {}s", 15 * chance.Between(1, 4));
  return text;
}

std::string OneSignal(Chance& chance, int index, const SpecOptions& options) {
  const std::string query = fmt::format("q{}", index);
  if (!options.only_monotone && chance.In(10)) {
    return fmt::format("{{ name: s{0}, role: gate, query: {1}, {2}: {3}, whenClosed: {4}, {5} }}", index, query,
                       chance.In(50) ? "above" : "below", chance.Between(0, 200), chance.In(50) ? "hold" : "nothing",
                       Then(chance, true));
  }
  // The first is always a demand: a policy asks for something.
  const std::string role = index == 0 || chance.In(75) ? "demand" : chance.In(60) ? "floor" : "ceiling";
  return fmt::format("{{ name: s{}, role: {}, {}{} }}", index, role, Law(chance, query, options),
                     Extras(chance, options));
}

std::string ShapingOf(Chance& chance, const char* key) {
  std::string text;
  if (chance.In(40)) text += fmt::format("stabilize: {}s, ", 15 * chance.Between(1, 6));
  if (chance.In(40)) {
    text += fmt::format("atMost: [ {}/{}s, {}%/{}s ], select: {}, ", chance.Between(1, 6), 15 * chance.Between(1, 5),
                        chance.Between(5, 150), 15 * chance.Between(1, 5), chance.In(50) ? "max" : "min");
  }
  if (chance.In(30)) text += fmt::format("cooldown: {}s, ", 15 * chance.Between(1, 6));
  if (chance.In(30)) text += fmt::format("hysteresis: {}%, ", chance.Between(1, 40));
  return text.empty() ? "" : fmt::format("{}: {{ {} }}\n", key, text.substr(0, text.size() - 2));
}

std::string Rules(Chance& chance) {
  std::string rules = "rules:\n";
  const std::vector<std::string> actions = {"add", "remove", "set", "atLeast", "atMost"};
  for (int i = chance.Between(1, 2); i > 0; --i) {
    rules += fmt::format("  - {{ name: r{}, when: {{ signal: s0, above: {}, for: {}s }}, {}: {}, cooldown: {}s }}\n", i,
                         chance.Between(0, 300), 15 * chance.Between(0, 3), chance.Of(actions), chance.Between(0, 10),
                         15 * chance.Between(0, 3));
  }
  return rules;
}

Reading Missing(Chance& chance) {
  const std::vector<ReadingState> states = {ReadingState::kFailed, ReadingState::kEmpty, ReadingState::kSeveral,
                                            ReadingState::kNotFinite, ReadingState::kRefused};
  if (chance.In(15)) return {static_cast<double>(chance.Between(0, 500)), ReadingState::kPartial};
  return {0, chance.Of(states)};
}

}  // namespace

unsigned SeedOfRun() {
  const char* wanted = std::getenv("LOADLINE_SEED");
  static const unsigned seed =
      wanted != nullptr ? static_cast<unsigned>(std::strtoul(wanted, nullptr, 10)) : std::random_device{}();
  return seed;
}

std::string RandomSpec::Yaml() const {
  std::string text = "signals:\n";
  for (const std::string& signal : signals) text += fmt::format("  - {}\n", signal);
  return text + fmt::format("combine: {}\n", combine) + rest;
}

RandomSpec MakeSpec(Chance& chance, const SpecOptions& options) {
  RandomSpec spec;
  const int signals = chance.Between(1, 4);
  for (int i = 0; i < signals; ++i) spec.signals.push_back(OneSignal(chance, i, options));
  spec.combine = chance.Of(options.combines);
  const int min = chance.In(50) ? 0 : chance.Between(1, 12);
  spec.rest =
      fmt::format("replicas: {{ min: {}, max: {}, observed: {} }}\n", min, min + chance.Between(1, 40), kObservedQuery);
  if (options.missing_answers && chance.In(60)) spec.rest += Then(chance, true) + "\n";
  if (options.shapes && chance.In(60)) spec.rest += ShapingOf(chance, "scaleUp") + ShapingOf(chance, "scaleDown");
  if (chance.In(15))
    spec.rest += fmt::format("cost: {{ perReplicaHour: 0.5, maxPerHour: {} }}\n", chance.Between(1, 9));
  if (chance.In(50)) {
    spec.rest += fmt::format("hpa: {{ tolerance: {}, deadband: {} }}\n", chance.In(50) ? "0.1" : "0.3",
                             chance.Of<std::string>({"overshoot", "hold", "plain"}));
  }
  if (options.only_monotone) return spec;
  if (chance.In(15)) spec.rest += "every: 1m\n";
  if (chance.In(25)) spec.rest += Rules(chance);
  if (chance.In(20))
    spec.rest += fmt::format("whenIdle: {}\n", chance.Of<std::string>({"inactive", "wake", "idle_load"}));
  return spec;
}

Observation World::Seen() const {
  lookup = [this](const std::string& name) -> const Calendar* {
    const auto found = calendars.find(name);
    return found == calendars.end() ? nullptr : &found->second;
  };
  forecast_list.clear();
  for (const auto& each : forecasts) forecast_list.push_back(each ? &*each : nullptr);
  Observation seen{now, interval, {}, &lookup, overrides, forecast_list, learned};
  for (const auto& each : readings)
    seen.windows.push_back({each, each.back().state == ReadingState::kValue ? "" : "prom:9090: no answer"});
  if (objective) seen.objective = {std::make_shared<const ObjectiveReport>(*objective), levels};
  return seen;
}

World MakeWorld(const std::string& spec) {
  World world;
  world.policy = MakePolicy(spec);
  world.plan = *PlanQueries(world.policy, {{"namespace", "data"}, {"name", "app"}});
  return world;
}

std::size_t TicksOf(const World& world) {
  Duration longest{0};
  for (const PlannedQuery& query : world.plan.queries) longest = std::max(longest, query.window);
  return static_cast<std::size_t>(longest / world.interval) + 1;
}

void Observe(Chance& chance, World& world, std::size_t ticks, int gaps) {
  world.readings.clear();
  for (const PlannedQuery& query : world.plan.queries) {
    const bool observed = query.desired_of || query.text.ends_with(kObservedQuery) || query.text.starts_with("kube_");
    const bool freshness = query.text.starts_with("timestamp(") || query.text.ends_with("_fresh");
    std::vector<Reading>& readings = world.readings.emplace_back();
    int value = observed ? chance.Between(0, 20) : chance.Between(0, 400);
    for (std::size_t i = 0; i < ticks; ++i) {
      if (chance.In(40)) {
        value = observed ? std::max(0, value + chance.Between(-3, 4)) : chance.In(15) ? 0 : chance.Between(0, 400);
      }
      const Timestamp time = world.now - world.interval * static_cast<Duration::rep>(ticks - 1 - i);
      const double said = freshness ? ToSeconds(time) - value % 100 : value;
      readings.push_back(chance.In(gaps) ? Missing(chance) : Reading{said, ReadingState::kValue});
    }
  }
}

std::string WholeText(const Policy& policy, const Decision& decision) {
  std::string text = ExplainAsJson(policy, decision);
  constexpr int kDigits = std::numeric_limits<double>::max_digits10;
  text += fmt::format(" wanted {:.{}g} observed {} ago", decision.wanted, kDigits, decision.observed_age.count());
  for (const SignalOutcome& each : decision.signals)
    text += fmt::format(" [{:.{}g} {} {}]", each.demand.value_or(-1), kDigits, each.gaps, each.age.count());
  return text;
}

}  // namespace loadline::testing
