// Values that may be learned: `auto` or a map in the place of what is stated.
#include "scaling/learned_fields.h"

namespace loadline {

void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, Ahead& value) {
  if (node.kind == Node::Kind::kScalar && node.text == "auto") {
    value = LearnedAhead();
  } else if (node.kind == Node::Kind::kMap) {
    LearnedAhead learned;
    ReadFields(node, path, problems, learned);
    value = std::move(learned);
  } else {
    Duration stated{0};
    const std::size_t before = problems.size();
    ReadScalar(node, field, path, problems, stated);
    if (problems.size() == before) {
      value = stated;
    } else if (std::string& rule = problems.back().rule; rule.starts_with("want ")) {
      rule.insert(5, "auto, a map, or ");
    }
  }
}

void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, Throughput& value) {
  if (node.kind == Node::Kind::kMap) {
    LearnedThroughput learned;
    ReadFields(node, path, problems, learned);
    value = std::move(learned);
    return;
  }
  std::variant<double, QueryTemplate> stated;
  ReadValue(node, field, path, problems, stated);
  std::visit([&](auto& each) { value = std::move(each); }, stated);
}

}  // namespace loadline
