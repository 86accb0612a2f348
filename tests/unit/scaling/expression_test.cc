#include "scaling/expression.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <locale>
#include <optional>
#include <thread>

#include "unit/scaling/expression_variables.h"

namespace loadline {
namespace {

using testing::kNames;
using testing::kValues;
using testing::Outcome;

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

}  // namespace
}  // namespace loadline
