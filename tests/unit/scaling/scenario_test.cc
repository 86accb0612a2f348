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

constexpr const char* kPayment = R"y(apiVersion: loadline.dev/v1
kind: ScalingPolicy
metadata: { name: payment, namespace: data }
spec:
  replicas: { min: 1, max: 40 }
  parameters: { share: { default: a } }
  signals:
    - { name: checkout, dependsOn: { object: app, policy: checkout, of: desired, ratio: 0.5 } }
    - { name: own, query: "own{s=\"${share}\"}", perReplica: 10, onEmpty: zero }
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
  CHECK(scenario.files.at(0).path == "checkout.yaml");
  CHECK(scenario.bindings.at(0).policy == "api");
  CHECK(scenario.tick == std::chrono::seconds(30));
  CHECK(scenario.bindings.at(0).object_namespace == "shop");
  CHECK(scenario.bindings.at(0).object == "checkout");
  CHECK(scenario.bindings.at(0).parameters.at("a") == "b = c");
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
  CHECK(said("begni x") == at + "1: a line begins with policy, with, tick, object, param, binding, begin, load "
                                "or at; found \"begni\" (did you mean begin?)\n");
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
  CHECK(said("at 1m wants 2") == at + "7: want: want NUMBER, or want error; a binding's name may stand before it; "
                                      "found \"wants\"\n");
  CHECK(said("with") == at + "5: want a file of documents; found nothing\n");
  CHECK(said("with a.yaml") == at + "6: a file is read once; found \"a.yaml\"\n");
  CHECK(said("binding") == at + "8: want a name for the binding, of a-z, 0-9 and -; found nothing\n");
  CHECK(said("binding want") == at + "9: want a name for the binding, of a-z, 0-9 and -; found \"want\"\n");
  CHECK(said("binding B") == at + "9: want a name for the binding, of a-z, 0-9 and -; found \"B\"\n");
  CHECK(said("binding b\nbinding b") == "a.scenario:4:9: a binding has a name of its own; found \"b\"\n");
  CHECK(said("binding b polcy p") == at + "11: want object, policy or param; found \"polcy\"\n");
  CHECK(said("binding b policy") == at + "17: want the policy's name; found nothing\n");
  CHECK(said("binding b object c") == at + "18: want the ScaledObject's namespace/name; found \"c\"\n");
  CHECK(said("binding b param x") == at + "17: want NAME=VALUE; found \"x\"\n");
  CHECK(said("binding b param x=1 param x=2") == at + "27: a parameter is set once; found \"x=2\"\n");
  CHECK(said("at 1m b want 1") == at + "7: want the name of a binding; found \"b\" (add a line: binding b)\n");
  CHECK(said("at 1m b") == at + "7: want the name of a binding; found \"b\" (add a line: binding b)\n");
  CHECK(said("binding payment\nat 1m paiment want 1") ==
        "a.scenario:4:7: want the name of a binding; found \"paiment\" (did you mean payment?)\n");
  CHECK(said("binding payment\nbinding stock\nat 1m b want 1") ==
        "a.scenario:5:7: want the name of a binding; found \"b\" (there are payment and stock)\n");
  CHECK(said("at 1m want two") == at + "12: want a number of replicas, or error; found \"two\"\n");
  CHECK(said("at 1m want 2 since x") == at + "14: want inactive or because; found \"since\"\n");
  CHECK(said("at 1m want error inactive") == at + "18: want because; found \"inactive\"\n");
  CHECK(said("at 1m want 2 because") == at + "14: want the reason after because; found nothing\n");
  CHECK(said("at 1m want 1\nat 30s want 1") == "a.scenario:4:4: times ascend; found \"30s\"\n");
  CHECK(said("at 20s want 1") == at + "1: want a multiple of the tick, which is 15s; found \"20s\"\n");
  CHECK(said("at 99999999h want 1") ==
        at + "4: want a time within 4000000 ticks; found \"4166666d15h\" (a longer tick reaches further)\n");
  CHECK(ProblemsOf("at 0 want 1") == "a.scenario: want a line policy FILE; found nothing\n");
  CHECK(ProblemsOf("policy a.yaml") == "a.scenario: want at least one line at TIME want NUMBER; found nothing\n");
}

ScenarioRun RunText(const std::string& text, const std::string& policy = kPolicy) {
  const ParsedScenario parsed = ParseScenario(text);
  REQUIRE(parsed.problems.empty());
  return RunScenario(parsed.scenario, std::vector{policy});
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
  for (const Problem& each : run.file_problems.at(0)) problems += FormatProblem("a.yaml", each) + "\n";
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
        "a.yaml:9:1: metadata.name: a document is there once; found \"data/checkout\" again\n");
  CHECK(RunProblems("policy a.yaml", std::string(kPolicy) + "---\n" + kPayment) ==
        "a.scenario:1:1: want a file with one policy, or the policy's name after it (it has checkout and payment)\n");
  CHECK(RunProblems("policy a.yaml\nparam color=red").starts_with("a.scenario:1:1: trigger metadata color: policy"));
  CHECK(RunProblems("policy a.yaml", "kind: ScalingPolicy\n").starts_with("a.yaml:1:1: apiVersion: is required"));
}

TEST_CASE("What is said of a forecast is told by line, too") {
  std::string policy(kPolicy);
  const std::string forecast = "    - { name: soon, forecast: { of: requests, ahead: 5m, mode: active } }\n";
  policy += forecast;
  const std::string said = "policy a.yaml\nload 1m requests 100x9\nload 1m soon.forecast 900x9\n";
  CHECK(RunText(said + "at 0 want 18 because soon wants 18", policy).passed());
  CHECK(RunText(said + "load 1m soon.trust _ Worsex2 StillBetter\nat 0 want error\nat 1m want 2\nat 2m want 2\n"
                       "at 3m want 18\nat 4m want error because not fitted yet",
                policy)
            .passed());
  CHECK(RunProblems(said + "load 1m soon.forecast 1", policy) ==
        "a.scenario:4:1: what is said of it stands on one line; found \"soon.forecast\"\n");
  CHECK(RunProblems(said + "load 1m soon.trust Betterx0", policy) ==
        "a.scenario:4:1: want why it is trusted or not, such as Better, Worsex3, NotBetter, _ or failed; found "
        "\"Betterx0\"\n");
  CHECK(RunProblems(said + "load 1m soon.trust good", policy).find("found \"good\"") != std::string::npos);
  CHECK(RunProblems(said + "load 1m later.forecast 1", policy).find("soon.forecast)") != std::string::npos);
  CHECK(RunProblems(said + "load 1m requests.forecast 1", policy).find("want a query or a signal") !=
        std::string::npos);
}

TEST_CASE("What is said of a number that is learned is told by line, too") {
  std::string policy(kPolicy);
  policy += "    - { name: soon, forecast: { of: requests, ahead: { assume: 2m }, mode: active } }\n";
  const std::string said = "policy a.yaml\nload 1m requests 100x9\nload 1m soon.forecast 100+100x9\n";
  CHECK(RunText(said + "at 0 want 6 because expected in 2m (assumed: 0 of 10 rises known)", policy).passed());
  CHECK(RunText(said + "load 1m soon.learned _ few 3m 1mx2 failed\nat 0 want error because it is not learned yet\n"
                       "at 1m want 8\nat 2m want 12 because expected in 3m (learned from 10 rises, 3m to 3m)\n"
                       "at 4m want 12 because expected in 1m\nat 5m want 2 because its history is not there\n"
                       "at 6m want error because it is not learned yet",
                policy)
            .passed());
  CHECK(RunProblems(said + "load 1m soon.learned 1m\nload 1m soon.learned 1m", policy) ==
        "a.scenario:5:1: what is said of it stands on one line; found \"soon.learned\"\n");
  CHECK(RunProblems(said + "load 1m soon.learned 1m much", policy) ==
        "a.scenario:4:1: want what was learned, such as 20x5, 2m15s, few, _ or failed; found \"much\"\n");
  for (const char* bad : {"-1", "1mx0", "1x2x3", "1mx1e9"})
    CHECK(RunProblems(said + "load 1m soon.learned " + bad, policy).find("want what was learned") != std::string::npos);
  CHECK(RunProblems(said + "load 1m later.learned 1", policy).find("soon.learned)") != std::string::npos);
  CHECK(RunProblems(said + "load 1m requests.learned 1", policy).find("want a query or a signal") != std::string::npos);
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
  const ScenarioRun run = RunScenario(parsed.scenario, std::vector<std::string>{kPolicy});
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

// A scenario of two files, the second of which is `more`.
ScenarioRun RunFleet(const std::string& text, const std::string& more = kPayment) {
  const ParsedScenario parsed = ParseScenario("policy a.yaml checkout\nwith more.yaml\n" + text);
  REQUIRE(parsed.problems.empty());
  return RunScenario(parsed.scenario, std::vector<std::string>{kPolicy, more});
}

std::string FleetProblems(const std::string& text, const std::string& more = kPayment) {
  const ScenarioRun run = RunFleet(text + "\nat 0 want 1\n", more);
  CHECK_FALSE(run.passed());
  CHECK(run.answers.empty());
  std::string problems;
  for (const Problem& each : run.problems) problems += FormatProblem("a.scenario", each) + "\n";
  for (const Problem& each : run.file_problems.at(1)) problems += FormatProblem("more.yaml", each) + "\n";
  return problems;
}

TEST_CASE("A binding is read with its object, its policy and its parameters, or as its name says") {
  const ParsedScenario parsed = ParseScenario(
      "policy a.yaml\nbinding b\nbinding c object x/y policy data/p param a=1 param b=2\nobject shop/a\n"
      "at 0 c want 1\nat 0 want 2\nat 0 b\n");
  REQUIRE(parsed.problems.empty());
  const std::vector<ScenarioBinding>& bindings = parsed.scenario.bindings;
  REQUIRE(bindings.size() == 3);
  CHECK(bindings[1].name + bindings[1].policy + bindings[1].object + bindings[1].object_namespace == "bbb");
  CHECK(bindings[2].name + bindings[2].policy + bindings[2].object + bindings[2].object_namespace == "cdata/pyx");
  CHECK(bindings[2].parameters == std::map<std::string, std::string>{{"a", "1"}, {"b", "2"}});
  REQUIRE(parsed.scenario.checks.size() == 3);
  CHECK(parsed.scenario.checks[0].binding == 2);
  CHECK(parsed.scenario.checks[1].binding == 0);
  CHECK(parsed.scenario.checks[2].binding == 1);
  CHECK(parsed.scenario.checks[2].want.empty());
}

TEST_CASE("Bindings are decided together, each by its own readings and by what the others want") {
  const ScenarioRun run = RunFleet(
      "binding payment\nbinding other policy payment param share=b\nload 1m requests 200 400\n"
      "load 1m payment own 10x5\nload 1m own{s=\"b\"} 70x5\n"
      "at 0 payment want 2 because app wants 4, 0.5 for each\nat 0 other want 7\nat 1m want 8\n"
      "at 1m payment want 4\n");
  CHECK(run.passed());
}

TEST_CASE("Where no object is said it is in a namespace that the policy is for") {
  std::string policy = kPolicy;
  policy.replace(policy.find(", namespace: data"), 17, "");
  policy.replace(policy.find("  replicas: {"), 0, "  allowedNamespaces: [ \"team-*\", shop ]\n");
  policy.replace(policy.find("${pipeline}"), 11, "${namespace}");
  const std::string text = "policy a.yaml\nload 1m sum(rate(requests{p=\"team-data\"}[1m])) 100\nat 0 want 2\n";
  CHECK(RunText(text, policy).passed());
  CHECK(RunProblems("policy a.yaml\nobject data/app", policy) ==
        "a.scenario:1:1: policy checkout may not be used from namespace data (say object team-data/app)\n");
}

TEST_CASE("A query that several bindings ask is said once, for all") {
  const std::string text = "binding other policy payment\nbinding payment\nload 1m requests 50\n";
  CHECK(RunFleet(text + "load 1m other own 90\nat 0 payment want 9\nat 0 other want 9\n").passed());
  CHECK(FleetProblems(text + "load 1m other own 90\nload 1m payment own 80") ==
        "a.scenario:7:1: what a query said stands on one line; found \"payment own\"\n");
}

TEST_CASE("One that is depended on is decided for, by its policy's defaults, if no binding is its") {
  const ParsedScenario parsed = ParseScenario(
      "policy b.yaml\nwith a.yaml\nload 1m own 0x5\n"
      "load 1m sum(rate(requests{p=\"orders\"}[1m])) 300x5\nat 0 want 3 because app wants 6\n");
  REQUIRE(parsed.problems.empty());
  CHECK(RunScenario(parsed.scenario, std::vector<std::string>{kPayment, kPolicy}).passed());
}

TEST_CASE("What is wrong with a fleet is told by line, rule and what was found") {
  CHECK(FleetProblems("binding paiment") ==
        "a.scenario:3:1: none of the files has such a policy; found \"paiment\" (it has checkout and payment)\n");
  CHECK(FleetProblems("binding payment object shop/payment") ==
        "a.scenario:3:1: policy data/payment may not be used from namespace shop (say object data/payment)\n");
  CHECK(FleetProblems("binding payment param color=red").starts_with("a.scenario:3:1: trigger metadata color: policy"));
  CHECK(FleetProblems("binding payment\nload 1m payment lag 5") ==
        "a.scenario:4:1: want a query or a signal of the policy, and what it said; found \"payment lag 5\" (it asks "
        "own{s=\"a\"}, payment own, requests and sum(rate(requests{p=\"orders\"}[1m])))\n");
  CHECK(FleetProblems("load 1m requests follows 1") ==
        "a.scenario:3:1: want observed before follows, or a binding's name and observed; found \"requests\"\n");
  CHECK(FleetProblems("", kPolicy) ==
        "more.yaml:1:1: metadata.name: a document is there once; found \"data/checkout\" again\n");
  CHECK(FleetProblems("", "kind: Budget\n").starts_with("more.yaml:1:1: apiVersion: is required"));
}

TEST_CASE("An update writes what each binding was told") {
  const std::string text =
      "policy a.yaml\nbinding b policy checkout param pipeline=returns\nload 1m requests 100\nload 1m b requests 200\n"
      "at 0   want 1\nat 0 b want 1   because 200 at 50   # more\nat 0 b\n";
  const ParsedScenario parsed = ParseScenario(text);
  const ScenarioRun run = RunScenario(parsed.scenario, std::vector<std::string>{kPolicy});
  CHECK(
      UpdateScenario(text, parsed.scenario, run) ==
      "policy a.yaml\nbinding b policy checkout param pipeline=returns\nload 1m requests 100\nload 1m b requests 200\n"
      "at 0   want 2\nat 0 b want 4   because 200 at 50   # more\n"
      "at 0 b   want 4   because requests wants 4: 200 at 50 each\n");
}

TEST_CASE("An iCalendar file is the Calendar of its name") {
  const ParsedScenario parsed =
      ParseScenario("policy a.yaml\nwith calendars/de.ics\nload 1m requests 50\nat 0 want 1\n");
  const std::string policy = std::string(kPolicy) + R"y(    - name: hours
      schedule:
        except: { calendar: de }
        windows: [ { start: "0 0 * * *", duration: 12h, replicas: 6 } ]
)y";
  const std::string ics =
      "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20260105\r\nEND:VEVENT\r\n"
      "END:VCALENDAR\r\n";
  const ScenarioRun run = RunScenario(parsed.scenario, std::vector<std::string>{policy, ics});
  REQUIRE(run.answers.size() == 1);
  CHECK(run.answers[0].got == "1");
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
