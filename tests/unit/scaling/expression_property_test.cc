// Expressions against trees that are evaluated and written down in the most obvious way.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <optional>
#include <random>

#include "scaling/expression.h"
#include "unit/scaling/expression_variables.h"

namespace loadline {
namespace {

using testing::kNames;
using testing::kValues;

struct Tree {
  std::string sign;  // "" of a number or a variable
  double number = 0;
  std::string name;
  std::vector<Tree> of;
};

int Binds(const Tree& tree) {
  const std::string& sign = tree.sign;
  if (sign == "?") return 0;
  if (sign == "||") return 1;
  if (sign == "&&") return 2;
  if (sign == "<" || sign == ">" || sign == "<=" || sign == ">=" || sign == "==" || sign == "!=") return 3;
  if (sign == "+" || sign == "-") return 4;
  if (sign == "*" || sign == "/") return 5;
  if (sign == "neg" || sign == "!") return 6;
  if (sign == "^") return 7;
  return 8;
}

Tree RandomTree(std::mt19937& random, int depth) {
  static const std::vector<std::string> kSigns = {
      "+", "-", "*",  "/",   "^",   "<",   ">",   "<=",    ">=",  "==",   "!=",    "&&",    "||",  "neg",
      "!", "?", "if", "min", "max", "sum", "avg", "clamp", "abs", "ceil", "floor", "round", "sqrt"};
  const auto upto = [&](std::size_t most) { return random() % (most + 1); };
  if (depth == 0 || upto(5) == 0) {
    if (upto(1) == 0) return {"", static_cast<double>(upto(40)) / 4, "", {}};
    return {"", 0, kNames[upto(kNames.size() - 1)], {}};
  }
  Tree tree{kSigns[upto(kSigns.size() - 1)], 0, "", {}};
  std::size_t count = 2;
  if (tree.sign == "?" || tree.sign == "if" || tree.sign == "clamp") count = 3;
  if (tree.sign == "min" || tree.sign == "max" || tree.sign == "sum" || tree.sign == "avg") count = 1 + upto(3);
  static const std::vector<std::string> kOfOne = {"neg", "!", "abs", "ceil", "floor", "round", "sqrt"};
  if (std::find(kOfOne.begin(), kOfOne.end(), tree.sign) != kOfOne.end()) count = 1;
  for (std::size_t i = 0; i < count; ++i) tree.of.push_back(RandomTree(random, depth - 1));
  return tree;
}

// With no more parentheses than are needed.
std::string Text(const Tree& tree);
std::string Within(const Tree& tree, int least) { return Binds(tree) < least ? "(" + Text(tree) + ")" : Text(tree); }
std::string Text(const Tree& tree) {
  if (tree.sign.empty()) return tree.name.empty() ? std::to_string(tree.number) : tree.name;
  const int binds = Binds(tree);
  if (tree.sign == "?") return Within(tree.of[0], 1) + " ? " + Text(tree.of[1]) + " : " + Text(tree.of[2]);
  if (tree.sign == "neg") return "-" + Within(tree.of[0], 7);
  if (tree.sign == "!") return "!" + Within(tree.of[0], 7);
  if (tree.sign == "^") return Within(tree.of[0], 8) + "^" + Within(tree.of[1], 7);
  if (binds == 3) return Within(tree.of[0], 4) + tree.sign + Within(tree.of[1], 4);
  if (binds < 8) return Within(tree.of[0], binds) + " " + tree.sign + " " + Within(tree.of[1], binds + 1);
  std::string text = tree.sign + "(";
  for (std::size_t i = 0; i < tree.of.size(); ++i) text += (i > 0 ? ", " : "") + Text(tree.of[i]);
  return text + ")";
}

// None where a step is not finite.
using Value = std::optional<double>;
Value Finite(double value) { return std::isfinite(value) ? Value(value) : std::nullopt; }

Value Worth(const Tree& tree) {
  const std::string& sign = tree.sign;
  if (sign.empty()) {
    if (tree.name.empty()) return tree.number;
    return kValues[static_cast<std::size_t>(std::find(kNames.begin(), kNames.end(), tree.name) - kNames.begin())];
  }
  std::vector<Value> of;
  for (const Tree& each : tree.of) of.push_back(Worth(each));
  if (!of[0]) return std::nullopt;
  const double a = *of[0];
  if (sign == "?" || sign == "if") return a != 0 ? of[1] : of[2];
  if (sign == "&&" && a == 0) return 0;
  if (sign == "||" && a != 0) return 1;
  for (const Value& each : of) {
    if (!each) return std::nullopt;
  }
  const double b = of.size() > 1 ? *of[1] : 0;
  if (sign == "+") return Finite(a + b);
  if (sign == "-") return Finite(a - b);
  if (sign == "*") return Finite(a * b);
  if (sign == "/") return Finite(a / b);
  if (sign == "^") return Finite(std::pow(a, b));
  if (sign == "<") return a < b;
  if (sign == ">") return a > b;
  if (sign == "<=") return a <= b;
  if (sign == ">=") return a >= b;
  if (sign == "==") return a == b;
  if (sign == "!=") return a != b;
  if (sign == "&&" || sign == "||") return b != 0;
  if (sign == "neg") return -a;
  if (sign == "!") return a == 0;
  if (sign == "abs") return std::abs(a);
  if (sign == "ceil") return std::ceil(a);
  if (sign == "floor") return std::floor(a);
  if (sign == "round") return std::round(a);
  if (sign == "sqrt") return Finite(std::sqrt(a));
  if (sign == "clamp") return std::min(std::max(a, b), *of[2]);
  double least = a;
  double most = a;
  double sum = 0;
  for (const Value& each : of) {
    least = std::min(least, *each);
    most = std::max(most, *each);
    sum += *each;
  }
  if (sign == "min") return least;
  if (sign == "max") return most;
  if (sign == "sum") return Finite(sum);
  return Finite(sum / static_cast<double>(of.size()));
}

TEST_CASE("a random expression is worth what its tree is, written with no more parentheses than needed") {
  const unsigned seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  int evaluated = 0;
  for (int i = 0; i < 4000; ++i) {
    const Tree tree = RandomTree(random, 4);
    const std::string text = Text(tree);
    if (text.size() > Expression::kLongest) continue;
    CAPTURE(text);
    const Result<Expression> expression = Expression::Parse(text, kNames);
    if (!expression) FAIL(expression.error().message);
    const Result<double> value = expression->Evaluate(kValues);
    const Value want = Worth(tree);
    REQUIRE(value.has_value() == want.has_value());
    if (want) {
      REQUIRE(std::abs(*value - *want) <= 1e-9 * std::max(1.0, std::abs(*want)));
    }
    evaluated += want.has_value() ? 1 : 0;
  }
  CHECK(evaluated > 1000);
}

}  // namespace
}  // namespace loadline
