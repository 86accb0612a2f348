#include "scaling/expression.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <locale>
#include <optional>
#include <random>
#include <thread>

namespace loadline {
namespace {

const std::vector<std::string> kNames = {"lag", "queue", "hour", "lag.age", "max", "_x1"};
const std::vector<double> kValues = {90, 40, 12, 7.5, 3, -2};

std::string Outcome(const std::string& text, const std::vector<double>& values = kValues) {
  const Result<Expression> expression = Expression::Parse(text, kNames);
  if (!expression) return expression.error().message;
  const Result<double> value = expression->Evaluate(values);
  return value ? std::to_string(*value) : value.error().message;
}

TEST_CASE("an expression is worth what mathematics says") {
  struct Row {
    const char* text;
    double value;
  };
  const Row row = GENERATE(values<Row>({
      {"7", 7},
      {".5", 0.5},
      {"1.25e2", 125},
      {"lag / 30 + queue", 43},
      {" 1\n +\t2 ", 3},
      {"lag.age * 2", 15},
      {"1 + 2 * 3 ^ 2", 19},
      {"2 ^ 3 ^ 2", 512},
      {"(1 + 2) * 3", 9},
      {"10 - 3 - 2", 5},
      {"60 / 3 / 2", 10},
      {"-hour", -12},
      {"-2 ^ 2", -4},
      {"2 ^ -1", 0.5},
      {"2 ^ -1 ^ 2", 0.5},
      {"3 - -2", 5},
      {"2 * -3 + 1", -5},
      {"_x1", -2},
      {"1 < 2", 1},
      {"2 < 2", 0},
      {"2 <= 1", 0},
      {"2 <= 2", 1},
      {"2 >= 2", 1},
      {"1 > 2", 0},
      {"2 > 2", 0},
      {"1 == 1", 1},
      {"1 != 1", 0},
      {"(1 < 2) == (3 < 4)", 1},
      {"((1 < 2) < (3 < 4)) == 0", 1},
      {"1 < 2 ? 3 < 4 : 5 < 6", 1},
      {"max(1 < 2, 3 < 4) < 2 && 5 < 6", 1},
      {"1 + 1 == 2", 1},
      {"!3", 0},
      {"!0 == 1", 1},
      {"!(1 > 2)", 1},
      {"0.5 && 1", 1},
      {"0 || 2", 1},
      {"1 || 0 && 0", 1},
      {"hour >= 9 && hour < 18 ? 10 : 0", 10},
      {"0 ? 1 : 0 ? 2 : 3", 3},
      {"1 ? 0 ? 1 : 2 : 3", 2},
      {"0 ? 1 : 2 + 3", 5},
      {"1 + (0 ? 1 : 2) * 3", 7},
      {"if(hour > 9, 1, 2) + 1", 2},
      {"if(0, 1, if(0, 2, 3))", 3},
      {"min(3, 1, 2)", 1},
      {"max(3)", 3},
      {"max (max, 5)", 5},
      {"max * max(max, 1)", 9},
      {"sum(1, 2, 3)", 6},
      {"avg(1, 2, 6)", 3},
      {"avg(4)", 4},
      {"abs(-2)", 2},
      {"ceil(1.2) + floor(1.8)", 3},
      {"round(2.5)", 3},
      {"round(-2.5)", -3},
      {"sqrt(16)", 4},
      {"log(exp(2))", 2},
      {"pow(2, 10)", 1024},
      {"clamp(7, 1, 5)", 5},
      {"clamp(-7, 1, 5)", 1},
      {"clamp(3, 1, 5)", 3},
      {"clamp(3, 5, 1)", 1},
      {"-min(1, 2)", -1},
      {"max(lag / 300, queue / 50) * (hour >= 9 && hour < 18 ? 1.5 : 1)", 1.2},
  }));
  CAPTURE(row.text);
  const Result<Expression> expression = Expression::Parse(row.text, kNames);
  if (!expression) FAIL(expression.error().message);
  const Result<double> value = expression->Evaluate(kValues);
  if (!value) FAIL(value.error().message);
  CHECK(*value == Approx(row.value));
}

TEST_CASE("only what is needed is evaluated") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> missing = {nan, 40, 0, 7.5, 3, -2};
  CHECK(Outcome("hour > 0 ? queue / hour : 5", missing) == "5.000000");
  CHECK(Outcome("if(hour == 0, 5, queue / hour)", missing) == "5.000000");
  CHECK(Outcome("hour > 0 && queue / hour > 1", missing) == "0.000000");
  CHECK(Outcome("hour == 0 || queue / hour > 1", missing) == "1.000000");
  CHECK(Outcome("1 ? queue : lag", missing) == "40.000000");
}

TEST_CASE("a step that yields no finite number is said, wherever it stands") {
  struct Row {
    const char* text;
    const char* message;
  };
  const Row row = GENERATE(values<Row>({
      {"queue / 0", "40 / 0 is infinite in \"queue / 0\""},
      {"0 / 0", "0 / 0 is not a number in \"0 / 0\""},
      {"0 / 0 > 1 ? 1 : 2", "0 / 0 is not a number in \"0 / 0 > 1 ? 1 : 2\""},
      {"min(1 / 0, 5)", "1 / 0 is infinite in \"min(1 / 0, 5)\""},
      {"max(sqrt(-1), 5)", "sqrt(-1) is not a number in \"max(sqrt(-1), 5)\""},
      {"0 * log(0)", "log(0) is infinite in \"0 * log(0)\""},
      {"exp(1000)", "exp(1000) is infinite in \"exp(1000)\""},
      {"pow(-8, 1 / 3)", "-8 ^ 0.333 is not a number in \"pow(-8, 1 / 3)\""},
      {"0 ^ -1", "0 ^ -1 is infinite in \"0 ^ -1\""},
      {"1e308 * 10", "1e+308 * 10 is infinite in \"1e308 * 10\""},
      {"1e308 + 1e308", "1e+308 + 1e+308 is infinite in \"1e308 + 1e308\""},
      {"-1e308 - 1e308", "-1e+308 - 1e+308 is infinite in \"-1e308 - 1e308\""},
      {"!(0 / 0)", "0 / 0 is not a number in \"!(0 / 0)\""},
      {"1 && 0 / 0", "0 / 0 is not a number in \"1 && 0 / 0\""},
      {"0 || 0 / 0", "0 / 0 is not a number in \"0 || 0 / 0\""},
      {"0 / 0 && 0", "0 / 0 is not a number in \"0 / 0 && 0\""},
      {"0 / 0 ? 1 : 2", "0 / 0 is not a number in \"0 / 0 ? 1 : 2\""},
      {"(0 / 0) ^ 0", "0 / 0 is not a number in \"(0 / 0) ^ 0\""},
  }));
  CAPTURE(row.text);
  CHECK(Outcome(row.text) == row.message);
}

TEST_CASE("a variable that is needed and not finite is said by name") {
  CHECK(Outcome("max(lag, 5)", {std::nan(""), 0, 0, 0, 0, 0}) == "lag is not a number in \"max(lag, 5)\"");
  CHECK(Outcome("lag > 5", {HUGE_VAL, 0, 0, 0, 0, 0}) == "lag is infinite in \"lag > 5\"");
}

TEST_CASE("what is no expression is refused, with the place and what was probably meant") {
  struct Row {
    const char* text;
    const char* message;
  };
  const Row row = GENERATE(values<Row>({
      {"", "want an expression; found nothing"},
      {" \n", "want an expression; found nothing"},
      {"laag * 2", "at character 1: unknown name laag (did you mean lag?)"},
      {"2 * nothing.like.it", "at character 5: unknown name nothing.like.it"},
      {"1 + cell(2)", "at character 5: unknown function cell (did you mean ceil?)"},
      {"rnd(1)", "at character 1: unknown function rnd"},
      {"_pi", "at character 1: unknown name _pi"},
      {"sin(1)", "at character 1: unknown function sin (did you mean min?)"},
      {"min + 1", "at character 1: min is a function: want min(...)"},
      {"lag(1)", "at character 1: unknown function lag (did you mean log?)"},
      {"lag = 5", "at character 5: nothing is assigned here; to compare, write =="},
      {"lag === 5", "at character 7: nothing is assigned here; to compare, write =="},
      {"lag =< 5", "at character 5: nothing is assigned here; to compare, write =="},
      {"lag & 5", "at character 5: want &&; found &"},
      {"lag | 5", "at character 5: want ||; found |"},
      {"lag % 5", "at character 5: want a number, a name or a sign; found \"%\""},
      {"\"lag\"", "at character 1: want a number, a name or a sign; found \"\"\""},
      {"1 \xE2\x82\xAC", "at character 3: want a number, a name or a sign; found \"\xE2\x82\xAC\""},
      {"1.000,5", "a comma stands only between the values of a function"},
      {"1'000", "at character 2: want a number, a name or a sign; found \"'\""},
      {"2lag", "at character 1: want a number, such as 0.25 or 1e6; found \"2lag\""},
      {"1.2.3", "at character 1: want a number, such as 0.25 or 1e6; found \"1.2.3\""},
      {"0x10", "at character 1: want a number, such as 0.25 or 1e6; found \"0x10\""},
      {"1e999", "at character 1: want a number, such as 0.25 or 1e6; found \"1e999\""},
      {".", "at character 1: want a number, such as 0.25 or 1e6; found \".\""},
      {"inf", "at character 1: unknown name inf"},
      {"(1 + 2", "at character 1: ( is not closed"},
      {"max((1, 2)", "at character 4: ( is not closed"},
      {"1 + 2)", "at character 6: ) closes nothing"},
      {"()", "at character 2: unexpected \")\""},
      {"1 +", "ends where a value is wanted"},
      {"+1", "at character 1: unexpected \"+\""},
      {"1 * / 2", "at character 5: unexpected \"/\""},
      {"--1", "at character 2: unexpected \"-\""},
      {"lag queue", "at character 5: unexpected \"queue\""},
      {"lag 2", "at character 5: unexpected \"2\""},
      {"lag!", "at character 4: unexpected \"!\""},
      {"(1)(2)", "at character 4: unexpected \"(\""},
      {"1, 2", "a comma stands only between the values of a function"},
      {"(1, 2)", "a comma stands only between the values of a function"},
      {"1 ? 2, 3 : 4", "a comma stands only between the values of a function"},
      {"sum(0 ? 1, 2, 3 : 6)", "a comma stands only between the values of a function"},
      {"1 ? 2 : 3, 4", "a comma stands only between the values of a function"},
      {"min(1,)", "at character 7: unexpected \")\""},
      {"1 ? 2", "? without its :"},
      {"1 : 2", ": without its ?"},
      {"min()", "min takes at least 1 value; found 0"},
      {"abs(1, 2)", "abs takes 1 value; found 2"},
      {"pow(2)", "pow takes 2 values; found 1"},
      {"clamp(1, 2)", "clamp takes 3 values; found 2"},
      {"if(1, 2, 3, 4)", "if takes 3 values; found 4"},
      {"1 < 2 < 3", "at character 7: comparisons do not chain: want a < b && b < c, or parentheses"},
      {"1 < 2 == 3 < 4", "at character 7: comparisons do not chain: want a < b && b < c, or parentheses"},
      {"1 == (2) == 3", "at character 10: comparisons do not chain: want a < b && b < c, or parentheses"},
  }));
  CAPTURE(row.text);
  const Result<Expression> expression = Expression::Parse(row.text, kNames);
  REQUIRE_FALSE(expression.has_value());
  CHECK(expression.error().message == row.message);
  CHECK(expression.error().code == Code::kInvalidArgument);
}

std::string Repeated(const std::string& part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += part;
  return text;
}

TEST_CASE("length and depth of an expression are limited, and what is within them is evaluated") {
  CHECK(Outcome(Repeated("(", 32) + "1" + Repeated(")", 32)) == "1.000000");
  CHECK(Outcome(Repeated("(", 33) + "1" + Repeated(")", 33)) ==
        "at character 33: want at most 32 parentheses within each other");
  CHECK(Outcome(Repeated("(", 1000)) == "at character 33: want at most 32 parentheses within each other");
  CHECK(Outcome("1" + Repeated("+1", 499)) == "500.000000");
  CHECK(Outcome("1" + Repeated("^1", 499)) == "1.000000");
  CHECK(Outcome(Repeated("0?1:", 249) + "7") == "7.000000");
  CHECK(Outcome("sum(1" + Repeated(",1", 497) + ")") == "498.000000");
  CHECK(Outcome(Repeated("1", 1001)) == "an expression has at most 1000 characters; found 1001");
}

TEST_CASE("names that cannot stand in an expression are refused as variables") {
  for (const std::string name : {"", "5xx", "office-hours", ".a", "a b", "\xC3\xA4"}) {
    CHECK(Expression::Parse("1", {name}).error().message == "\"" + name + "\" cannot name a variable");
  }
}

TEST_CASE("an expression names the variables that it uses, in their order") {
  const Result<Expression> expression = Expression::Parse("lag.age + max(lag, 1) + lag", kNames);
  CHECK(expression->Used() == std::vector<std::string>{"lag", "lag.age"});
  CHECK(Expression::Parse("max(1, 2)", kNames)->Used().empty());
}

TEST_CASE("an expression is a value: equal by its text, copied, and empty before it is parsed") {
  const Expression one = *Expression::Parse("lag + 1", kNames);
  std::optional<Expression> two = one;
  const Expression copy = *two;
  two.reset();
  CHECK(copy == one);
  CHECK(copy.text() == "lag + 1");
  CHECK(*copy.Evaluate(kValues) == 91);
  CHECK_FALSE(one == *Expression::Parse("lag+1", kNames));
  CHECK_FALSE(Expression().Evaluate({}).has_value());
}

class CommaForPoint : public std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

TEST_CASE("a decimal point is a point in every locale") {
  const std::locale before = std::locale::global(std::locale(std::locale::classic(), new CommaForPoint));
  const Result<Expression> expression = Expression::Parse("1.500 + 0.25", {});
  std::locale::global(before);
  CHECK(*expression->Evaluate({}) == 1.75);
}

TEST_CASE("several threads may evaluate the same expression at once", "[threads]") {
  const Expression expression = *Expression::Parse("max(lag * 1.2 + queue / 30, 5) + (hour > 5 ? lag : queue)", kNames);
  std::vector<int> wrong(4, 0);
  {
    std::vector<std::jthread> threads;
    for (std::size_t k = 0; k < wrong.size(); ++k) {
      threads.emplace_back([&, k] {
        for (int i = 0; i < 20'000; ++i) {
          const double lag = 10 + static_cast<double>(k) * 1000 + i % 7;
          const double want = lag * 1.2 + 2 + lag;
          if (std::abs(expression.Evaluate(std::vector<double>{lag, 60, 12, 0, 0, 0}).value_or(0) - want) > 1e-9)
            ++wrong[k];
        }
      });
    }
  }
  CHECK(wrong == std::vector<int>(4, 0));
}

// Random expressions as trees, which are evaluated and written down in the most obvious way.
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
