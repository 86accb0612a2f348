// What can be said of an expression's text before its grammar: characters, names, numbers, parentheses.
#ifndef LOADLINE_SCALING_EXPRESSION_TEXT_H_
#define LOADLINE_SCALING_EXPRESSION_TEXT_H_

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace loadline {

struct ExpressionText {
  std::string text;  // as long as what was written; blanks are spaces, a call's "(" follows its name at once
  std::set<std::string> variables;  // those that stand in it
};

// Fails with kInvalidArgument, for expression.h: what is too long or too deep, a character, name or number that cannot
// stand in an expression, "=" alone, parentheses that do not match.
Result<ExpressionText> ScanExpression(std::string_view text, const std::vector<std::string>& variables,
                                      const std::vector<std::string>& functions);

// Whether a variable may be called so.
bool IsExpressionName(std::string_view name);

}  // namespace loadline

#endif  // LOADLINE_SCALING_EXPRESSION_TEXT_H_
