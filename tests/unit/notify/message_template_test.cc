#include "notify/message_template.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "unit/notify/samples.h"

namespace loadline {
namespace {

using nlohmann::json;

std::string Filled(const std::string& text, const Notification& notification) {
  const auto parsed = MessageTemplate::Parse(text);
  INFO((parsed ? "" : parsed.error().message));
  REQUIRE(parsed);
  return parsed->Fill(notification);
}
std::string ProblemOf(const std::string& text) {
  const auto parsed = MessageTemplate::Parse(text);
  REQUIRE(!parsed);
  return parsed.error().message;
}

TEST_CASE("The template that holds without another is what chats take") {
  CHECK(Filled(kPlainTemplate, {testing::Asks(5), "3"}) ==
        R"({"text": "data/orders-cdc: 3 to 5 replicas: lag wants 4.133: 1240 at 300 each"})");
  CHECK(Filled(kPlainTemplate, {testing::SourceIs("failing"), "ok"}) ==
        R"({"text": "source default fails: prom:9090: connection refused"})");
}

TEST_CASE("Inside of strings values are text, elsewhere they are values") {
  const std::string text = R"({"a\"{{ from }}": [{{from}}, {{to}}, {{reason}}], "{{object}}-{{namespace}}": {{time}}})";
  const json numbers = json::parse(Filled(text, {testing::Asks(5), "3"}));
  CHECK(numbers["a\"3"] == json({3, 5, "lag wants 4.133: 1240 at 300 each"}));
  CHECK(numbers["orders-cdc-data"] == "1970-01-01T12:00:00.000Z");
  const json words = json::parse(Filled(text, {testing::SourceIs("failing"), "ok"}));
  CHECK(words["a\"ok"][1] == "failing");
}

TEST_CASE("Every placeholder has a value") {
  for (const std::string& name : PlaceholderNames()) {
    CAPTURE(name);
    CHECK(!json::parse(Filled("{\"x\": {{" + name + "}}}", {testing::Asks(5), "3"}))["x"].is_null());
  }
}

TEST_CASE("What cannot be filled, or is no JSON then, is refused with the way to mend it") {
  CHECK(ProblemOf(R"({"text": "{{objekt}}"})") ==
        "there is no placeholder {{objekt}}; want id, type, kind, severity, subject, namespace, object, policy, from, "
        "to, changes, reason, text or time (did you mean {{object}}?)");
  CHECK(ProblemOf(R"({"text": "{{text"})") == "a {{ has no }} after it: found \"{{text\"}\"");
  CHECK(ProblemOf(R"({"text": {{text}})").find("is no JSON once it is filled: parse error at line 1, column ") == 0);
  CHECK(ProblemOf("").find("is no JSON once it is filled: ") == 0);
  // A number where only text may be: it would be found by the first message.
  CHECK(ProblemOf(R"({ {{to}}: 1})").find("is no JSON once it is filled: ") == 0);
  CHECK(ProblemOf(R"({"a": 1{{to}}})").find("is no JSON once it is filled: ") == 0);
  CHECK(ProblemOf(R"({"a": 1e999})").find("is no JSON once it is filled: number overflow") == 0);
  // What it begins with would belong to the escape: "\\n" of one value, "\\d" of another.
  CHECK(ProblemOf(R"({"a": "\{{reason}}"})") == R"(a {{ stands in the escape that a \ begins: found "{{reason}}"}")");
  CHECK(ProblemOf(R"({"a": "\u000{{id}}"})").find("a {{ stands in the escape") == 0);
  CHECK(MessageTemplate::Parse(R"({"a": "\\{{reason}}\u00e4{{id}}"})"));
}

TEST_CASE("A number is one in JSON, or a text") {
  for (const std::string from : {"05", ".5", "5.", "1e999"}) {
    CAPTURE(from);
    CHECK(json::parse(Filled("[{{from}}]", {testing::Asks(5), from}))[0] == from);
  }
  CHECK(json::parse(Filled("[{{from}}]", {testing::Asks(5), "2.5"}))[0] == 2.5);
}

TEST_CASE("Whatever is said, a message is JSON that says it") {
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  testing::Chance chance(seed);
  const auto parsed = MessageTemplate::Parse(
      R"({"text": "{{reason}}", "all": "{{text}}{{subject}} \" {{from}}", "v": [{{from}}, {{to}}, {{reason}}]})");
  REQUIRE(parsed);
  for (int i = 0; i < 2000; ++i) {
    Notification notification{testing::SourceIs(testing::AnyText(chance)), testing::AnyText(chance)};
    notification.now.reason = testing::AnyText(chance);
    notification.now.subject = testing::AnyText(chance);
    CAPTURE(notification.now.reason);
    const json filled = json::parse(parsed->Fill(notification));
    CHECK(filled.size() == 3);
    CHECK(filled["text"] == filled["v"][2]);
    if (IsUtf8(notification.now.reason)) CHECK(filled["text"] == notification.now.reason);
  }
}

}  // namespace
}  // namespace loadline
