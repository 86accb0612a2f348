// What an expression and a budget cost. Prints one line for each figure.
#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "scaling/budget.h"
#include "scaling/expression.h"

namespace loadline {
namespace {

void Measure(const char* what, int times, const std::function<double()>& once) {
  double sum = once();
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < times; ++i) sum += once();
  const std::chrono::duration<double, std::nano> each = (std::chrono::steady_clock::now() - start) / times;
  fmt::print("{:<60} {:>12.0f} ns   (sum {:g})\n", what, each.count(), sum);
}

void MeasureExpressions() {
  const std::vector<std::string> names = {"rps", "queue", "p99", "hour"};
  const std::string text = "max(rps*1.2+queue/30, 5)*clamp(p99/0.25,0.5,3)+(hour>=9&&hour<18?10:0)";
  const Expression expression = *Expression::Parse(text, names);
  std::vector<double> values = {120, 900, 0.4, 11};
  Measure("expression, evaluated", 2'000'000, [&] {
    values[0] += 1;
    return *expression.Evaluate(values);
  });
  Measure("expression, parsed", 5'000, [&] { return Expression::Parse(text, names)->Used().size(); });

  std::string longest = "rps";
  while (longest.size() + 2 <= Expression::kLongest) longest += "+1";
  const Expression large = *Expression::Parse(longest, names);
  Measure("the longest expression, evaluated", 100'000, [&] { return *large.Evaluate(values); });
  Measure("the longest expression, parsed", 500, [&] { return Expression::Parse(longest, names)->Used().size(); });
}

void MeasureBudgets() {
  std::mt19937 random(1);
  std::vector<BudgetMember> members;
  for (int i = 0; i < 1000; ++i) {
    BudgetMember member{.id = "namespace/policy-" + std::to_string(i), .wanted = static_cast<int>(random() % 1001)};
    member.weight = 1 + static_cast<double>(random() % 50) / 10;
    member.minimum = static_cast<int>(random() % 3);
    members.push_back(std::move(member));
  }
  Measure("budget of replicas, 1,000 members", 200, [&] { return ShareBudget(200'000, members).grants[7].replicas; });
  for (BudgetMember& member : members) member.priority = static_cast<int>(random() % 10);
  Measure("the same with ten priorities", 200, [&] { return ShareBudget(200'000, members).grants[7].replicas; });
  for (BudgetMember& member : members) member.unit = static_cast<double>(1 + random() % 300) / 100;
  Measure("budget of cost, 1,000 members", 200, [&] { return ShareBudget(200'000, members).grants[7].replicas; });
  for (BudgetMember& member : members) member = {.id = member.id, .wanted = 1000, .unit = 0.01};
  members[0].unit = 9'000;
  Measure("one costs a million times more than the others", 50,
          [&] { return ShareBudget(8'999, members).grants[7].replicas; });
}

}  // namespace
}  // namespace loadline

int main() {
  loadline::MeasureExpressions();
  loadline::MeasureBudgets();
}
