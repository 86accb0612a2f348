#include "migrate/measured.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "document/yaml_text.h"

namespace loadline {
namespace {

double Demand(const MeasuredSignal& signal, double value) {
  const double times = signal.kind == TargetKind::kValue ? kObserved : 1;
  return times * std::max(0.0, value) / signal.target;
}

std::string Count(const MeasuredSignal& signal, double value) {
  return fmt::format("{}{} / {}", signal.kind == TargetKind::kValue ? FormatNumber(kObserved) + " * " : "",
                     SeriesValue(value), SeriesValue(signal.target));
}

StoryStep StepFor(const std::vector<MeasuredSignal>& signals, const CountBounds& bounds, const std::string& scaler,
                  const std::vector<double>& values) {
  StoryStep step;
  step.active = bounds.min > 0;
  double highest = 0;
  std::string counted;
  const std::vector<std::size_t> first = FirstWithQuery(signals);
  for (std::size_t i = 0; i < signals.size(); ++i) {
    const double value = values[first[i]];
    if (first[i] == i) step.values.push_back(SeriesValue(value));
    step.active = step.active || value > signals[i].activation;
    const double demand = Demand(signals[i], value);
    if (demand > highest || counted.empty()) counted = Count(signals[i], value);
    highest = std::max(highest, demand);
  }
  if (NeedsObserved(signals)) step.values.push_back(FormatNumber(kObserved));
  step.want = std::max<double>(highest, bounds.min);
  if (bounds.max) step.want = std::min<double>(step.want, *bounds.max);
  step.why = fmt::format("{}: {}", scaler, counted);
  if (step.want > highest) step.why += fmt::format(", at least {}", bounds.min);
  if (step.want < highest) step.why += fmt::format(", at most {}", *bounds.max);
  return step;
}

}  // namespace

bool NeedsObserved(const std::vector<MeasuredSignal>& signals) {
  return std::any_of(signals.begin(), signals.end(), [](const auto& each) { return each.kind == TargetKind::kValue; });
}

std::string SeriesValue(double value) {
  std::string text = fmt::format("{:.6f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

Node SignalNode(const MeasuredSignal& signal) {
  Node node = MapNode({{"name", TextNode(signal.name)}});
  if (!signal.source.empty()) SetEntry(node, "source", TextNode(signal.source));
  SetEntry(node, "query", TextNode(signal.query));
  SetEntry(node, signal.kind == TargetKind::kValue ? "target" : "perReplica", PlainNode(SeriesValue(signal.target)));
  if (signal.activation > 0) SetEntry(node, "activateAbove", PlainNode(SeriesValue(signal.activation)));
  if (signal.empty_is_zero) SetEntry(node, "onEmpty", TextNode("zero"));
  return node;
}

void SayEmptyOnce(Node& spec) {
  const auto found =
      std::find_if(spec.entries.begin(), spec.entries.end(), [](const Entry& each) { return each.key == "signals"; });
  if (found == spec.entries.end()) return;
  bool any = false;
  for (const Node& signal : found->value.items) {
    if (signal.Find("query") == nullptr) continue;
    any = true;
    if (signal.Find("onEmpty") == nullptr) return;
  }
  if (!any) return;
  for (Node& signal : found->value.items) RemoveEntry(signal, "onEmpty");
  SetEntry(spec, "onEmpty", TextNode("zero"));
}

std::vector<std::size_t> FirstWithQuery(const std::vector<MeasuredSignal>& signals) {
  std::vector<std::size_t> first;
  for (const MeasuredSignal& each : signals) {
    const auto found = std::find_if(signals.begin(), signals.end(), [&](const MeasuredSignal& other) {
      return other.query == each.query && other.source == each.source;
    });
    first.push_back(static_cast<std::size_t>(found - signals.begin()));
  }
  return first;
}

std::vector<std::string> ActivationsAboveTargets(const std::vector<MeasuredSignal>& signals) {
  std::vector<std::string> names;
  for (const MeasuredSignal& each : signals) {
    if (each.activation > each.target) names.push_back(each.name);
  }
  return names;
}

Story MeasuredStory(const std::vector<MeasuredSignal>& signals, const CountBounds& bounds, const std::string& scaler) {
  Story story;
  story.name = "as-before";
  story.title = fmt::format("What {} made of these values, Loadline makes of them.", scaler);
  const std::vector<std::size_t> first = FirstWithQuery(signals);
  for (std::size_t i = 0; i < signals.size(); ++i) {
    if (first[i] == i) story.keys.push_back(signals[i].name);
  }
  if (NeedsObserved(signals)) story.keys.emplace_back("observed");

  const auto add = [&](const std::vector<double>& values) {
    StoryStep step = StepFor(signals, bounds, scaler, values);
    // Loadline never lets KEDA go to zero while more than one is wanted (ActivationsAboveTargets).
    if (step.active || step.want <= 1) {
      story.steps.push_back(std::move(step));
    } else {
      ++story.left_out;
    }
  };
  const std::vector<double> nothing(signals.size(), 0.0);
  add(nothing);
  std::vector<double> all = nothing;
  for (std::size_t i = 0; i < signals.size(); ++i) {
    const double one = signals[i].kind == TargetKind::kValue ? signals[i].target / kObserved : signals[i].target;
    std::vector<double> values = nothing;
    const auto with = [&](double value) {
      values[first[i]] = value;
      add(values);
    };
    if (signals[i].activation > 0) {
      with(signals[i].activation);
      with(signals[i].activation * 1.25);
    }
    for (const double replicas : {0.5, 1.0, 2.5, bounds.max.value_or(100) + 2.0}) with(one * replicas);
    all[i] = one * (1.5 + static_cast<double>(i));
  }
  if (signals.size() > 1) add(all);
  add(nothing);
  return story;
}

}  // namespace loadline
