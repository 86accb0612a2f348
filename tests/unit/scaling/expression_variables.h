// Variables for expressions, and what comes of one.
#ifndef LOADLINE_TESTS_UNIT_SCALING_EXPRESSION_VARIABLES_H_
#define LOADLINE_TESTS_UNIT_SCALING_EXPRESSION_VARIABLES_H_

#include <string>
#include <vector>

#include "scaling/expression.h"

namespace loadline::testing {

inline const std::vector<std::string> kNames = {"lag", "queue", "hour", "lag.age", "max", "_x1"};
inline const std::vector<double> kValues = {90, 40, 12, 7.5, 3, -2};

// Its value or its error.
inline std::string Outcome(const std::string& text, const std::vector<double>& values = kValues) {
  const Result<Expression> expression = Expression::Parse(text, kNames);
  if (!expression) return expression.error().message;
  const Result<double> value = expression->Evaluate(values);
  return value ? std::to_string(*value) : value.error().message;
}

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_UNIT_SCALING_EXPRESSION_VARIABLES_H_
