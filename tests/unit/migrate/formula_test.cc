#include "migrate/formula.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>
#include <vector>

#include "scaling/expression.h"
#include "support/places.h"

namespace loadline {
namespace {

struct Line {
  std::string formula;
  std::map<std::string, double> values;
  double result = 0;
};

// What KEDA's library makes of formulas (tests/cluster, TestFormulas).
std::vector<Line> KnownFormulas() {
  std::ifstream file(std::string(testing::kSourceDir) + "/tests/migrate/formulas.txt");
  std::vector<Line> lines;
  for (std::string text; std::getline(file, text);) {
    const std::size_t first = text.find(" ; "), second = text.rfind(" ; ");
    if (text.starts_with("#") || first == second) continue;
    Line line{text.substr(0, first), {}, std::stod(text.substr(second + 3))};
    std::istringstream values(text.substr(first + 3, second - first - 3));
    for (std::string each; values >> each;) {
      const std::size_t equals = each.find('=');
      line.values[each.substr(0, equals)] = std::stod(each.substr(equals + 1));
    }
    lines.push_back(line);
  }
  return lines;
}

TEST_CASE("A formula comes to what KEDA's library makes of it, and so does the expression that is made of it") {
  const std::vector<Line> lines = KnownFormulas();
  REQUIRE(lines.size() > 30);
  for (const Line& line : lines) {
    INFO(line.formula);
    const auto formula = Formula::Parse(line.formula);
    REQUIRE(formula);
    CHECK(formula->Evaluate(line.values) == Approx(line.result));

    std::map<std::string, std::string> names;
    std::vector<std::string> variables;
    std::vector<double> values;
    for (const auto& [name, value] : line.values) {
      names[name] = name + "_value";
      variables.push_back(name + "_value");
      values.push_back(value);
    }
    const auto written = formula->Write(names);
    REQUIRE(written);
    INFO(*written);
    const auto expression = Expression::Parse(*written, variables);
    REQUIRE(expression);
    CHECK(*expression->Evaluate(values) == Approx(line.result));
  }
}

TEST_CASE("What a formula has that is not known is said, with its place") {
  const auto problem = [](const std::string& text) { return Formula::Parse(text).error().message; };
  CHECK(problem("a ?? b") == "character 3: ?? is not known here");
  CHECK(problem("a % 2") == "character 3: % is not known here");
  CHECK(problem("median([a, b])") == "character 1: the function median is not known here");
  CHECK(problem("let x = a; x") == "character 1: let is not known here");
  CHECK(problem("a.b") == "character 1: a.b is not known here");
  CHECK(problem("filter([a], {# > 1})") == "character 1: filter with a predicate is not known here");
  CHECK(problem("count([a, b])") == "character 1: count needs a predicate: count([a, b], {# > 1})");
  CHECK(problem("a # b") == "character 3: an operator was expected before #");
  CHECK(problem("# > 1") == "character 1: # stands in a predicate only: count([a, b], {# > 1})");
  CHECK(problem("(a + b") == "character 7: ) was expected");
  CHECK(problem("a +") == "character 4: a value was expected at the end");
  CHECK(problem("") == "character 1: a value was expected at the end");
  CHECK(problem("max()") == "character 1: max needs a value");
  CHECK(problem("abs(a, b)") == "character 1: abs takes one value");
  CHECK(problem("a + 1x") == "character 5: 1x is no number");
  CHECK(problem(std::string(40, '(') + "a" + std::string(40, ')')).find("it nests too deep") != std::string::npos);
  CHECK(problem(std::string(40, '-') + "a").find("it nests too deep") != std::string::npos);
}

TEST_CASE("A chain of operators has an end") {
  std::string text = "a";
  while (text.size() < 1'000'000) text += "+a";
  CHECK(Formula::Parse(text).error().message == "it has 1000001 characters, and may have 4000");
  const auto long_one = Formula::Parse(text.substr(0, 3999));
  REQUIRE(long_one);
  CHECK(long_one->Evaluate({{"a", 1}}) == 2000);
}

TEST_CASE("Predicates within predicates do not explode") {
  std::string text = "a";
  for (int i = 0; i < 8; ++i) text = "count([a, a, a, a, a, a, a, a, # + 1 > 2 ? a : a], {# > " + text + "})";
  const std::string formula = "count([a], {" + text + " > 0})";
  CHECK(Formula::Parse(formula).error().message == "it has too many parts once its predicates are written out");
}

TEST_CASE("A formula names triggers; one that is not there is said") {
  const auto formula = Formula::Parse("max(a, b) + a");
  REQUIRE(formula);
  CHECK(formula->Names() == std::vector<std::string>{"a", "b"});
  CHECK(formula->Write({{"a", "x"}}).error().message == "no trigger is called b");
}

}  // namespace
}  // namespace loadline
