// A formula of scalingModifiers: it is refused with a word, or computed, and where it can be written as an expression
// of a policy, that says the same.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "fuzz/require.h"
#include "migrate/formula.h"
#include "scaling/expression.h"

namespace {

using namespace loadline;
using fuzz::Require;

constexpr double kValues[] = {0, 1, 2, 7.5, -3, 0.25, 1000};

// Rounding may differ, as the two may compute in another order.
bool AreAlike(double a, double b) { return a == b || std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b)); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Result<Formula> formula = Formula::Parse(text);
  if (!formula) {
    Require(!formula.error().message.empty());
    return 0;
  }
  const std::vector<std::string> names = formula->Names();
  std::map<std::string, std::string> signals;
  std::vector<std::string> variables;
  for (const std::string& name : names) {
    variables.push_back("s" + std::to_string(variables.size()));
    signals[name] = variables.back();
  }
  const Result<std::string> written = formula->Write(signals);
  Require(written || !written.error().message.empty());
  const Result<Expression> expression =
      written ? Expression::Parse(*written, variables) : Result<Expression>(Fail(Code::kInvalidArgument, ""));
  for (std::size_t round = 0; round < 4; ++round) {
    std::map<std::string, double> values;
    std::vector<double> listed;
    for (std::size_t i = 0; i < names.size(); ++i) {
      listed.push_back(kValues[(i + round * 3) % std::size(kValues)]);
      values[names[i]] = listed.back();
    }
    const double computed = formula->Evaluate(values);
    if (!expression) continue;
    const Result<double> evaluated = expression->Evaluate(listed);
    // A policy takes no number that something infinite led to, also where that was compared with another.
    if (evaluated) Require(std::isfinite(computed) && AreAlike(*evaluated, computed));
  }
  return 0;
}
