#include "scaling/query_template.h"

#include <catch2/catch.hpp>

#include "scaling/query_plan.h"
#include "support/policy_builder.h"

namespace loadline {
namespace {

std::string Filled(std::string_view text, const Parameters& values) {
  const Result<QueryTemplate> query = QueryTemplate::Parse(text);
  REQUIRE(query.has_value());
  const Result<std::string> filled = query->Fill(values);
  return filled ? *filled : "error: " + filled.error().message;
}

TEST_CASE("A value is escaped for the place where it stands") {
  const Parameters values = {{"p", R"(a"b\c.d)"}};
  CHECK(Filled(R"(up{x="${p}"})", values) == R"(up{x="a\"b\\c.d"})");
  CHECK(Filled(R"(up{x='${p}'})", values) == R"(up{x='a"b\\c.d'})");
  CHECK(Filled(R"(up{x=~"${p}-.*"})", values) == R"(up{x=~"a\"b\\\\c\\.d-.*"})");
  CHECK(Filled("up{x=`${p}`}", values) == R"(up{x=`a"b\c.d`})");
  CHECK(Filled(R"(up{x="} ${p}"})", values) == R"(up{x="} a\"b\\c.d"})");
}

TEST_CASE("In label_replace a value is no pattern and refers to no group") {
  const Parameters values = {{"p", "a.b$1"}};
  CHECK(Filled(R"q(label_replace(up, "x", "${p}", "y", "${p}(.*)"))q", values) ==
        R"q(label_replace(up, "x", "a.b$$1", "y", "a\\.b\\$1(.*)"))q");
  // The commas of what is within count in there.
  CHECK(Filled(R"q(sum(label_replace (max by (a, b) (up{c="1", d="${p}"}), 'x', '-', 'y', `${p}`)) + f("${p}"))q",
               values) ==
        R"q(sum(label_replace (max by (a, b) (up{c="1", d="a.b$1"}), 'x', '-', 'y', `a\.b\$1`)) + f("a.b$1"))q");
  CHECK(Filled(R"q(label_replace( # "," ( no argument
    label_replace(up, "a", "$1", "b", "${p}"), "x", "", "${p}", "z"))q",
               values) == R"q(label_replace( # "," ( no argument
    label_replace(up, "a", "$1", "b", "a\\.b\\$1"), "x", "", "a.b$1", "z"))q");
  // Names that only contain it are others.
  CHECK(Filled(R"q(my_label_replace(a, b, "${p}"))q", values) == R"q(my_label_replace(a, b, "a.b$1"))q");
}

TEST_CASE("A value can never become syntax") {
  CHECK(Filled(R"(up{x="${p}"})", {{"p", R"("} or vector(0) #)"}}) == R"(up{x="\"} or vector(0) #"})");
  CHECK(
      Filled("${p}_total", {{"p", "up or vector(0)"}}) ==
      "error: parameter p: outside of quotes a query takes only letters, digits, _ : and .; found \"up or vector(0)\"");
  CHECK(Filled("up{x=`${p}`}", {{"p", "a`b"}}) == "error: parameter p: nothing escapes ` between `...`; found \"a`b\"");
  CHECK(Filled(R"(up{x!~"${p}"})", {{"p", ".*"}}) == R"(up{x!~"\\.\\*"})");
}

TEST_CASE("Outside of quotes a name, a number or a duration may stand") {
  CHECK(Filled("rate(${m}[${w}]) * ${f}", {{"m", "a:b_total"}, {"w", "5m"}, {"f", "1.5"}}) ==
        "rate(a:b_total[5m]) * 1.5");
}

TEST_CASE("A query that is none is refused with what was found") {
  CHECK(QueryTemplate::Parse("  ").error().message == "want a PromQL query; found an empty one");
  CHECK(QueryTemplate::Parse("up{x=\"${pipe\"}").error().message ==
        "a place for a parameter is written ${name}; found \"${pipe\"}\"");
  CHECK_FALSE(QueryTemplate::Parse("${}").has_value());
}

TEST_CASE("Rule 12: a parameter may come from the environment, and is missing where KEDA leaves it out") {
  const Policy policy = testing::MakePolicy(
      "parameters: { team: {} }\nsignals: [ { name: n, query: 'n{t=\"${team}\"}', perReplica: 1 } ]");
  const auto bind = [&](const std::map<std::string, std::string>& metadata) {
    const Result<Parameters> bound = BindParameters(policy, "data", "app", metadata);
    return bound ? bound->at("team") : "error: " + bound.error().message;
  };
  const std::map<std::string, std::string> keda = {{"scalerAddress", "loadline:50051"}, {"policy", "test"}};
  auto with = [&](const std::string& key) {
    auto metadata = keda;
    metadata[key] = "orders";
    return metadata;
  };
  CHECK(bind(with("team")) == "orders");
  CHECK(bind(with("teamFromEnv")) == "orders");
  CHECK(bind(keda) ==
        "error: parameter team: is required by policy data/test; the trigger's metadata has none (KEDA leaves out a "
        "teamFromEnv that is empty)");
}

TEST_CASE("Names lists each parameter once, in order") {
  CHECK(QueryTemplate::Parse(R"(a{b="${y}",c="${x}"} + d{b="${y}"})")->Names() == std::vector<std::string>{"y", "x"});
}

}  // namespace
}  // namespace loadline
