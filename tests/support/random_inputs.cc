// What a decision goes by beside policy and readings, at random.
#include <fmt/format.h>

#include "support/random_language.h"

namespace loadline::testing {

std::vector<Override> MakeOverrides(Chance& chance, Timestamp now) {
  std::vector<Override> overrides;
  for (int i = chance.In(30) ? chance.Between(1, 3) : 0; i > 0; --i) {
    Override each;
    each.name = fmt::format("o{}", 9 - i);
    each.all = true;
    each.kind = chance.Of<Override::Kind>(
        {Override::Kind::kPin, Override::Kind::kFloor, Override::Kind::kCeiling, Override::Kind::kHold});
    if (each.kind != Override::Kind::kHold) each.replicas = chance.Between(0, 20);
    if (chance.In(50)) each.from = now + std::chrono::seconds(chance.Between(-300, 60));
    each.until = now + std::chrono::seconds(chance.Between(-60, 300));
    each.reason = "a \"drill\"";
    if (chance.In(50)) each.author = "ops";
    overrides.push_back(std::move(each));
  }
  return overrides;
}

std::map<std::string, Calendar> MakeCalendars(Chance& chance, Timestamp now) {
  std::map<std::string, Calendar> calendars;
  if (chance.In(30)) return calendars;
  const auto today = std::chrono::floor<std::chrono::days>(now);
  std::vector<DateRange> ranges;
  for (int i = chance.Between(0, 2); i > 0; --i) {
    const auto first = today + std::chrono::days(chance.Between(-3, 2));
    ranges.push_back({Date(first), Date(first + std::chrono::days(chance.Between(0, 2)))});
  }
  calendars["holidays"] = {"holidays", MergeRanges(std::move(ranges))};
  return calendars;
}

std::vector<std::optional<SignalForecast>> MakeForecasts(Chance& chance, const Policy& policy, Timestamp now) {
  std::vector<std::optional<SignalForecast>> forecasts(policy.signals.size());
  for (std::size_t i = 0; i < forecasts.size(); ++i) {
    if (!policy.signals[i].forecast || chance.In(20)) continue;
    SignalForecast& forecast = forecasts[i].emplace();
    forecast.refit = std::chrono::minutes(10);
    forecast.step = std::chrono::seconds(15 * chance.Between(1, 8));
    forecast.fitted = AlignDown(now, forecast.refit) - std::chrono::minutes(chance.In(20) ? 20 : 0);
    forecast.trust.on = chance.In(70);
    forecast.trust.reason = forecast.trust.on ? TrustReason::kBetter : TrustReason::kNotBetter;
    if (chance.In(50)) forecast.trust.rule = "last value";
    if (chance.In(10)) {
      forecast.problem = "too little to go by";
      continue;
    }
    for (int step = chance.Between(20, 100); step > 0; --step) {
      forecast.middle.push_back(chance.Between(0, 300));
      forecast.upper.push_back(forecast.middle.back() + chance.Between(0, 100));
    }
  }
  return forecasts;
}

std::vector<std::shared_ptr<const LearnedNumber>> MakeLearned(Chance& chance, const QueryPlan& plan, Timestamp now) {
  std::vector<std::shared_ptr<const LearnedNumber>> learned(plan.learned.size());
  for (std::size_t i = 0; i < learned.size(); ++i) {
    if (!plan.learned[i] || chance.In(15)) continue;
    LearnedNumber number;
    number.fitted = AlignDown(now, std::chrono::hours(1));
    number.needed = 12;
    number.count = chance.Between(0, 30);
    if (number.count >= number.needed && chance.In(80)) {
      number.value = 1 << chance.Between(0, 6);
      number.low = *number.value / 2;
      if (chance.In(70)) number.high = *number.value * 2;
    }
    if (chance.In(10)) number = {.fitted = number.fitted, .needed = 12, .problem = "no answer"};
    learned[i] = std::make_shared<const LearnedNumber>(number);
  }
  return learned;
}

void MakeObjective(Chance& chance, World& world) {
  if (!world.policy.objective || chance.In(10)) return;
  ObjectiveReport& report = world.objective.emplace();
  report.fitted = AlignDown(world.now, kRefitEvery);
  report.asked = 0.01;
  report.has_model = chance.In(90);
  report.chosen = {0.25, 0.01, 4.5};
  for (int i = chance.Between(0, 3); i > 0; --i) report.outcomes.push_back({0.125 * i, 0.02 * i, 8.0});
  if (!report.has_model || chance.In(20)) report.problem = "not for long";
  for (int i = chance.Between(1, 40); i > 0; --i) {
    const int up = chance.Between(1, 20);
    world.levels.push_back(chance.In(90) ? Levels{up, up + chance.Between(0, 4)} : Levels{0, 0});
  }
}

World MakeAnyWorld(Chance& chance, const std::string& spec) {
  World world = MakeWorld(spec);
  world.now += std::chrono::seconds(15) * chance.Between(0, 24 * 240);
  world.overrides = MakeOverrides(chance, world.now);
  world.calendars = MakeCalendars(chance, world.now);
  world.forecasts = MakeForecasts(chance, world.policy, world.now);
  world.learned = MakeLearned(chance, world.plan, world.now);
  MakeObjective(chance, world);
  Observe(chance, world, TicksOf(world), chance.Of<int>({0, 10, 40}));
  return world;
}

}  // namespace loadline::testing
