#include "migrate/step_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "document/yaml_text.h"
#include "migrate/new_object.h"

namespace loadline {
namespace {

using Is = StepCondition::Is;

Node Compare(const StepCondition& condition, const char* how) {
  return MapNode({{"signal", TextNode(condition.signal)}, {how, PlainNode(SeriesValue(condition.threshold))}});
}

Node Negation(Node of) { return MapNode({{"not", std::move(of)}}); }

Node ConditionNode(const StepCondition& condition) {
  switch (condition.is) {
    case Is::kAbove: return Compare(condition, "above");
    case Is::kBelow: return Compare(condition, "below");
    case Is::kAtLeast: return Negation(Compare(condition, "below"));
    case Is::kAtMost: return Negation(Compare(condition, "above"));
    case Is::kEqual:
      return Negation(MapNode({{"any", ListNode({Compare(condition, "above"), Compare(condition, "below")})}}));
    case Is::kRises:
    case Is::kFalls: break;
  }
  const std::string by = (condition.is == Is::kFalls ? "-" : "") + SeriesValue(condition.threshold) + "%";
  return MapNode({{"signal", TextNode(condition.signal)},
                  {"changesBy", PlainNode(by)},
                  {"over", PlainNode(FormatDuration(condition.over))}});
}

Node WhenNode(const StepRule& rule) {
  Node when;
  if (rule.conditions.size() == 1) {
    when = ConditionNode(rule.conditions.front());
  } else {
    std::vector<Node> conditions;
    for (const StepCondition& each : rule.conditions) conditions.push_back(ConditionNode(each));
    when = MapNode({{rule.all ? "all" : "any", ListNode(std::move(conditions))}});
  }
  if (rule.hold > Duration::zero()) SetEntry(when, "for", PlainNode(FormatDuration(rule.hold)));
  return when;
}

// Those before it that add less, or remove less: they come first there, and here the largest would win.
Node WhenFirst(const StepEngine& engine, std::size_t index) {
  const StepRule& rule = engine.rules[index];
  std::vector<Node> all = {WhenNode(rule)};
  for (std::size_t i = 0; i < index; ++i) {
    const StepRule& before = engine.rules[i];
    if ((before.by > 0) == (rule.by > 0) && std::abs(before.by) < std::abs(rule.by))
      all.push_back(Negation(WhenNode(before)));
  }
  return all.size() == 1 ? all.front() : MapNode({{"all", ListNode(std::move(all))}});
}

Node RuleNode(const StepEngine& engine, std::size_t index) {
  const StepRule& rule = engine.rules[index];
  Node node = MapNode({{"name", TextNode(rule.name)},
                       {"when", WhenFirst(engine, index)},
                       {rule.by > 0 ? "add" : "remove", NumberNode(std::abs(rule.by))}});
  if (rule.cooldown > Duration::zero()) SetEntry(node, "cooldown", PlainNode(FormatDuration(rule.cooldown)));
  return node;
}

constexpr Duration kMinute = std::chrono::minutes(1);

// What happens in a story, as the engine sees it: values that stay for a while, and replicas that are there.
class Play {
 public:
  Play(const StepEngine& engine, std::string who, Story story, Timestamp begin)
      : engine_(engine), who_(std::move(who)), story_(std::move(story)), now_(begin), since_(engine.rules.size()) {
    story_.keys = engine.signals;
    story_.keys.emplace_back("observed");
  }

  // For so long that all that looks back sees these values alone, and nothing cools down.
  void Settle(const std::vector<double>& values, double observed) { Step(values, observed, Settled()); }

  // Left out where rules that add and rules that remove hold at once, and those that add cannot: StepEngine says that
  // this differs.
  void Step(const std::vector<double>& values, double observed, Duration lasts) {
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

  Story Take() { return std::move(story_); }

  Duration Settled() const {
    Duration longest{0};
    for (const StepRule& rule : engine_.rules) {
      longest = std::max({longest, rule.hold, rule.cooldown});
      for (const StepCondition& each : rule.conditions) longest = std::max(longest, each.over);
    }
    return longest + engine_.window + 2 * Stride();
  }

 private:
  // Whole minutes, as a story has them, at whose ends it decides anew.
  Duration Stride() const {
    return engine_.every <= Duration::zero() ? Duration(kMinute)
                                             : Duration(std::lcm(engine_.every.count(), Duration(kMinute).count()));
  }

  void See(const std::vector<double>& values, double observed) {
    for (std::size_t i = 0; i < engine_.rules.size(); ++i) {
      const bool holds = Holds(engine_.rules[i], values, now_);
      if (!holds) since_[i].reset();
      if (holds && !since_[i]) since_[i] = now_;
    }
    if (observed_ && *observed_ != observed) changed_ = now_;
    observed_ = observed;
  }

  bool Holds(const StepRule& rule, const std::vector<double>& values, Timestamp time) const {
    const auto holds = [&](const StepCondition& each) { return Holds(each, values, time); };
    return rule.all ? std::all_of(rule.conditions.begin(), rule.conditions.end(), holds)
                    : std::any_of(rule.conditions.begin(), rule.conditions.end(), holds);
  }

  bool Contradicts(const std::vector<double>& values) const {
    const auto any = [&](bool up) {
      return std::any_of(engine_.rules.begin(), engine_.rules.end(),
                         [&](const StepRule& rule) { return (rule.by > 0) == up && Holds(rule, values, now_); });
    };
    return any(true) && any(false);
  }

  double ValueOf(const StepCondition& condition, const std::vector<double>& values) const {
    if (condition.signal == "score") return engine_.score(values);
    const auto found = std::find(engine_.signals.begin(), engine_.signals.end(), condition.signal);
    return values[static_cast<std::size_t>(found - engine_.signals.begin())];
  }

  bool Holds(const StepCondition& condition, const std::vector<double>& values, Timestamp time) const {
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

  double Decide(const std::vector<double>& values, double observed, Timestamp time, std::string& why) const {
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

  double Counted(const std::vector<double>& values, double observed, Timestamp time, std::string& why) const {
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

  const StepEngine& engine_;
  std::string who_;
  Story story_;
  Timestamp now_;
  std::vector<std::optional<Timestamp>> since_;
  std::vector<double> before_;
  std::optional<double> observed_;
  std::optional<Timestamp> changed_;
};

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
             Play& play) {
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
  Play play(engine, who, std::move(story), begin);
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
  Play play(engine, who, std::move(story), begin);
  const auto rows = RowsOf(engine, rule);
  const std::vector<double> row = engine.rows.empty() ? rows.front() : engine.rows.front();
  const double first = rule.by > 0 ? std::max(engine.bounds.min, 1) : *engine.bounds.max;
  play.Settle(row, first);
  play.Step(row, first + rule.by, kMinute);
  play.Settle(row, first + rule.by);
  return play.Take();
}

}  // namespace

Node StepRulesNode(const StepEngine& engine) {
  std::vector<Node> nodes;
  for (const bool up : {false, true}) {
    for (std::size_t i = 0; i < engine.rules.size(); ++i) {
      if ((engine.rules[i].by > 0) == up) nodes.push_back(RuleNode(engine, i));
    }
  }
  return ListNode(std::move(nodes));
}

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
