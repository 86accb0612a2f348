#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "scaling/checking.h"

namespace loadline {
namespace {

constexpr int kDeepest = 8;

void CheckCondition(const Checking& checking, const Condition& condition, const Node& node, const std::string& field,
                    int depth);

void CheckList(const Checking& checking, const std::vector<Condition>& list, const Node& node, const std::string& field,
               int depth) {
  for (std::size_t i = 0; i < list.size() && i < node.items.size(); ++i)
    CheckCondition(checking, list[i], node.items[i], fmt::format("{}[{}]", field, i), depth + 1);
}

std::vector<std::string> FormsOf(const Condition& condition) {
  std::vector<std::string> forms;
  auto add = [&](bool there, const char* name) {
    if (there) forms.emplace_back(name);
  };
  add(!condition.all.list.empty(), "all");
  add(!condition.any.list.empty(), "any");
  add(!condition.negation.of.empty(), "not");
  add(condition.clock.has_value(), "clock");
  add(condition.signal.has_value(), "signal");
  return forms;
}

void CheckOfScore(const Checking& checking, const std::optional<double>& bound, const Node& node,
                  const std::string& field, std::string_view key) {
  if (!bound || (*bound >= 0 && *bound <= 100)) return;
  checking.Error(Child(node, key), fmt::format("{}.{}", field, key), "the score is from 0 to 100",
                 FormatNumber(*bound));
}

void CheckTest(const Checking& checking, const Condition& condition, const Node& node, const std::string& field) {
  const bool between = condition.above || condition.below;
  const bool any = between || condition.changes_by || condition.over;
  if (!condition.signal) {
    if (any) checking.Error(node, field, "above, below, changesBy and over go with signal", "no signal");
    return;
  }
  checking.SignalName(*condition.signal, Child(node, "signal"), field + ".signal", true);
  if (between == condition.changes_by.has_value()) {
    checking.Error(node, field, "a signal is tested by above and below, or by changesBy", between ? "both" : "neither",
                   "such as above: 900");
  }
  if (condition.above && condition.below && *condition.above >= *condition.below) {
    checking.Error(Child(node, "below"), field + ".below",
                   fmt::format("want more than above, which is {}", FormatNumber(*condition.above)),
                   FormatNumber(*condition.below), "for one or the other write any: [...]");
  }
  if (*condition.signal == kScoreName) {
    CheckOfScore(checking, condition.above, node, field, "above");
    CheckOfScore(checking, condition.below, node, field, "below");
  }
  if (condition.changes_by.has_value() != condition.over.has_value()) {
    checking.Error(node, field, "changesBy goes with over", condition.over ? "over alone" : "changesBy alone",
                   "such as changesBy: 20%, over: 5m");
  }
  if (condition.changes_by && condition.changes_by->value == 0)
    checking.Error(Child(node, "changesBy"), field + ".changesBy", "want a share other than 0%", "0%");
}

void CheckCondition(const Checking& checking, const Condition& condition, const Node& node, const std::string& field,
                    int depth) {
  if (depth > kDeepest)
    return checking.Error(node, field, fmt::format("conditions are nested {} deep at most", kDeepest), "more");
  const std::vector<std::string> forms = FormsOf(condition);
  if (forms.size() != 1) {
    return checking.Error(node, field, "a condition is one of all, any, not, clock and signal",
                          forms.empty() ? "none" : JoinWords(forms));
  }
  CheckTest(checking, condition, node, field);
  CheckList(checking, condition.all.list, Child(node, "all"), field + ".all", depth);
  CheckList(checking, condition.any.list, Child(node, "any"), field + ".any", depth);
  if (!condition.negation.of.empty())
    CheckCondition(checking, condition.negation.of.front(), Child(node, "not"), field + ".not", depth + 1);
}

// The tests of which each is enough for the condition to hold.
void CollectEnough(const Condition& condition, std::vector<const Condition*>& tests) {
  if (condition.signal && (condition.above || condition.below)) tests.push_back(&condition);
  for (const Condition& each : condition.any.list) CollectEnough(each, tests);
}

bool CanBothHold(const Condition& a, const Condition& b) {
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  return a.signal == b.signal && std::max(a.above.value_or(-kInfinite), b.above.value_or(-kInfinite)) <
                                     std::min(a.below.value_or(kInfinite), b.below.value_or(kInfinite));
}

// The signal of which some value is enough for both.
std::optional<std::string> SignalForBoth(const Condition& one, const Condition& other) {
  std::vector<const Condition*> of_one;
  std::vector<const Condition*> of_other;
  CollectEnough(one, of_one);
  CollectEnough(other, of_other);
  for (const Condition* a : of_one) {
    for (const Condition* b : of_other) {
      if (CanBothHold(*a, *b)) return a->signal;
    }
  }
  return std::nullopt;
}

}  // namespace

void WarnOfContraryRules(const Checking& checking, const std::vector<Rule>& rules, const Node& list) {
  for (const Rule& up : rules) {
    for (std::size_t i = 0; i < rules.size() && i < list.items.size(); ++i) {
      const Rule& down = rules[i];
      if (!up.add || !down.remove || !up.enabled || !down.enabled) continue;
      const auto signal = SignalForBoth(up.when, down.when);
      if (!signal) continue;
      checking.Warn(Child(list.items[i], "when"), fmt::format("spec.rules[{}].when", i),
                    fmt::format("at some values of {} rule {} adds while this one removes", *signal, up.name),
                    "leave room between what is above and what is below");
    }
  }
}

void CheckRule(const Checking& checking, const Rule& rule, const Node& node, const std::string& field) {
  const int actions = rule.add.has_value() + rule.remove.has_value() + rule.set.has_value() +
                      rule.at_least.has_value() + rule.at_most.has_value();
  if (actions != 1) {
    checking.Error(node, field, "a rule has one action: add, remove, set, atLeast or atMost",
                   actions == 0 ? "none" : "several", "such as add: 2");
  }
  if (Child(node, "when").kind == Node::Kind::kMap)
    CheckCondition(checking, rule.when, Child(node, "when"), field + ".when", 0);
}

}  // namespace loadline
