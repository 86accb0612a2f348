#include "scaling/budget_yaml.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "document/field_list.h"
#include "scaling/budget_fields.h"

namespace loadline {
namespace {

constexpr std::string_view kWhole = R"(apiVersion: loadline.dev/v1
kind: Budget
metadata:
  name: workers
  namespace: data
  labels: { team: data }
spec:
  replicas: 50
  members:
    - { policy: orders, priority: 10, weight: 2, minimum: 2 }
    - { policy: data/returns, minimum: 1 }
  default: { priority: -1, weight: 0.5 }
)";

std::vector<std::string> ProblemsOf(const std::string& text) {
  std::vector<std::string> lines;
  for (const Problem& problem : ParseBudget({text, 1}).problems) lines.push_back(FormatProblem("b", problem));
  return lines;
}

std::string Replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

TEST_CASE("A whole budget is read as it stands") {
  const BudgetDocument document = ParseBudget({std::string(kWhole), 1});
  REQUIRE(document.content.has_value());
  CHECK(document.problems.empty());
  const Budget& budget = *document.content;
  CHECK(budget.name == "workers");
  CHECK(budget.budget_namespace == "data");
  CHECK(budget.Limit() == 50);
  REQUIRE(budget.members.size() == 2);
  CHECK(budget.members[0].policy == "orders");
  CHECK(budget.members[0].terms == BudgetTerms{10, 2, 2});
  CHECK(budget.members[1].terms == BudgetTerms{0, 1, 1});
  CHECK(budget.others == BudgetTerms{-1, 0.5, 0});
}

TEST_CASE("A budget of cost per hour needs nothing else: policies that name it take part alike") {
  const BudgetDocument document = ParseBudget(
      {"apiVersion: loadline.dev/v1\nkind: Budget\nmetadata: { name: all }\nspec: { costPerHour: 12.5 }\n", 1});
  REQUIRE(document.content.has_value());
  CHECK(document.content->Limit() == 12.5);
  CHECK(document.content->TermsOf("data", "orders") == BudgetTerms{0, 1, 0});
}

TEST_CASE("A policy takes part as it is listed, by its whole name or, in the budget's namespace or in none, its own") {
  const Budget budget = *ParseBudget({std::string(kWhole), 1}).content;
  CHECK(budget.TermsOf("data", "orders").priority == 10);
  CHECK(budget.TermsOf("", "orders").priority == 10);
  CHECK(budget.TermsOf("shop", "orders") == budget.others);
  CHECK(budget.TermsOf("data", "returns").minimum == 1);
  CHECK(budget.TermsOf("", "returns") == budget.others);
  CHECK(budget.TermsOf("data", "else") == budget.others);
}

TEST_CASE("The hash tells versions of a budget apart") {
  const std::string text(kWhole);
  CHECK(ParseBudget({text, 1}).content->hash == ParseBudget({text, 7}).content->hash);
  CHECK(ParseBudget({text, 1}).content->hash != ParseBudget({Replaced(text, "50", "51"), 1}).content->hash);
}

TEST_CASE("Each rule of a budget has its message, with the place") {
  struct Row {
    std::string from;
    std::string to;
    std::string message;
  };
  const Row row = GENERATE(values<Row>({
      {"  replicas: 50\n", "",
       "b:8:3: spec: a budget has one limit: replicas or costPerHour; found neither (such as replicas: 50)"},
      {"replicas: 50", "replicas: 50\n  costPerHour: 3",
       "b:8:3: spec: a budget has one limit: replicas or costPerHour; found both (such as replicas: 50)"},
      {"replicas: 50", "replicas: -1", "b:8:13: spec.replicas: want a whole number from 1 to 1000000; found \"-1\""},
      {"replicas: 50", "replicas: 2",
       "b:10:5: spec.members: want minima that together are at most replicas, which is 2; found 3 (raise replicas, or "
       "lower a minimum)"},
      {"weight: 0.5", "minimum: 51", "b:12:37: spec.default.minimum: want at most replicas, which is 50; found 51"},
      {"weight: 2", "weight: 0", "b:10:47: spec.members[0].weight: want a number from 0.001 to 1000; found \"0\""},
      {"priority: 10", "priority: first",
       "b:10:35: spec.members[0].priority: want a whole number from -1000 to 1000; found \"first\""},
      {"data/returns", "orders",
       "b:11:17: spec.members[1].policy: a policy is a member once; found \"data/orders\" again"},
      {"policy: orders", "policy: data/returns",
       "b:11:17: spec.members[1].policy: a policy is a member once; found \"data/returns\" again"},
      {"data/returns", "shop/returns",
       "b:11:17: spec.members[1].policy: want a policy of the budget's namespace, data; found \"shop/returns\" (leave "
       "out "
       "metadata.namespace to share the budget)"},
      {"data/returns", "Returns",
       "b:11:17: spec.members[1].policy: want the name of a policy, or namespace/name; found \"Returns\""},
      {"policy: data/returns, ", "",
       "b:11:7: spec.members[1].policy: is required; found nothing (such as policy: orders)"},
      {"kind: Budget", "kind: Budgets", "b:2:7: kind: want Budget; found \"Budgets\""},
      {"default:", "defaults:", "b:12:3: spec.defaults: no such field (did you mean default?)"},
  }));
  CAPTURE(row.from, row.to);
  CHECK(ProblemsOf(Replaced(std::string(kWhole), row.from, row.to)) == std::vector{row.message});
}

TEST_CASE("All problems of a budget are reported at once, in the order of the file") {
  std::string text(kWhole);
  text = Replaced(text, "name: workers", "name: Workers");
  text = Replaced(text, "replicas: 50", "replicas: 2");
  text = Replaced(text, "data/returns", "orders");
  text = Replaced(text, "weight: 0.5", "wait: 0.5");
  CHECK(ProblemsOf(text).size() == 4);
  const BudgetDocument document = ParseBudget({text, 1});
  CHECK_FALSE(document.content.has_value());
  CHECK(document.document_namespace == "data");
  CHECK(std::ranges::is_sorted(document.problems, {}, &Problem::at));
}

TEST_CASE("Budgets of all kinds of nonsense are problems, never a crash") {
  for (const char* text : {"", "~", "[]", "1", "a", "spec: 1", "spec: []", "metadata: []\nspec: { members: {} }",
                           "spec: { members: [1, [], {}] }", "spec: { default: 3, replicas: {} }"}) {
    CAPTURE(text);
    const BudgetDocument document = ParseBudget({text, 1});
    CHECK_FALSE(document.content.has_value());
    CHECK(HasErrors(document.problems));
  }
}

TEST_CASE("The reference can list a budget's fields") {
  std::vector<std::string> paths;
  for (const ListedField& field : ListFields<Budget>()) paths.push_back(field.path);
  CHECK(paths == std::vector<std::string>{"replicas", "costPerHour", "members", "members[].policy",
                                          "members[].priority", "members[].weight", "members[].minimum", "default",
                                          "default.priority", "default.weight", "default.minimum"});
}

}  // namespace
}  // namespace loadline
