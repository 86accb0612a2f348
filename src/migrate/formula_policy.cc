#include "migrate/formula_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "document/yaml_text.h"
#include "migrate/formula.h"
#include "migrate/reading.h"

namespace loadline {
namespace {

struct Modifiers {
  std::string text;
  Formula formula;
  double target = 1;
  double activation = 0;
  bool by_value = false;  // metricType: Value
};

// As an expression calls a signal: letters, digits and _.
std::string VariableOf(const std::string& signal) {
  std::string variable = signal;
  std::replace(variable.begin(), variable.end(), '-', '_');
  return std::isdigit(static_cast<unsigned char>(variable[0])) != 0 ? "_" + variable : variable;
}

bool IsCron(const ReadTriggers& triggers, const std::string& signal) {
  return std::any_of(triggers.crons.begin(), triggers.crons.end(),
                     [&](const auto& each) { return each.name == signal; });
}

// What the formula's names are in an expression. A cron trigger outside of its hours is 0 there.
std::map<std::string, std::string> ExpressionNames(const ReadTriggers& triggers) {
  std::map<std::string, std::string> names;
  for (const auto& [trigger, signal] : triggers.formula_names) {
    const std::string variable = VariableOf(signal);
    names[trigger] = IsCron(triggers, signal) ? fmt::format("({0}_present ? {0} : 0)", variable) : variable + "_value";
  }
  return names;
}

Node WithoutLaw(const MeasuredSignal& signal) {
  Node node = SignalNode(signal);
  for (const char* key : {"perReplica", "target", "activateAbove"}) RemoveEntry(node, key);
  return node;
}

// A handful of values for each of the names, one at a time and together, the same each time.
std::vector<std::vector<double>> ValuesToTry(std::size_t names, double target) {
  const std::vector<double> values = {0, 0.5, 1, 2, 5, 10, 60, 1000, target, target * 2.5};
  std::vector<std::vector<double>> rows = {std::vector<double>(names, 0.0)};
  for (std::size_t i = 0; i < names; ++i) {
    for (const double value : values) {
      std::vector<double> row(names, 1.0);
      row[i] = value;
      rows.push_back(row);
    }
  }
  constexpr std::size_t kTogether = 12;
  for (std::size_t k = 0; k < kTogether; ++k) {
    std::vector<double> row;
    for (std::size_t i = 0; i < names; ++i) row.push_back(values[(k * 7 + i * 3 + k / 3) % values.size()]);
    rows.push_back(row);
  }
  return rows;
}

Story FormulaStory(const Modifiers& modifiers, const std::vector<MeasuredSignal>& signals,
                   const std::map<std::string, std::string>& trigger_of, const CountBounds& bounds) {
  Story story;
  story.name = "as-before";
  story.title = "What KEDA made of these values by its formula, Loadline makes of them.";
  const std::vector<std::size_t> first = FirstWithQuery(signals);
  for (std::size_t i = 0; i < signals.size(); ++i) {
    if (first[i] == i) story.keys.push_back(signals[i].name);
  }
  if (modifiers.by_value) story.keys.emplace_back("observed");
  for (const std::vector<double>& row : ValuesToTry(signals.size(), modifiers.target)) {
    std::map<std::string, double> values;
    bool any_above_zero = false;
    StoryStep step;
    for (std::size_t i = 0; i < signals.size(); ++i) {
      const double value = row[first[i]];
      values[trigger_of.at(signals[i].name)] = value;
      any_above_zero = any_above_zero || value > 0;
      if (first[i] == i) step.values.push_back(SeriesValue(value));
    }
    if (modifiers.by_value) step.values.push_back(SeriesValue(kObserved));
    const double composite = modifiers.formula.Evaluate(values);
    // A division by nothing is an error here; below 0 the HPA takes it for a number near 2^64, and goes to its maximum.
    if (!std::isfinite(composite) || composite < 0) {
      ++story.left_out;
      continue;
    }
    step.want = composite / modifiers.target * (modifiers.by_value ? kObserved : 1);
    step.want = std::max<double>(std::min<double>(step.want, *bounds.max), bounds.min);
    const bool keda_active = composite > modifiers.activation;
    // Where these differ a note says so.
    if (bounds.min == 0 && keda_active != (any_above_zero || step.want > 1)) {
      ++story.left_out;
      continue;
    }
    step.active = bounds.min > 0 || keda_active;
    step.why = fmt::format("KEDA: {} = {:.6g}, target {}", modifiers.text, composite, SeriesValue(modifiers.target));
    story.steps.push_back(std::move(step));
  }
  return story;
}

Result<Modifiers> ReadModifiers(const Node& node) {
  Modifiers modifiers;
  modifiers.text = TextAt(node, "formula");
  const auto formula = Formula::Parse(modifiers.text);
  if (!formula) return Fail(Code::kInvalidArgument, fmt::format("formula: {}", formula.error().message));
  modifiers.formula = *formula;
  modifiers.target = NumberAt(node, "target").value_or(0);
  if (modifiers.target <= 0) return Fail(Code::kInvalidArgument, "target is no number above 0");
  modifiers.activation = NumberAt(node, "activationTarget").value_or(0);
  modifiers.by_value = TextAt(node, "metricType") == "Value";
  return modifiers;
}

bool IsNamed(const Formula& formula, const ReadTriggers& triggers, const std::string& signal) {
  for (const std::string& name : formula.Names()) {
    for (const auto& [trigger, its_signal] : triggers.formula_names) {
      if (trigger == name && its_signal == signal) return true;
    }
  }
  return false;
}

// KEDA counts no other external metric beside a formula; without it each trigger that stays would be one.
Status AllAreSignals(const Formula& formula, const ReadTriggers& triggers) {
  for (const std::string& name : formula.Names()) {
    const bool kept =
        std::find(triggers.kept_names.begin(), triggers.kept_names.end(), name) != triggers.kept_names.end();
    if (kept) return Fail(Code::kInvalidArgument, fmt::format("it names {}, which only KEDA reads", name));
  }
  for (const Node& each : triggers.kept) {
    const std::string type = TextAt(each, "type");
    if (type != "cpu" && type != "memory")
      return Fail(
          Code::kInvalidArgument,
          fmt::format("beside it there is a trigger of type {}, which counts for nothing now and would count then: "
                      "take it out first",
                      type));
  }
  return {};
}

}  // namespace

Result<FormulaPolicy> SayFormula(const Node& node, const ReadTriggers& triggers, const CountBounds& bounds,
                                 Migration& migration) {
  const auto modifiers = ReadModifiers(node);
  if (!modifiers) return Fail(modifiers.error());
  if (const Status known = AllAreSignals(modifiers->formula, triggers); !known) return Fail(known.error());
  const auto expression = modifiers->formula.Write(ExpressionNames(triggers));
  if (!expression) return Fail(expression.error());

  FormulaPolicy said;
  std::vector<Node> signals;
  std::vector<MeasuredSignal> named;
  for (const MeasuredSignal& each : triggers.measured) {
    if (!IsNamed(modifiers->formula, triggers, each.name)) {
      migration.Tell(Fate::kCarried, "spec.triggers",
                     fmt::format("{} counts for nothing, as the formula does not name it: it is left out", each.name));
      continue;
    }
    signals.push_back(WithoutLaw(each));
    named.push_back(each);
  }
  for (const CronSignal& each : triggers.crons) signals.push_back(CronSignalNode(each));
  const std::string combine =
      fmt::format("{}({}) / {}", modifiers->by_value ? "replicas * " : "", *expression, SeriesValue(modifiers->target));
  said.spec = MapNode({{"replicas", MapNode({{"min", NumberNode(bounds.min)}, {"max", NumberNode(*bounds.max)}})},
                       {"signals", ListNode(std::move(signals))},
                       {"combine", TextNode(combine)}});
  const std::string field = "spec.advanced.scalingModifiers";
  migration.Tell(Fate::kCarried, field + ".formula", "combine: " + combine);
  if (bounds.min == 0) {
    migration.Tell(
        Fate::kChanged, field + ".activationTarget",
        fmt::format("KEDA runs the workload while the formula is above {}; Loadline while any of its signals is "
                    "above 0, or more than one replica is wanted: give the signals an activateAbove",
                    SeriesValue(modifiers->activation)));
  }
  // With schedules it depends on the clock: CronStory's are about one trigger alone.
  if (!triggers.crons.empty()) {
    migration.Tell(Fate::kToDo, field + ".formula", "no scenario is made for a formula with a cron trigger: write one");
    return said;
  }
  std::map<std::string, std::string> trigger_of;
  for (const auto& [trigger, signal] : triggers.formula_names) trigger_of[signal] = trigger;
  said.stories.push_back(FormulaStory(*modifiers, named, trigger_of, bounds));
  if (said.stories.back().left_out > 0) {
    migration.Tell(
        Fate::kChanged, field + ".formula",
        "where it divides by 0, or is below 0 (of which the HPA makes its maximum), or its activity differs, the "
        "answers are not compared");
  }
  return said;
}

}  // namespace loadline
