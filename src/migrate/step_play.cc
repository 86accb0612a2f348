#include "migrate/step_play.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "migrate/measured.h"
#include "migrate/new_object.h"

namespace loadline {
namespace {

using Is = StepCondition::Is;

constexpr Duration kMinute = std::chrono::minutes(1);

}  // namespace

StepPlay::StepPlay(const StepEngine& engine, std::string who, Story story, Timestamp begin)
    : engine_(engine), who_(std::move(who)), story_(std::move(story)), now_(begin), since_(engine.rules.size()) {
  story_.keys = engine.signals;
  story_.keys.emplace_back("observed");
}

void StepPlay::Step(const std::vector<double>& values, double observed, Duration lasts) {
  const bool may_add = observed < *engine_.bounds.max && (!observed_ || *observed_ == observed);
  if (!may_add && Contradicts(values)) return;
  const Duration step = Stride();
  lasts = std::max(step, (lasts + step - Duration(1)) / step * step);
  const auto since = since_;
  const auto changed = changed_;
  const auto observed_before = observed_;
  See(values, observed);
  // What was decided last when the story looks: as its last minute begins.
  const Timestamp looked_at = AlignDown(now_ + lasts - kMinute, std::max(engine_.every, Duration(1000)));
  StoryStep told;
  for (const double each : values) told.values.push_back(SeriesValue(each));
  told.values.push_back(SeriesValue(observed));
  told.lasts = lasts;
  told.want = Decide(values, observed, looked_at, told.why);
  told.active = told.want > 0;
  if (!HpaFollows(observed, told.want)) {  // then what KEDA is told is not what is wanted: no such step
    since_ = since;
    changed_ = changed;
    observed_ = observed_before;
    return;
  }
  story_.steps.push_back(std::move(told));
  now_ += lasts;
  before_ = values;
}

Duration StepPlay::Settled() const {
  Duration longest{0};
  for (const StepRule& rule : engine_.rules) {
    longest = std::max({longest, rule.hold, rule.cooldown});
    for (const StepCondition& each : rule.conditions) longest = std::max(longest, each.over);
  }
  return longest + engine_.window + 2 * Stride();
}

// Whole minutes, as a story has them, at whose ends it decides anew.
Duration StepPlay::Stride() const {
  return engine_.every <= Duration::zero() ? Duration(kMinute)
                                           : Duration(std::lcm(engine_.every.count(), Duration(kMinute).count()));
}

void StepPlay::See(const std::vector<double>& values, double observed) {
  for (std::size_t i = 0; i < engine_.rules.size(); ++i) {
    const bool holds = Holds(engine_.rules[i], values, now_);
    if (!holds) since_[i].reset();
    if (holds && !since_[i]) since_[i] = now_;
  }
  if (observed_ && *observed_ != observed) changed_ = now_;
  observed_ = observed;
}

bool StepPlay::Holds(const StepRule& rule, const std::vector<double>& values, Timestamp time) const {
  const auto holds = [&](const StepCondition& each) { return Holds(each, values, time); };
  return rule.all ? std::all_of(rule.conditions.begin(), rule.conditions.end(), holds)
                  : std::any_of(rule.conditions.begin(), rule.conditions.end(), holds);
}

bool StepPlay::Contradicts(const std::vector<double>& values) const {
  const auto any = [&](bool up) {
    return std::any_of(engine_.rules.begin(), engine_.rules.end(),
                       [&](const StepRule& rule) { return (rule.by > 0) == up && Holds(rule, values, now_); });
  };
  return any(true) && any(false);
}

double StepPlay::ValueOf(const StepCondition& condition, const std::vector<double>& values) const {
  if (condition.signal == "score") return engine_.score(values);
  const auto found = std::find(engine_.signals.begin(), engine_.signals.end(), condition.signal);
  return values[static_cast<std::size_t>(found - engine_.signals.begin())];
}

bool StepPlay::Holds(const StepCondition& condition, const std::vector<double>& values, Timestamp time) const {
  const double value = ValueOf(condition, values);
  switch (condition.is) {
    case Is::kAbove: return value > condition.threshold;
    case Is::kBelow: return value < condition.threshold;
    case Is::kAtLeast: return value >= condition.threshold;
    case Is::kAtMost: return value <= condition.threshold;
    case Is::kEqual: return value == condition.threshold;
    case Is::kRises:
    case Is::kFalls: break;
  }
  // What was before is within reach for so long.
  if (before_.empty() || time >= now_ + condition.over) return false;
  const double was = ValueOf(condition, before_);
  if (was == 0) return false;  // no story begins there
  const double percent = 100 * (value - was) / std::abs(was);
  return condition.is == Is::kRises ? percent >= condition.threshold : percent <= -condition.threshold;
}

double StepPlay::Decide(const std::vector<double>& values, double observed, Timestamp time, std::string& why) const {
  const double decided = Counted(values, observed, time, why);
  if (engine_.holds) {
    why = fmt::format("{} changes nothing; it would say {}", who_, SeriesValue(decided));
    return observed;
  }
  const double floor = engine_.floor ? engine_.floor(time) : 0;
  if (floor > decided) why = fmt::format("{}: a schedule says {}", who_, SeriesValue(floor));
  if (engine_.score) why += fmt::format(", score {}", SeriesValue(engine_.score(values)));
  return std::clamp<double>(std::max(decided, floor), engine_.bounds.min, *engine_.bounds.max);
}

double StepPlay::Counted(const std::vector<double>& values, double observed, Timestamp time, std::string& why) const {
  for (std::size_t i = 0; i < engine_.rules.size(); ++i) {
    const StepRule& rule = engine_.rules[i];
    if (!since_[i] || time - *since_[i] < rule.hold || !Holds(rule, values, time)) continue;
    if (changed_ && time - *changed_ < rule.cooldown) {
      why = fmt::format("{}: {} is cooling down", who_, rule.name);
      return observed;
    }
    const double count = std::clamp<double>(observed + rule.by, engine_.bounds.min, *engine_.bounds.max);
    if (rule.by > 0 ? count <= observed : count >= observed) continue;
    why = fmt::format("{}: {}", who_, rule.name);
    return count;
  }
  why = fmt::format("{}: no rule", who_);
  return observed;
}

}  // namespace loadline
