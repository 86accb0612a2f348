// What an expression is once it has been read. Of use to expression*.cc only.
#ifndef LOADLINE_SCALING_EXPRESSION_TREE_H_
#define LOADLINE_SCALING_EXPRESSION_TREE_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace loadline {

enum class ExpressionStep : std::uint8_t {
  kNumber,
  kVariable,
  // Of what they are of, they evaluate only what they need.
  kIf,
  kAnd,
  kOr,
  // Of two nodes.
  kLess,
  kGreater,
  kAtMost,
  kAtLeast,
  kEqual,
  kNotEqual,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kPower,
  kMin,
  kMax,
  // Of one.
  kNegate,
  kNot,
  kAbs,
  kCeil,
  kFloor,
  kRound,
  kSqrt,
  kLog,
  kExp,
};

struct ExpressionNode {
  ExpressionStep step = ExpressionStep::kNumber;
  std::array<std::uint16_t, 3> of{};  // nodes before this one
  std::uint16_t variable = 0;         // index
  double number = 0;
};

struct ExpressionTree {
  std::vector<ExpressionNode> nodes;  // the last one is the whole
  std::vector<std::string> variables;
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_EXPRESSION_TREE_H_
