// A formula as a tree.
#ifndef LOADLINE_MIGRATE_FORMULA_TREE_H_
#define LOADLINE_MIGRATE_FORMULA_TREE_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace loadline {

struct FormulaNode {
  enum class Kind { kNumber, kName, kUnary, kBinary, kChoice, kCall };

  Kind kind = Kind::kNumber;
  std::string text;  // a name, an operator of ours, a function of ours; of a number what was written
  double number = 0;
  std::vector<std::shared_ptr<const FormulaNode>> parts;
};

// Fails as Formula::Parse.
Result<std::shared_ptr<const FormulaNode>> ParseFormula(std::string_view text);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_FORMULA_TREE_H_
