#include "document/yaml_text.h"

#include <algorithm>
#include <catch2/catch.hpp>

namespace loadline {
namespace {

Node Read(const std::string& text) {
  ParsedDocument parsed = ParseDocument({text, 1});
  INFO(text);
  REQUIRE(parsed.problems.empty());
  return parsed.root;
}

TEST_CASE("A tree is written as people write YAML") {
  Node spec = MapNode({{"replicas", MapNode({{"min", NumberNode(0)}, {"max", NumberNode(2.5)}})},
                       {"signals", ListNode({MapNode({{"name", TextNode("lag")}, {"query", TextNode("max(a)")}}),
                                             MapNode({{"name", TextNode("2")}})})},
                       {"labels", MapNode({})},
                       {"list", ListNode({})},
                       {"nothing", Node{}}});
  SetEntry(spec, "mode", PlainNode("yield"));
  SetEntry(spec, "mode", PlainNode("hold"));
  RemoveEntry(spec, "nothing");
  CHECK(WriteYaml(spec) ==
        "replicas:\n  min: 0\n  max: 2.5\n"
        "signals:\n  - name: lag\n    query: max(a)\n  - name: \"2\"\n"
        "labels: {}\nlist: []\nmode: hold\n");
}

TEST_CASE("What is written is read as what it was") {
  const char* text = GENERATE("", "300", "0x1F", "1e3", "true", "Yes", "no", "null", "~", "12:30", "2026-01-01", "- a",
                              "a: b", "a #b", "#", "&a", "*a", "!x", "%", "@", "`", "'", "\"", "\\", " a", "a ", "a\nb",
                              "a\n", "tab\there", "sum(rate(a{b=\"c\",d=~\"^$\"}[5m]))", "{ a: b }", "[a]",
                              "max by (x) (y)", "?", "a: ", ":", "ü", ".5", "+1", "-", "=", "<<", "|", ">");
  const Node root = MapNode({{"a " + std::string(text), TextNode(text)}, {"list", ListNode({TextNode(text)})}});
  const Node read = Read(WriteYaml(root));
  INFO(WriteYaml(root));
  REQUIRE(read.entries.size() == 2);
  CHECK(read.entries[0].key == "a " + std::string(text));
  CHECK(read.entries[0].value.kind == Node::Kind::kScalar);  // "null" is no null
  CHECK(read.entries[0].value.text == text);
  CHECK(read.entries[1].value.items[0].text == text);
}

TEST_CASE("No text ends a line, by whatever YAML calls one") {
  const char* end = GENERATE("\n", "\r", "\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9");
  for (const bool quoted : {true, false}) {
    Node text = TextNode(std::string("a") + end + "---" + end + "kind: Evil");
    text.quoted = quoted;
    const std::string written = WriteYaml(MapNode({{"key", text}, {text.text, text}}));
    INFO(written);
    CHECK(std::count(written.begin(), written.end(), '\n') == 2);
    if (std::string_view(end) != "\n") CHECK(written.find(end) == std::string::npos);
    CHECK(Read(written).entries[0].value.text == text.text);
  }
}

TEST_CASE("A document that was read and written stays the same") {
  const Node read = Read(
      "apiVersion: keda.sh/v1alpha1\nspec:\n  minReplicaCount: 0\n  paused: true\n  nothing: ~\n  triggers:\n"
      "  - { type: cron, metadata: { start: \"0 8 * * *\", desiredReplicas: \"10\", 'on': 'no' } }\n  - []\n  - {}\n");
  CHECK(WriteYaml(read) ==
        "apiVersion: keda.sh/v1alpha1\nspec:\n  minReplicaCount: 0\n  paused: true\n  nothing: ~\n  triggers:\n"
        "    - type: cron\n      metadata:\n        start: \"0 8 * * *\"\n        desiredReplicas: \"10\"\n"
        "        \"on\": \"no\"\n    - []\n    - {}\n");
  CHECK(WriteYaml(Read(WriteYaml(read))) == WriteYaml(read));
}

}  // namespace
}  // namespace loadline
