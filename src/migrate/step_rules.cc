#include "migrate/step_rules.h"

#include <cstdlib>

#include "document/yaml_text.h"

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

}  // namespace loadline
