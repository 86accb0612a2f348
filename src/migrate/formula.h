// The formulas of scalingModifiers, in our own words.
// Source: keda 2.21 pkg/scaling/scale_handler.go (expr.Compile, AsFloat64); the language is github.com/expr-lang/expr.
#ifndef LOADLINE_MIGRATE_FORMULA_H_
#define LOADLINE_MIGRATE_FORMULA_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace loadline {

struct FormulaNode;

// Numbers, names of triggers, + - * / ** ^, comparisons, && || ! and their words, ? :, lists as arguments, and the
// functions min max sum mean abs ceil floor round float, count any all none one with a predicate: {# > 1}.
class Formula {
 public:
  // Fails with kInvalidArgument where the formula has something else; the message says what, and where (from 1).
  static Result<Formula> Parse(std::string_view text);

  // As an expression of a policy (scaling/expression.h), with each name as `names` has it. Fails with kInvalidArgument
  // where it has none.
  Result<std::string> Write(const std::map<std::string, std::string>& names) const;

  // As KEDA computes it; not finite where it divides by zero. REQUIRES: a value for each name.
  double Evaluate(const std::map<std::string, double>& values) const;

  std::vector<std::string> Names() const;  // each once, in the order of their first places

 private:
  std::shared_ptr<const FormulaNode> root_;
};

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_FORMULA_H_
