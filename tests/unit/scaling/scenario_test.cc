#include "scaling/scenario.h"

#include <catch2/catch.hpp>

#include "scaling/calendar_yaml.h"
#include "scaling/scenario_series.h"

namespace loadline {
namespace {

constexpr const char* kPolicy = R"y(apiVersion: loadline.dev/v1
kind: ScalingPolicy
metadata: { name: checkout, namespace: data }
spec:
  replicas: { min: 1, max: 40 }
  parameters: { pipeline: { default: orders } }
  signals:
    - { name: requests, query: "sum(rate(requests{p=\"${pipeline}\"}[1m]))", perReplica: 50 }
)y";

// "1 ~5 _ failed nan many refused"
std::string Words(const std::vector<Reading>& readings) {
  std::string text;
  for (const Reading& each : readings) {
    static const char* const kWords[] = {"", "~", "_", "many", "nan", "failed", "refused"};
    if (!text.empty()) text += " ";
    text += kWords[static_cast<int>(each.state)];
    if (each.state <= ReadingState::kPartial) text += std::to_string(static_cast<int>(each.value));
  }
  return text;
}

std::string Read(const std::string& text) {
  const auto readings = ParseSeries(text);
  return readings ? Words(*readings) : readings.error().message;
}

TEST_CASE("Series are read as promqltest has them") {
  CHECK(Read("7") == "7");
  CHECK(Read("1+2x3") == "1 3 5 7");
  CHECK(Read("9-2x3") == "9 7 5 3");
  CHECK(Read("-2+4x1") == "-2 2");
  CHECK(Read("5x2") == "5 5 5");
  CHECK(Read("1e2x1 1e-2x0") == "100 100 0");
  CHECK(Read("_ _x2") == "_ _ _");
  CHECK(Read("1 _x2 2x1") == "1 _ _ 2 2");
}

TEST_CASE("Series have words for what a source may say besides numbers") {
  CHECK(Read("failed nan many refused ~5") == "failed nan many refused ~5");
  CHECK(Read("failedx2 nanx2 manyx2 refusedx2 ~5x1") == "failed failed nan nan many many refused refused ~5 ~5");
}

TEST_CASE("What is no series is refused") {
  const std::string rule = "want steps such as 5, 100x10, 1+2x3, _x3, failed, nan, many, refused or ~5; found ";
  for (const std::string bad : {"x", "5x", "5x-1", "5x1.5", "1+x3", "+5", "_x", "failed3", "~", "~_", "inf", "5xx3"})
    CHECK(Read(bad) == rule + "\"" + bad + "\"");
  CHECK(Read("") == "want at least one step; found none");
  CHECK(Read("5x999999 1").starts_with("want at most 1000000 steps"));
}

std::string ProblemsOf(const std::string& text) {
  std::string problems;
  for (const Problem& each : ParseScenario(text).problems) problems += FormatProblem("a.scenario", each) + "\n";
  return problems;
}

TEST_CASE("A scenario is read with comments, blanks and what is not said") {
  const ParsedScenario parsed = ParseScenario(
      "# why\n\npolicy checkout.yaml api   # the second\n  tick 30s\nobject shop/checkout\nparam a=b = c\n"
      "begin 2026-11-27T05:00:00Z\nload 1m q{a=\" # \"}  1x2  # note\nat 0 want 2 because it's so # yes\n"
      "at 1m want 0.5 inactive\nat 2m want error because no\nat 3m\n");
  REQUIRE(parsed.problems.empty());
  const Scenario& scenario = parsed.scenario;
  CHECK(scenario.policy_file == "checkout.yaml");
  CHECK(scenario.policy_name == "api");
  CHECK(scenario.tick == std::chrono::seconds(30));
  CHECK(scenario.object_namespace == "shop");
  CHECK(scenario.object == "checkout");
  CHECK(scenario.parameters.at("a") == "b = c");
  CHECK(FormatTimestamp(scenario.begin) == "2026-11-27T05:00:00.000Z");
  REQUIRE(scenario.loads.size() == 1);
  CHECK(scenario.loads[0].text == "q{a=\" # \"}  1x2");
  REQUIRE(scenario.checks.size() == 4);
  CHECK(scenario.checks[0].want == "2");
  CHECK(scenario.checks[0].because == "it's so");
  CHECK(scenario.checks[1].want == "0.5 inactive");
  CHECK(scenario.checks[2].want == "error");
  CHECK(scenario.checks[3].want.empty());
  CHECK(FormatTimestamp(ParseScenario("policy a\nat 0 want 1").scenario.begin) == "2026-01-05T00:00:00.000Z");
}

TEST_CASE("Bad lines are told by line, rule and what was found") {
  const std::string good = "policy a.yaml\nat 0 want 1\n";
  auto said = [&](const std::string& line) { return ProblemsOf(good + line); };
  const std::string at = "a.scenario:3:";
  CHECK(said("begni x") == at + "1: a line begins with policy, tick, object, param, begin, load or at; found "
                                "\"begni\" (did you mean begin?)\n");
  CHECK(said("tick fast") == at + "6: want a duration such as 90s, 5m or 1h30m; found \"fast\"\n");
  CHECK(said("tick 0s") == at + "6: want a duration such as 90s, 5m or 1h30m; found \"0s\"\n");
  CHECK(said("object checkout") == at + "8: want the ScaledObject's namespace/name; found \"checkout\"\n");
  CHECK(said("object a/b c") == at + "12: want nothing more on this line; found \"c\"\n");
  CHECK(said("policy b.yaml") == at + "1: policy is said once; found \"policy again\"\n");
  CHECK(said("param x") == at + "7: want NAME=VALUE; found \"x\"\n");
  CHECK(said("begin 2026-11-27") == at + "7: want a time such as 2026-11-27T05:00:00Z; found \"2026-11-27\"\n");
  CHECK(said("begin 2026-11-27T05:00:01Z") ==
        "a.scenario: begin is a multiple of the tick, counted from 1970; found \"2026-11-27T05:00:01.000Z\"\n");
  CHECK(said("load 1m") == at + "8: want a query or a signal, and what it said; found nothing\n");
  CHECK(said("load soon a 1") == at + "6: want a duration such as 90s, 5m or 1h30m; found \"soon\"\n");
  CHECK(said("at 1m wants 2") == at + "7: want: want NUMBER, or want error; found \"wants\"\n");
  CHECK(said("at 1m want two") == at + "12: want a number of replicas, or error; found \"two\"\n");
  CHECK(said("at 1m want 2 since x") == at + "14: want inactive or because; found \"since\"\n");
  CHECK(said("at 1m want error inactive") == at + "18: want because; found \"inactive\"\n");
  CHECK(said("at 1m want 2 because") == at + "14: want the reason after because; found nothing\n");
  CHECK(said("at 1m want 1\nat 30s want 1") == "a.scenario:4:4: times ascend; found \"30s\"\n");
  CHECK(said("at 20s want 1") == at + "1: want a multiple of the tick, which is 15s; found \"20s\"\n");
  CHECK(ProblemsOf("at 0 want 1") == "a.scenario: want a line policy FILE; found nothing\n");
  CHECK(ProblemsOf("policy a.yaml") == "a.scenario: want at least one line at TIME want NUMBER; found nothing\n");
}

ScenarioRun RunText(const std::string& text, const std::string& policy = kPolicy) {
  const ParsedScenario parsed = ParseScenario(text);
  REQUIRE(parsed.problems.empty());
  return RunScenario(parsed.scenario, policy);
}

TEST_CASE("A query is named by its text, blanks folded, or by its signal") {
  for (const std::string key : {"requests", "sum(rate(requests{p=\"orders\"}[1m]))"}) {
    const ScenarioRun run = RunText("policy a.yaml\nload 1m " + key + "   100\nat 0 want 2 because 100 at 50 each\n");
    CHECK(run.passed());
    REQUIRE(run.answers.size() == 1);
    CHECK(run.answers[0].because == "requests wants 2: 100 at 50 each");
  }
}

TEST_CASE("A step counts from its time on, and after the last one there is no answer") {
  const ScenarioRun run =
      RunText("policy a.yaml\nload 1m requests 100 200\nat 45s want 2\nat 1m want 4\nat 2m want 4\n");
  CHECK(run.passed());
  CHECK(run.answers[2].because == "requests wants 4: 200 at 50 each, held for 15s: not in the scenario");
}

TEST_CASE("What differs is no success: the number, the activity, the reason") {
  const std::string load = "policy a.yaml\nload 1m requests 100\n";
  CHECK(RunText(load + "at 0 want 2").passed());
  CHECK_FALSE(RunText(load + "at 0 want 3").passed());
  CHECK_FALSE(RunText(load + "at 0 want 2 inactive").passed());
  CHECK_FALSE(RunText(load + "at 0 want error").passed());
  CHECK_FALSE(RunText(load + "at 0 want 2 because of something else").passed());
  CHECK_FALSE(RunText(load + "at 0").passed());
}

std::string RunProblems(const std::string& text, const std::string& policy = kPolicy) {
  std::string problems;
  const ScenarioRun run = RunText(text + "\nat 0 want 1", policy);
  CHECK_FALSE(run.passed());
  for (const Problem& each : run.problems) problems += FormatProblem("a.scenario", each) + "\n";
  for (const Problem& each : run.policy_problems) problems += FormatProblem("a.yaml", each) + "\n";
  return problems;
}

TEST_CASE("Problems that only the policy shows are told, too") {
  CHECK(RunProblems("policy a.yaml\nload 1m lag 5") ==
        "a.scenario:2:1: want a query or a signal of the policy, and what it said; found \"lag 5\" (it asks requests "
        "and sum(rate(requests{p=\"orders\"}[1m])))\n");
  CHECK(RunProblems("policy a.yaml\nload 1m requests 5\nload 1m requests 6") ==
        "a.scenario:3:1: what a query said stands on one line; found \"requests\"\n");
  CHECK(RunProblems("policy a.yaml\nload 1m requests five").starts_with("a.scenario:2:1: want steps such as"));
  CHECK(RunProblems("policy a.yaml api") ==
        "a.scenario:1:1: the file has no such policy; found \"api\" (it has checkout)\n");
  CHECK(RunProblems("policy a.yaml", std::string(kPolicy) + "---\n" + kPolicy) ==
        "a.scenario:1:1: want a file with one policy, or the policy's name after it (it has checkout and checkout)\n");
  CHECK(RunProblems("policy a.yaml\nparam color=red").starts_with("a.scenario:1:1: trigger metadata color: policy"));
  CHECK(RunProblems("policy a.yaml", "kind: ScalingPolicy\n").starts_with("a.yaml:1:1: apiVersion: is required"));
}

TEST_CASE("An update writes what was decided, and leaves the rest as it is") {
  const std::string text =
      "# kept\npolicy a.yaml\nload 1m requests  100 200 300x10\n"
      "at 0m   want 2   because 100 at 50\n"
      "at 1m   want 3   because 200 at 50   # four\n"
      "at 2m   want 6   because something\n"
      "at 3m   want 7\n"
      "at 4m\n"
      "at 5m   want 6";
  const ParsedScenario parsed = ParseScenario(text);
  const ScenarioRun run = RunScenario(parsed.scenario, kPolicy);
  const std::string updated = UpdateScenario(text, parsed.scenario, run);
  CHECK(updated ==
        "# kept\npolicy a.yaml\nload 1m requests  100 200 300x10\n"
        "at 0m   want 2   because 100 at 50\n"
        "at 1m   want 4   because 200 at 50   # four\n"
        "at 2m   want 6   because requests wants 6: 300 at 50 each\n"
        "at 3m   want 6\n"
        "at 4m   want 6   because requests wants 6: 300 at 50 each\n"
        "at 5m   want 6");
  CHECK(RunText(updated).passed());
}

TEST_CASE("Calendars are read, and bad ones told") {
  auto parse = [](const std::string& spec) {
    return ParseCalendar({"apiVersion: loadline.dev/v1\nkind: Calendar\nmetadata: { name: de }\nspec: " + spec, 1});
  };
  const CalendarDocument good = parse("{ dates: [2026-05-01] }");
  REQUIRE(good.content);
  CHECK(good.content->name == "de");
  CHECK(good.content->ranges.size() == 1);
  const CalendarDocument bad = parse("{ dates: [2026-05-41] }");
  CHECK_FALSE(bad.content);
  REQUIRE(bad.problems.size() == 1);
  CHECK(bad.problems[0].at.line == 4);
  CHECK(Describe(parse("{}").problems.at(0)) ==
        "spec: a calendar has dates or ical; found neither (such as dates: [2026-12-24])");
}

}  // namespace
}  // namespace loadline
