#include "document/node_difference.h"

#include <catch2/catch.hpp>

namespace loadline {
namespace {

std::vector<NodeDifference> Compared(const std::string& first, const std::string& second) {
  return CompareNodes(ParseDocument({first, 1}).root, ParseDocument({second, 1}).root);
}

TEST_CASE("Documents differ by fields, and named items of lists by their names") {
  const std::string first =
      "replicas: { min: 1, max: 5 }\n"
      "signals:\n  - { name: lag, query: a, perReplica: 3 }\n  - { name: cpu, query: b, target: 0.5 }\n"
      "combine: max\n";
  const std::string second =
      "replicas: { max: 5, min: 2 }\n"
      "signals:\n  - { name: cpu, query: b, target: 0.7 }\n  - name: lag\n    query: a\n    perReplica: 3\n"
      "  - { name: new, query: c, perReplica: 1 }\n"
      "scaleUp: { atMost: [ 4/1m ] }\n";
  CHECK(Compared(first, second) ==
        std::vector<NodeDifference>{{"replicas.min", "1", "2"},
                                    {"signals.cpu.target", "0.5", "0.7"},
                                    {"signals.new", "", "{name: new, query: c, perReplica: 1}"},
                                    {"combine", "max", ""},
                                    {"scaleUp", "", "{atMost: [4/1m]}"}});
  CHECK(Compared(first, first).empty());
}

TEST_CASE("Lists without names differ as a whole, texts by more than blanks") {
  CHECK(Compared("a: [1, 2]", "a: [1, 3]") == std::vector<NodeDifference>{{"a", "[1, 2]", "[1, 3]"}});
  CHECK(Compared("a: [1, 2]", "a: 1") == std::vector<NodeDifference>{{"a", "[1, 2]", "1"}});
  CHECK(Compared("a: \"sum(b  )\"", "a: >-\n  sum(b\n  )").empty());
  CHECK(Compared("a:", "a: null").empty());
}

}  // namespace
}  // namespace loadline
