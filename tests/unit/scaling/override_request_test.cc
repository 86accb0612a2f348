#include "scaling/override_request.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "scaling/override_yaml.h"

namespace loadline {
namespace {

const Timestamp kNow = *ParseTimestamp("2026-11-24T06:00:00Z");

RequestedOverride Ask(const std::string& body, const std::string& token = "anna") {
  return ReadOverrideRequest(body, token, kNow);
}

std::string Problems(const std::string& body) {
  std::string all;
  for (const Problem& each : Ask(body).problems) {
    CHECK(each.at == Position());
    CHECK_FALSE(each.rule.empty());
    all += (all.empty() ? "" : " | ") + Describe(each);
  }
  return all;
}

TEST_CASE("A request becomes the document that says the same") {
  const RequestedOverride asked = Ask(
      R"({"name": "migration", "namespace": "data", "object": "orders-cdc", "policy": "cdc-worker", "kind": "pin",
          "replicas": 6, "from": "2026-11-24T07:00:00Z", "for": "2h", "reason": "database \"x\": 100 % # é 😀 \u00e9\/"})");
  CAPTURE(Problems(R"({"name": "migration"})"));
  REQUIRE(asked.content);
  CHECK(asked.problems.empty());
  CHECK(OverrideText(*asked.content) ==
        "apiVersion: loadline.dev/v1\n"
        "kind: Override\n"
        "metadata:\n"
        "  name: \"migration\"\n"
        "  namespace: \"data\"\n"
        "spec:\n"
        "  object: \"orders-cdc\"\n"
        "  policy: \"cdc-worker\"\n"
        "  pin: 6\n"
        "  from: 2026-11-24T07:00:00.000Z\n"
        "  until: 2026-11-24T09:00:00.000Z\n"
        "  reason: \"database \\\"x\\\": 100 % # é 😀 é/\"\n"
        "  author: \"anna\"\n");
  CHECK(ParseOverride({OverrideText(*asked.content), 1}).content == asked.content);
  CHECK(asked.content->reason == "database \"x\": 100 % # é 😀 é/");
}

TEST_CASE("Every kind, whom it may be for, and every end") {
  struct Case {
    std::string body;
    Override expected;
  };
  const auto made = [](const std::string& name, Override::Kind kind, double replicas, const std::string& until) {
    Override each;
    each.name = name;
    each.kind = kind;
    each.replicas = replicas;
    each.until = *ParseTimestamp(until);
    each.reason = "r";
    each.author = "anna";
    return each;
  };
  std::vector<Case> cases = {
      {R"({"name": "a", "all": true, "kind": "hold", "for": "30m", "reason": "r"})",
       made("a", Override::Kind::kHold, 0, "2026-11-24T06:30:00Z")},
      {R"({"name": "b", "all": true, "namespace": "data", "kind": "floor", "replicas": 2.5, "for": "1d", "reason": "r"})",
       made("b", Override::Kind::kFloor, 2.5, "2026-11-25T06:00:00Z")},
      {R"({"name": "c", "policy": "p", "kind": "ceiling", "replicas": 0, "until": "2026-11-24T08:00:00+01:00",
           "reason": "r", "from": null})",
       made("c", Override::Kind::kCeiling, 0, "2026-11-24T07:00:00Z")},
  };
  cases[0].expected.all = true;
  cases[1].expected.object_namespace = "data";
  cases[2].expected.policy = "p";
  for (const Case& each : cases) {
    CAPTURE(each.body, Problems(each.body));
    CHECK(Ask(each.body).content == each.expected);
  }
}

TEST_CASE("What is missing or wrong is refused with what, the rule, what was found, and how to mend it: all at once") {
  const std::string whole = R"("namespace": "data", "object": "app", "kind": "pin", "replicas": 6)";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "want a JSON object; found nothing (such as {\"namespace\": \"data\""},
      {"[1]", "want a JSON object; found something else"},
      {"{", "want a JSON object; found no JSON"},
      {"kind: pin", "want a JSON object; found no JSON"},
      {"{" + whole + R"(, "for": "2h"})", "reason: is required; found nothing (such as reason: database migration)"},
      {"{" + whole + R"(, "for": "2h", "reason": "  "})", "reason: want a line of text; found \"  \""},
      {"{" + whole + R"(, "for": "2h", "reason": "a\nb"})", "reason: want a line of text"},
      {"{" + whole + R"(, "reason": "r"})",
       R"(until: an override has an end: until or for; found neither (such as "for": "2h")"},
      {"{" + whole + R"(, "reason": "r", "for": "2h", "until": "2030-01-01T00:00:00Z"})",
       "until: an override has one end: until or for; found both"},
      {"{" + whole + R"(, "reason": "r", "until": "2026-11-24T06:00:00Z"})",
       "until: want a time to come; it is 2026-11-24T06:00:00.000Z; found 2026-11-24T06:00:00.000Z"},
      {"{" + whole + R"(, "reason": "r", "until": "2026-11-24T08:00:00Z", "from": "2026-11-24T08:00:00Z"})",
       "until: want a time after from; found 2026-11-24T08:00:00.000Z"},
      {"{" + whole + R"(, "reason": "r", "until": "tomorrow"})", "until: want a time with a zone"},
      {"{" + whole + R"(, "reason": "r", "until": "9999-12-31T00:00:00Z"})",
       "until: want a time within 10 years; found 9999-12-31T00:00:00.000Z"},
      {"{" + whole + R"(, "reason": "r", "from": "2036-11-01T00:00:00Z", "for": "30d"})",
       "until: want a time within 10 years; found 2036-12-01T00:00:00.000Z"},
      {"{" + whole + R"(, "reason": "r", "for": "0s"})", "for: want"},
      {"{" + whole + R"(, "reason": "r", "for": "100y"})", "for: want"},
      {R"({"kind": "pin", "replicas": 1, "for": "2h", "reason": "r"})",
       "all: an override says whom it is for: all: true, or object and policy; found neither"},
      {R"({"all": true, "policy": "p", "kind": "hold", "for": "2h", "reason": "r"})", "found both"},
      {R"({"object": "app", "kind": "hold", "for": "2h", "reason": "r"})",
       R"(namespace: an object is one of a namespace; found no namespace (such as "namespace": "data"))"},
      {R"({"all": true, "kind": "pin", "for": "2h", "reason": "r"})", "replicas: a pin has a number; found none"},
      {R"({"all": true, "kind": "hold", "replicas": 3, "for": "2h", "reason": "r"})",
       "replicas: a hold keeps what is observed, and has no number; found 3"},
      {R"({"all": true, "kind": "pni", "replicas": 3, "for": "2h", "reason": "r"})", "did you mean pin?"},
      {R"({"all": true, "replicas": 3, "for": "2h", "reason": "r"})", "kind: is required"},
      {R"({"all": true, "kind": "pin", "replicas": -1, "for": "2h", "reason": "r"})", "replicas: want"},
      {R"({"all": true, "kind": "pin", "replicas": 1e9, "for": "2h", "reason": "r"})", "replicas: want"},
      {R"({"all": true, "kind": "pin", "replicas": [1], "for": "2h", "reason": "r"})", "replicas: want"},
      {R"({"all": true, "kind": "hold", "for": "2h", "reason": "r", "name": "../x"})", "name: want"},
      {R"({"all": true, "kind": "hold", "for": "2h", "reason": 5})",
       "reason: want a text; found 5 (write it in quotes)"},
      {R"({"all": true, "kind": "hold", "for": "2h", "reason": "r", "name": true})", "name: want a text; found true"},
      {R"({"all": "true", "kind": "hold", "for": "2h", "reason": "r"})", "all: want true or false; found \"true\""},
      {R"({"all": true, "kind": "pin", "replicas": "6", "for": "2h", "reason": "r"})",
       "replicas: want a number; found \"6\""},
      {R"({"all": true, "kind": "hold", "for": "2h", "reason": {"a": 1}})", "reason: want a text; found object"},
      {R"({"all": true, "kind": "pin", "replicas": {"a": 1}, "for": "2h", "reason": "r"})",
       "replicas: want a number; found object"},
      {R"({"all": [], "kind": "hold", "for": "2h", "reason": "r"})", "all: want true or false; found array"},
      {R"({"all": true, "kind": "hold", "for": "2h", "reason": )" + std::string(7000, '[') + std::string(7000, ']') +
           "}",
       "reason: want a text; found array"},
      {R"({"all": true, "kind": "hold", "for": "2h", "reason": "r", "athor": "x"})", "did you mean author?"},
      {R"({"all": true, "kind": "hold", "for": "2h", "reason": ")" + std::string(501, 'r') + "\"}",
       "reason: want at most 500 bytes; found 501"},
  };
  for (const auto& [body, expected] : cases) {
    CAPTURE(body);
    CHECK_FALSE(Ask(body).content);
    CHECK_THAT(Problems(body), Catch::Contains(expected));
  }
  const std::string several = Problems(R"({"object": "app", "kind": "pin", "until": "2020-01-01T00:00:00Z"})");
  for (const char* field : {"reason: ", "namespace: ", "replicas: ", "until: "})
    CHECK_THAT(several, Catch::Contains(field));
}

TEST_CASE("The token's name is the first word of the author, whatever is claimed") {
  const std::string begin = R"({"all": true, "kind": "hold", "for": "1h", "reason": "r")";
  const auto author = [&](const std::string& claimed) {
    const auto asked = Ask(begin + (claimed.empty() ? "" : ", \"author\": \"" + claimed + "\"") + "}", "ci");
    return asked.content ? asked.content->author : "refused";
  };
  CHECK(author("") == "ci");
  CHECK(author("ci") == "ci");
  CHECK(author("Anna Smith") == "ci for Anna Smith");
  CHECK(author("root for ci") == "ci for root for ci");
  CHECK(author(R"(\u0000\ta   b)") == "ci for a b");
  CHECK(author(R"(a\nb)") == "refused");
  CHECK(author(std::string(101, 'a')) == "refused");
}

TEST_CASE("Without a name it has one of whom it is for and what it does: the same twice is one") {
  const auto name = [](const std::string& fields) {
    return Ask("{" + fields + R"(, "for": "1h", "reason": "r"})").content.value().name;
  };
  const std::string one = name(R"("namespace": "data", "object": "orders.cdc", "kind": "pin", "replicas": 1)");
  CHECK(one.starts_with("pin-orders-cdc-"));
  CHECK(name(R"("namespace": "data", "object": "orders.cdc", "kind": "pin", "replicas": 2)") == one);
  for (const char* other : {R"("namespace": "data", "object": "orders-cdc", "kind": "pin", "replicas": 1)",
                            R"("namespace": "shop", "object": "orders.cdc", "kind": "pin", "replicas": 1)",
                            R"("namespace": "data", "object": "orders.cdc", "kind": "floor", "replicas": 1)",
                            R"("namespace": "data", "policy": "orders-cdc", "kind": "pin", "replicas": 1)"})
    CHECK(name(other) != one);
  CHECK(name(R"("all": true, "kind": "hold")").starts_with("hold-all-"));
  CHECK(name(R"("namespace": "data", "object": ")" + std::string(250, 'a') + R"(", "kind": "hold")").size() <= 63);
}

}  // namespace
}  // namespace loadline
