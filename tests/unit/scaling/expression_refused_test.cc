#include <catch2/catch.hpp>
#include <string>

#include "scaling/expression.h"
#include "unit/scaling/expression_variables.h"

namespace loadline {
namespace {

using testing::kNames;
using testing::Outcome;

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

}  // namespace
}  // namespace loadline
