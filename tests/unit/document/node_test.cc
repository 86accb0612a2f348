#include "document/node.h"

#include <catch2/catch.hpp>

namespace loadline {
namespace {

std::string FirstProblem(const std::string& text, const DocumentLimits& limits = {}) {
  const ParsedDocument parsed = ParseDocument({text, 1}, limits);
  return parsed.problems.empty() ? "" : FormatProblem("f", parsed.problems.front());
}

TEST_CASE("A document becomes a tree with positions") {
  const ParsedDocument parsed = ParseDocument({"a: 1\nb:\n  - x\n  - \"2\"\nc: { d: ~ }\n", 10});
  REQUIRE(parsed.problems.empty());
  const Node* b = parsed.root.Find("b");
  REQUIRE(b != nullptr);
  CHECK(b->kind == Node::Kind::kList);
  CHECK(b->items.at(1).text == "2");
  CHECK(b->items.at(1).quoted);
  CHECK_FALSE(parsed.root.Find("a")->quoted);
  CHECK(b->items.at(1).at == Position{13, 5});
  CHECK(parsed.root.Find("c")->Find("d")->kind == Node::Kind::kNull);
}

TEST_CASE("What YAML lets pass and people do not mean is a problem") {
  CHECK(FirstProblem("a: 1\nb: 2\na: 3\n") ==
        "f:3:1: a: a key may stand once in a map; found it again (the first is in line 1)");
  CHECK(FirstProblem("a:\n\tb: 1\n") == "f:2:1: indent with spaces, never with tabs; found a tab");
  CHECK(FirstProblem("? [x, y]\n: 1\n") == "f:1:3: a key is text; found a list");
  CHECK(FirstProblem(std::string("a: b\0c", 6)) == "f:1:1: want text; found a zero byte (is this a policy file?)");
}

TEST_CASE("What is not YAML is said with its place") {
  CHECK(FirstProblem("a: [1, 2\nb: 3\n").starts_with("f:2:"));
  CHECK(FirstProblem("a: b: c\n").starts_with("f:1:"));
}

TEST_CASE("Aliases that explode are stopped at the limit") {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int j = 1; j < 10; ++j) bomb += ", " + before;
    bomb += "]\n";
  }
  CHECK(FirstProblem(bomb).find("a document has at most 20000 values, aliases expanded; found more") !=
        std::string::npos);
}

TEST_CASE("An alias within what it names is refused") { CHECK_FALSE(FirstProblem("a: &a [1, *a]\n").empty()); }

TEST_CASE("Depth and size have limits, and reaching them is no crash") {
  CHECK(FirstProblem(std::string(100, '[') + std::string(100, ']')).find("values nest at most 32 deep") !=
        std::string::npos);
  CHECK(FirstProblem(std::string(200'000, '[')).find("nest at most") != std::string::npos);
  CHECK(FirstProblem(std::string(300'000, 'x')) == "f:1:1: a document has at most 262144 bytes; found 300000");
}

TEST_CASE("A plain alias is expanded where it stands") {
  const ParsedDocument parsed = ParseDocument({"a: &x { k: v }\nb: *x\n", 1});
  REQUIRE(parsed.problems.empty());
  CHECK(parsed.root.Find("b")->Find("k")->text == "v");
}

TEST_CASE("Documents are told apart before they are parsed") {
  const auto documents = SplitDocuments("# comment\n---\na: [\n---\nb: 2\n--- # third\nc: 3\n---\n\n# nothing\n");
  REQUIRE(documents.size() == 3);
  CHECK(documents[0].first_line == 2);
  CHECK_FALSE(ParseDocument(documents[0]).problems.empty());
  CHECK(ParseDocument(documents[1]).root.Find("b")->text == "2");
  CHECK(ParseDocument(documents[2]).root.Find("c")->at == Position{7, 4});
}

TEST_CASE("What ends a document is followed by the next one, not by silence") {
  const auto documents = SplitDocuments("a: 1\n...\n# between\nb: [\n... # end\n---\t# third\nc: 3\n...\n");
  REQUIRE(documents.size() == 3);
  CHECK(ParseDocument(documents[0]).root.Find("a")->text == "1");
  CHECK_FALSE(ParseDocument(documents[1]).problems.empty());
  CHECK(documents[1].first_line == 3);
  CHECK(ParseDocument(documents[2]).root.Find("c")->at == Position{7, 4});
  CHECK(SplitDocuments("a: 1\n....\n...x\n").size() == 1);
}

TEST_CASE("Directives belong to the document that they stand before") {
  const auto documents = SplitDocuments("# first\n%YAML 1.2\n---\na: 1\n...\n%YAML 1.2\n%TAG ! x\n--- { b: 2 }\n");
  REQUIRE(documents.size() == 2);
  CHECK(ParseDocument(documents[0]).root.Find("a")->at == Position{4, 4});
  CHECK(ParseDocument(documents[1]).root.Find("b")->at == Position{8, 10});
  CHECK(FirstProblem("%YAML 7.0\n---\na: 1\n").starts_with("f:1:"));
  // After its "---" a document has no directives: what looks like one is broken, and hides no other.
  CHECK(SplitDocuments("---\n%YAML 1.2\n---\na: 1\n").size() == 2);
  CHECK(SplitDocuments("%YAML 1.2\n---\n---\na: 1\n").size() == 2);
}

TEST_CASE("A document of nothing, and an error of no place, are still in a line") {
  const auto nothing = SplitDocuments("\n\n%YAML 1.2\n");
  REQUIRE(nothing.size() == 1);
  CHECK(ParseDocument(nothing[0]).root.at == Position{1, 1});
  CHECK(ParseDocument({"--- !!str\n", 4}).root.at.line == 4);
}

TEST_CASE("Text that is not UTF-8 is refused, with the line and the column") {
  CHECK(FirstProblem("a: 1\nb: gr\xFC\xDF\n") == "f:2:6: want UTF-8; found the byte 0xFC (save the file as UTF-8)");
  CHECK(FirstProblem("a: gr\xC3\xBC\xE2\x82\n") == "f:1:7: want UTF-8; found the byte 0xE2 (save the file as UTF-8)");
  CHECK(FirstProblem("\xFF\xFE" + std::string("a\0:\0", 4)).starts_with("f:1:1: want UTF-8; found the byte 0xFF"));
  CHECK(FirstProblem("a: gr\xC3\xBC\xC3\x9F\n").empty());
}

TEST_CASE("A key that comes twice is found among thousands") {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "key" + std::to_string(i) + ": 1\n";
  CHECK(FirstProblem(text).empty());
  CHECK(FirstProblem(text + "key7: 2\n") ==
        "f:5001:1: key7: a key may stand once in a map; found it again (the first is in line 8)");
}

TEST_CASE("An empty file has no documents") {
  CHECK(SplitDocuments("").empty());
  CHECK(SplitDocuments("\n# only a comment\n---\n").empty());
  CHECK(SplitDocuments("\xEF\xBB\xBF"
                       "a: 1\n")
            .size() == 1);
}

}  // namespace
}  // namespace loadline
