#include "migrate/step_stories.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <optional>

#include "migrate/step_play.h"

namespace loadline {
namespace {

using Is = StepCondition::Is;

constexpr Duration kMinute = std::chrono::minutes(1);

double BesideOf(const StepCondition& condition, double steps) {
  return condition.threshold + steps * std::max(1.0, std::abs(condition.threshold) * 0.1);
}

// At which it holds, just so where that can be; never below 0 but where the threshold is.
double HoldsAt(const StepCondition& condition, double quiet) {
  const double least = std::min(0.0, condition.threshold - 1);
  switch (condition.is) {
    case Is::kAbove: return BesideOf(condition, 1);
    case Is::kBelow:
      return condition.threshold > 0 ? condition.threshold / 2 : std::max(least, BesideOf(condition, -1));
    case Is::kRises: return quiet * (1 + condition.threshold / 100 * 1.25);
    case Is::kFalls: return quiet * (1 - std::min(100.0, condition.threshold * 1.25) / 100);
    default: return condition.threshold;
  }
}

std::size_t IndexOf(const StepEngine& engine, const std::string& signal) {
  return static_cast<std::size_t>(std::find(engine.signals.begin(), engine.signals.end(), signal) -
                                  engine.signals.begin());
}

void Put(const StepEngine& engine, const StepCondition& condition, std::vector<double>& values) {
  const std::size_t at = IndexOf(engine, condition.signal);
  if (at < values.size()) values[at] = HoldsAt(condition, values[at]);
}

// Rows at which the rule holds, and at its thresholds, and with all but one of its conditions.
std::vector<std::vector<double>> RowsOf(const StepEngine& engine, const StepRule& rule) {
  const std::vector<double> quiet = QuietValues(engine);
  std::vector<std::vector<double>> rows;
  const auto add = [&](const std::function<bool(std::size_t)>& holds) {
    std::vector<double> row = quiet;
    for (std::size_t i = 0; i < rule.conditions.size(); ++i) {
      if (holds(i)) Put(engine, rule.conditions[i], row);
    }
    rows.push_back(std::move(row));
  };
  add([](std::size_t) { return true; });
  for (std::size_t i = 0; rule.conditions.size() > 1 && i < rule.conditions.size(); ++i)
    add([&](std::size_t each) { return rule.all ? each != i : each == i; });
  for (const StepCondition& each : rule.conditions) {
    const std::size_t at = IndexOf(engine, each.signal);
    // A mean of what is just at the threshold may be a hair above it.
    if (at >= quiet.size() || each.over > Duration::zero() || engine.window > Duration::zero()) continue;
    rows.push_back(quiet);
    rows.back()[at] = each.threshold;
  }
  return rows;
}

bool LooksForChanges(const StepRule& rule) {
  return std::any_of(rule.conditions.begin(), rule.conditions.end(),
                     [](const StepCondition& each) { return each.over > Duration::zero(); });
}

// Whether the row differs from the quiet values in nothing but what a rule looks at for changes: those it sees at once,
// others by their windows.
bool OnlyChanges(const StepEngine& engine, const StepRule& rule, const std::vector<double>& row) {
  const std::vector<double> quiet = QuietValues(engine);
  for (std::size_t i = 0; i < row.size(); ++i) {
    const bool changes = std::any_of(rule.conditions.begin(), rule.conditions.end(), [&](const StepCondition& each) {
      return each.signal == engine.signals[i] && each.over > Duration::zero();
    });
    if (row[i] != quiet[i] && !changes) return false;
  }
  return true;
}

// Between the bounds, if there is room.
double Middle(const CountBounds& bounds) { return std::clamp<double>(4, bounds.min, *bounds.max); }

void PlayRow(const StepEngine& engine, const StepRule& rule, const std::vector<double>& row, double observed,
             StepPlay& play) {
  if (LooksForChanges(rule) && OnlyChanges(engine, rule, row)) play.Step(row, observed, kMinute);
  // A moment before it has held for long enough.
  const bool in_time = rule.hold >= kMinute && rule.hold % kMinute == Duration::zero();
  const bool at_once = engine.window == Duration::zero() && !LooksForChanges(rule);
  if (in_time && at_once && engine.every <= kMinute) play.Step(row, observed, rule.hold);
  play.Settle(row, observed);
}

Story ValuesStory(const StepEngine& engine, const std::string& who, Timestamp begin) {
  Story story;
  story.name = "as-before";
  story.title = fmt::format("What {} made of these values, Loadline makes of them.", who);
  StepPlay play(engine, who, std::move(story), begin);
  const double middle = Middle(engine.bounds);
  const std::vector<double> quiet = QuietValues(engine);
  play.Settle(quiet, middle);
  for (const StepRule& rule : engine.rules) {
    for (const auto& row : RowsOf(engine, rule)) {
      PlayRow(engine, rule, row, middle, play);
      play.Settle(quiet, middle);
    }
    play.Settle(RowsOf(engine, rule).front(), rule.by > 0 ? *engine.bounds.max : engine.bounds.min);
    play.Settle(quiet, middle);
  }
  for (const double observed :
       {middle, static_cast<double>(*engine.bounds.max), static_cast<double>(engine.bounds.min)}) {
    for (const auto& row : engine.rows) play.Settle(row, observed);
  }
  return play.Take();
}

// Up again only after the cooldown.
std::optional<Story> CooldownStory(const StepEngine& engine, const std::string& who, Timestamp begin) {
  const StepRule& rule = engine.rules.front();
  const bool room = engine.bounds.min + 3 * std::abs(rule.by) <= *engine.bounds.max;
  if (rule.cooldown < kMinute || !room || LooksForChanges(rule) || engine.holds) return std::nullopt;
  Story story;
  story.name = "it-waits-after-a-change";
  story.title = "So soon after a change it stays; then it goes on.";
  StepPlay play(engine, who, std::move(story), begin);
  const auto rows = RowsOf(engine, rule);
  const std::vector<double> row = engine.rows.empty() ? rows.front() : engine.rows.front();
  const double first = rule.by > 0 ? std::max(engine.bounds.min, 1) : *engine.bounds.max;
  play.Settle(row, first);
  play.Step(row, first + rule.by, kMinute);
  play.Settle(row, first + rule.by);
  return play.Take();
}

}  // namespace

std::vector<double> QuietValues(const StepEngine& engine) {
  if (!engine.quiet.empty()) return engine.quiet;
  std::vector<double> quiet;
  for (const std::string& signal : engine.signals) {
    std::vector<double> thresholds;
    for (const StepRule& rule : engine.rules) {
      for (const StepCondition& each : rule.conditions) {
        if (each.signal == signal && each.over == Duration::zero()) thresholds.push_back(each.threshold);
      }
    }
    std::sort(thresholds.begin(), thresholds.end());
    if (thresholds.empty()) {
      quiet.push_back(100);
      continue;
    }
    std::vector<double> candidates = {thresholds.front() > 0 ? thresholds.front() / 2 : thresholds.front() - 1,
                                      thresholds.back() + 1 + std::abs(thresholds.back())};
    for (std::size_t i = 1; i < thresholds.size(); ++i) candidates.push_back((thresholds[i - 1] + thresholds[i]) / 2);
    double best = candidates.front();
    std::size_t fewest = thresholds.size() + 1;
    for (const double value : candidates) {
      std::size_t held = 0;
      for (const StepRule& rule : engine.rules) {
        for (const StepCondition& each : rule.conditions) {
          if (each.signal != signal || each.over > Duration::zero()) continue;
          const bool low = each.is == Is::kBelow || each.is == Is::kAtMost;
          const bool high = each.is == Is::kAbove || each.is == Is::kAtLeast;
          if ((low && value < each.threshold) || (high && value > each.threshold)) ++held;
        }
      }
      if (held >= fewest) continue;
      fewest = held;
      best = value;
    }
    quiet.push_back(best);
  }
  return quiet;
}

std::vector<Story> StepStories(const StepEngine& engine, const std::string& who) {
  constexpr Timestamp kBegin{std::chrono::sys_days(std::chrono::year(2026) / 1 / 5)};  // of a scenario
  std::vector<Story> stories = {ValuesStory(engine, who, kBegin)};
  if (auto waits = CooldownStory(engine, who, kBegin)) stories.push_back(std::move(*waits));
  return stories;
}

}  // namespace loadline
