// Documents that somebody has broken by hand: whatever a field is replaced by, a migration says so or is right.
#include <random>

#include "document/yaml_text.h"
#include "unit/migrate/told.h"

namespace loadline {
namespace {

using testing::DocumentIn;

std::vector<Node*> NodesOf(Node& root) {
  std::vector<Node*> nodes = {&root};
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    for (Node& each : nodes[i]->items) nodes.push_back(&each);
    for (Entry& each : nodes[i]->entries) nodes.push_back(&each.value);
  }
  return nodes;
}

void Break(Node& root, std::mt19937& random) {
  const std::vector<Node> strange = {PlainNode("-1"),
                                     PlainNode("0"),
                                     PlainNode("1e300"),
                                     PlainNode("0.5"),
                                     PlainNode("many"),
                                     TextNode(""),
                                     PlainNode("nan"),
                                     PlainNode("5m"),
                                     PlainNode("99999999999999999999"),
                                     Node(),
                                     ListNode({}),
                                     MapNode({}),
                                     PlainNode("true"),
                                     TextNode("\"{}\\$%"),
                                     TextNode("\xc3\xa4"),
                                     PlainNode("7"),
                                     ListNode({PlainNode("1")}),
                                     MapNode({{"a", PlainNode("1")}})};
  const auto draw = [&](std::size_t below) { return std::uniform_int_distribution<std::size_t>(0, below - 1)(random); };
  const std::vector<Node*> nodes = NodesOf(root);
  Node& node = *nodes[1 + draw(nodes.size() - 1)];
  if (draw(4) == 0 && !node.entries.empty()) {
    node.entries.erase(node.entries.begin() + static_cast<std::ptrdiff_t>(draw(node.entries.size())));
  } else {
    node = strange[draw(strange.size())];
  }
}

TEST_CASE("Whatever is broken in a document, what is made of it is good, and answers as before") {
  const std::string file = GENERATE(as<std::string>{}, "predictive.yaml", "watermark.yaml", "rule-engine.yaml",
                                    "weighted-metrics.yaml", "load-score.yaml", "load-patterns.yaml");
  const unsigned seed = GENERATE(take(40, random(1u, 1'000'000'000u)));
  CAPTURE(file, seed);
  std::mt19937 random(seed);
  Node document = DocumentIn(file);
  for (int breaks = 0; breaks < 3; ++breaks) Break(document, random);
  CAPTURE(WriteYaml(document));
  for (const Migration& each : Migrate(document, {})) {
    const Proof proof = Prove(each);
    INFO(ReportText(each, proof));
    CHECK(proof.holds());
    CHECK((!each.documents.empty() || !each.notes.empty()));
  }
}

}  // namespace
}  // namespace loadline
