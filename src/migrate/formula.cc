#include "migrate/formula.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "migrate/formula_tree.h"

namespace loadline {
namespace {

using Kind = FormulaNode::Kind;

void CollectNames(const FormulaNode& node, std::vector<std::string>& names) {
  if (node.kind == Kind::kName && std::find(names.begin(), names.end(), node.text) == names.end())
    names.push_back(node.text);
  for (const auto& each : node.parts) CollectNames(*each, names);
}

// Parentheses about all that is made of parts: ours binds in another way here and there.
std::string WriteNode(const FormulaNode& node, const std::map<std::string, std::string>& names,
                      bool outermost = false) {
  const auto part = [&](std::size_t i, bool outer = false) { return WriteNode(*node.parts[i], names, outer); };
  std::string text;
  switch (node.kind) {
    case Kind::kNumber: return node.text;
    case Kind::kName: return names.at(node.text);
    case Kind::kUnary: text = node.text + part(0); break;
    case Kind::kBinary: text = fmt::format("{} {} {}", part(0), node.text, part(1)); break;
    case Kind::kChoice: text = fmt::format("{} ? {} : {}", part(0), part(1), part(2)); break;
    case Kind::kCall: {
      for (std::size_t i = 0; i < node.parts.size(); ++i) text += (i > 0 ? ", " : "") + part(i, true);
      return fmt::format("{}({})", node.text, text);
    }
  }
  return outermost ? text : fmt::format("({})", text);
}

double EvaluateBinary(std::string_view op, double a, double b) {
  if (op == "+") return a + b;
  if (op == "-") return a - b;
  if (op == "*") return a * b;
  if (op == "/") return a / b;
  if (op == "^") return std::pow(a, b);
  if (op == "<") return a < b ? 1 : 0;
  if (op == ">") return a > b ? 1 : 0;
  if (op == "<=") return a <= b ? 1 : 0;
  if (op == ">=") return a >= b ? 1 : 0;
  if (op == "==") return a == b ? 1 : 0;
  if (op == "!=") return a != b ? 1 : 0;
  if (op == "&&") return a != 0 && b != 0 ? 1 : 0;
  return a != 0 || b != 0 ? 1 : 0;
}

double EvaluateCall(std::string_view function, const std::vector<double>& values) {
  double sum = 0;
  for (const double each : values) sum += each;
  if (function == "sum") return sum;
  if (function == "avg") return sum / static_cast<double>(values.size());
  if (function == "min") return *std::min_element(values.begin(), values.end());
  if (function == "max") return *std::max_element(values.begin(), values.end());
  if (function == "abs") return std::abs(values[0]);
  if (function == "ceil") return std::ceil(values[0]);
  if (function == "floor") return std::floor(values[0]);
  return std::round(values[0]);
}

double EvaluateNode(const FormulaNode& node, const std::map<std::string, double>& values) {
  const auto part = [&](std::size_t i) { return EvaluateNode(*node.parts[i], values); };
  switch (node.kind) {
    case Kind::kNumber: return node.number;
    case Kind::kName: return values.at(node.text);
    case Kind::kUnary: return node.text == "-" ? -part(0) : (part(0) == 0 ? 1 : 0);
    case Kind::kBinary: return EvaluateBinary(node.text, part(0), part(1));
    case Kind::kChoice: return part(0) != 0 ? part(1) : part(2);
    case Kind::kCall: break;
  }
  std::vector<double> each;
  for (std::size_t i = 0; i < node.parts.size(); ++i) each.push_back(part(i));
  return EvaluateCall(node.text, each);
}

}  // namespace

Result<Formula> Formula::Parse(std::string_view text) {
  auto root = ParseFormula(text);
  if (!root) return Fail(root.error());
  Formula formula;
  formula.root_ = *std::move(root);
  return formula;
}

Result<std::string> Formula::Write(const std::map<std::string, std::string>& names) const {
  for (const std::string& each : Names()) {
    if (!names.contains(each)) return Fail(Code::kInvalidArgument, fmt::format("no trigger is called {}", each));
  }
  return WriteNode(*root_, names, true);
}

double Formula::Evaluate(const std::map<std::string, double>& values) const { return EvaluateNode(*root_, values); }

std::vector<std::string> Formula::Names() const {
  std::vector<std::string> names;
  CollectNames(*root_, names);
  return names;
}

}  // namespace loadline
