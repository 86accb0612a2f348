// An arithmetic expression that a person wrote: max(lag / 300, buffer / 50) * (hour >= 9 && hour < 18 ? 1.5 : 1).
#ifndef LOADLINE_SCALING_EXPRESSION_H_
#define LOADLINE_SCALING_EXPRESSION_H_

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace loadline {

struct ExpressionTree;

// Numbers with a decimal point, names of variables, and, what binds tightest first:
//   f(a, ...)          min max sum avg of one value or more; abs ceil floor round sqrt log (natural) exp of one;
//                      pow(x, y), clamp(x, lo, hi), if(condition, a, b)
//   ^                  to the power of, from right to left
//   - !                once before a value: -a ^ 2 is -(a ^ 2)
//   * /   then   + -
//   < > <= >= == !=    1 or 0; not in chains
//   &&   then   ||   then   c ? a : b
// A condition holds unless it is 0. Of if, ? :, && and || only what is needed is evaluated: n > 0 ? x / n : 0 is safe.
// There are no assignments, texts, constants, loops or random numbers.
//
// Every step must yield a finite number, so that "not a number" never gets lost in a comparison or a minimum.
//
// A value like any other: may be copied; several threads may evaluate the same one at once, as nothing in it changes.
class Expression {
 public:
  static constexpr std::size_t kLongest = 1000;  // bytes; bounds the time, too
  static constexpr int kDeepest = 32;            // parentheses within parentheses

  Expression() = default;  // has no value

  // A name in `variables` is of letters, digits, "_" and ".", and begins with a letter or "_"; it may be a function's,
  // too. Fails with kInvalidArgument; the message says where (characters count from 1), and of a name what was probably
  // meant.
  static Result<Expression> Parse(std::string_view text, const std::vector<std::string>& variables);

  // The variables that stand in it, in the order of `variables`.
  const std::vector<std::string>& Used() const { return used_; }

  // The value, given those of the variables in their order. Fails with kFailedPrecondition where a step, or a variable
  // that it needs, is not finite; the message says which. REQUIRES: a value for each of `variables`.
  Result<double> Evaluate(std::span<const double> values) const;

  const std::string& text() const { return text_; }

  friend bool operator==(const Expression& a, const Expression& b) { return a.text_ == b.text_; }

 private:
  std::string text_;
  std::vector<std::string> used_;
  std::shared_ptr<const ExpressionTree> tree_;
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_EXPRESSION_H_
