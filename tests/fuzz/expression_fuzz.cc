// libFuzzer: an expression is refused or evaluated, whatever is written; it never crashes, and yields finite numbers
// only.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "scaling/expression.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using loadline::Expression;
  static const std::vector<std::string> variables = {"a", "lag", "lag.age", "max", "x_1"};
  static const std::vector<std::vector<double>> values = {
      {0, 0, 0, 0, 0},
      {1, 90, 7.5, 3, -2},
      {1e308, -1e308, 1e-308, 0.5, 1e9},
      {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), 1, 2, 3}};

  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const loadline::Result<Expression> expression = Expression::Parse(text, variables);
  if (!expression) {
    if (expression.error().message.empty()) std::abort();
    return 0;
  }
  const Expression copy = *expression;
  for (const std::vector<double>& each : values) {
    const loadline::Result<double> value = expression->Evaluate(each);
    if (value && !std::isfinite(*value)) std::abort();
    if (value != copy.Evaluate(each)) std::abort();
  }
  return 0;
}
