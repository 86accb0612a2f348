#include "scaling/combine_yaml.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "scaling/combine_fields.h"

namespace loadline {
namespace {

// Beside it, not within: clang takes no optional of a nested class with defaults while the outer one is incomplete.
struct ScoreTarget {
  double target = 70;
};
struct PriorityOrder {
  std::optional<std::vector<std::string>> priority;
  std::optional<ScoreTarget> score;
};

template <class Visitor>
void DescribeFields(Visitor& visit, ScoreTarget& score) {
  visit({.name = "target",
         .help = "Where the score should be.",
         .unit = "percent",
         .example = "70",
         .required = true,
         .above = 0,
         .at_most = kFullScore},
        score.target);
}

template <class Visitor>
void DescribeFields(Visitor& visit, PriorityOrder& order) {
  visit({.name = "priority", .help = "Signals, the first first.", .example = "[orders, fallback]"}, order.priority);
  visit({.name = "score", .help = "observed replicas * score / target.", .example = "{ target: 70 }"}, order.score);
}

constexpr std::array kCombineWords = {
    std::pair{Combine::Kind::kMax, "max"},           std::pair{Combine::Kind::kMin, "min"},
    std::pair{Combine::Kind::kSum, "sum"},           std::pair{Combine::Kind::kMean, "mean"},
    std::pair{Combine::Kind::kMedian, "median"},     std::pair{Combine::Kind::kWeighted, "weighted"},
    std::pair{Combine::Kind::kPriority, "priority"}, std::pair{Combine::Kind::kScore, "score"},
};

bool IsOneWord(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace

void ReadValue(const Node& node, const Field&, const std::string& path, Problems& problems, Combine& value) {
  if (node.kind == Node::Kind::kMap) {
    PriorityOrder order;
    ReadFields(node, path, problems, order);
    if (order.priority.has_value() == order.score.has_value())
      return AddProblem(problems, node, path, "want one of priority: [...] and score: { target }");
    value.kind = order.priority ? Combine::Kind::kPriority : Combine::Kind::kScore;
    if (order.priority) value.order = *order.priority;
    if (order.score) value.score_target = order.score->target;
    return;
  }
  std::vector<std::string> words;
  for (const auto& [kind, word] : kCombineWords) {
    words.emplace_back(word);
    if (node.kind == Node::Kind::kScalar && node.text == word) {
      value.kind = kind;
      return;
    }
  }
  if (node.kind != Node::Kind::kScalar || node.text.empty())
    return AddProblem(problems, node, path, "want " + JoinWords(words, "or") + ", or an expression");
  // One word that is nearly one of ours is a slip, not an expression.
  if (const auto meant = DidYouMean(node.text, words); meant && IsOneWord(node.text)) {
    return AddProblem(problems, node, path, "want " + JoinWords(words, "or") + ", or an expression",
                      fmt::format("did you mean {}?", *meant));
  }
  value.kind = Combine::Kind::kExpression;
  value.text = node.text;
}

void ParseExpression(Policy& policy, const Node& spec, Problems& problems) {
  Combine& combine = policy.combine;
  if (combine.kind != Combine::Kind::kExpression || combine.text.empty()) return;
  std::vector<std::string> names;
  for (const Signal& signal : policy.signals) {
    if (signal.name.empty()) return;  // which has been reported
    names.push_back(signal.name);
  }
  const std::vector<std::string> variables = ExpressionVariables(names);
  const Node& at = spec.Find("combine") == nullptr ? spec : *spec.Find("combine");
  auto report = [&](std::string rule, std::string hint) {
    problems.push_back({at.at, "spec.combine", std::move(rule), "", std::move(hint), Severity::kError});
  };
  if (std::set<std::string>(variables.begin(), variables.end()).size() < variables.size()) {
    return report("two signals, or a signal and what an expression names besides, would be called the same",
                  "such as lag and lag-value: rename one");
  }
  Result<Expression> expression = Expression::Parse(combine.text, variables);
  if (!expression) return report(expression.error().message, "");
  combine.uses.resize(variables.size());
  for (const std::string& used : expression->Used()) {
    const auto found = std::find(variables.begin(), variables.end(), used);
    combine.uses[static_cast<std::size_t>(found - variables.begin())] = true;
  }
  combine.expression = std::move(*expression);
}

}  // namespace loadline
