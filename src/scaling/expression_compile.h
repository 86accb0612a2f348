// From an expression's scanned text to its nodes. Of use to expression*.cc only.
#ifndef LOADLINE_SCALING_EXPRESSION_COMPILE_H_
#define LOADLINE_SCALING_EXPRESSION_COMPILE_H_

#include <string>
#include <vector>

#include "base/result.h"
#include "scaling/expression_text.h"
#include "scaling/expression_tree.h"

namespace loadline {

// The names of the functions that expressions may call.
std::vector<std::string> ExpressionFunctions();

// Fails with kInvalidArgument where the grammar of expression.h is broken. REQUIRES: text of ScanExpression().
Result<ExpressionTree> CompileExpression(const ExpressionText& text, const std::vector<std::string>& variables);

}  // namespace loadline

#endif  // LOADLINE_SCALING_EXPRESSION_COMPILE_H_
