#include "scaling/expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "base/text.h"
#include "scaling/expression_compile.h"
#include "scaling/expression_text.h"
#include "scaling/expression_tree.h"

namespace loadline {
namespace {

using Step = ExpressionStep;

// One evaluation. All values are finite: NaN stands for the failure that `problem` describes.
class Run {
 public:
  Run(const ExpressionTree& tree, std::span<const double> values) : tree_(tree), values_(values) {}

  // Recurses at most as deep as the text is long.
  double ValueOf(std::size_t index) {
    const ExpressionNode& node = tree_.nodes[index];
    if (node.step == Step::kNumber) return node.number;
    if (node.step == Step::kVariable) {
      return Checked(values_[node.variable], [&] { return tree_.variables[node.variable]; });
    }
    const double a = ValueOf(node.of[0]);
    if (std::isnan(a)) return a;
    switch (node.step) {
      case Step::kIf: return ValueOf(node.of[a != 0 ? 1 : 2]);
      case Step::kAnd: return a != 0 ? Truth(ValueOf(node.of[1])) : 0;
      case Step::kOr: return a != 0 ? 1 : Truth(ValueOf(node.of[1]));
      default: return node.step < Step::kNegate ? OfTwo(node.step, a, ValueOf(node.of[1])) : OfOne(node.step, a);
    }
  }

  const std::string& problem() const { return problem_; }

 private:
  double OfOne(Step step, double a) {
    const auto call = [a](const char* function) {
      return [=] { return fmt::format("{}({})", function, FormatNumber(a)); };
    };
    switch (step) {
      case Step::kNegate: return -a;
      case Step::kNot: return a == 0;
      case Step::kAbs: return std::abs(a);
      case Step::kCeil: return std::ceil(a);
      case Step::kFloor: return std::floor(a);
      case Step::kRound: return std::round(a);
      case Step::kSqrt: return Checked(std::sqrt(a), call("sqrt"));
      case Step::kLog: return Checked(std::log(a), call("log"));
      default: return Checked(std::exp(a), call("exp"));
    }
  }

  double OfTwo(Step step, double a, double b) {
    if (std::isnan(b)) return b;
    const auto between = [a, b](char sign) {
      return [=] { return fmt::format("{} {} {}", FormatNumber(a), sign, FormatNumber(b)); };
    };
    switch (step) {
      case Step::kLess: return a < b;
      case Step::kGreater: return a > b;
      case Step::kAtMost: return a <= b;
      case Step::kAtLeast: return a >= b;
      case Step::kEqual: return a == b;
      case Step::kNotEqual: return a != b;
      case Step::kMin: return std::min(a, b);
      case Step::kMax: return std::max(a, b);
      case Step::kAdd: return Checked(a + b, between('+'));
      case Step::kSubtract: return Checked(a - b, between('-'));
      case Step::kMultiply: return Checked(a * b, between('*'));
      case Step::kDivide: return Checked(a / b, between('/'));
      default: return Checked(std::pow(a, b), between('^'));
    }
  }

  static double Truth(double value) { return std::isnan(value) ? value : value != 0; }

  template <class Describe>
  double Checked(double value, const Describe& describe) {
    if (std::isfinite(value)) return value;
    problem_ = fmt::format("{} is {}", describe(), std::isnan(value) ? "not a number" : "infinite");
    return std::numeric_limits<double>::quiet_NaN();
  }

  const ExpressionTree& tree_;
  const std::span<const double> values_;
  std::string problem_;
};

}  // namespace

Result<Expression> Expression::Parse(std::string_view text, const std::vector<std::string>& variables) {
  for (const std::string& name : variables) {
    if (!IsExpressionName(name))
      return Fail(Code::kInvalidArgument, fmt::format("\"{}\" cannot name a variable", OneLine(name, 60)));
  }
  Result<ExpressionText> scanned = ScanExpression(text, variables, ExpressionFunctions());
  if (!scanned) return Fail(std::move(scanned.error()));
  Result<ExpressionTree> tree = CompileExpression(*scanned, variables);
  if (!tree) return Fail(std::move(tree.error()));

  Expression expression;
  expression.text_ = text;
  std::ranges::copy_if(variables, std::back_inserter(expression.used_),
                       [&](const std::string& name) { return scanned->variables.contains(name); });
  expression.tree_ = std::make_shared<const ExpressionTree>(std::move(*tree));
  return expression;
}

Result<double> Expression::Evaluate(std::span<const double> values) const {
  if (tree_ == nullptr) return Fail(Code::kFailedPrecondition, "an empty expression has no value");
  Run run(*tree_, values);
  const double value = run.ValueOf(tree_->nodes.size() - 1);
  if (std::isnan(value)) {
    return Fail(Code::kFailedPrecondition, fmt::format("{} in \"{}\"", run.problem(), OneLine(text_, 100)));
  }
  return value;
}

}  // namespace loadline
