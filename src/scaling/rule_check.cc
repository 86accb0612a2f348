#include <fmt/format.h>

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

}  // namespace

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
