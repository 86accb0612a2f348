#include "document/node_difference.h"

#include <algorithm>

#include "base/text.h"

namespace loadline {
namespace {

// As YAML's flow style has it.
std::string FlowText(const Node& node) {
  std::string text;
  switch (node.kind) {
    case Node::Kind::kNull: return "null";
    case Node::Kind::kScalar: return FoldBlanks(node.text);
    case Node::Kind::kList:
      for (const Node& item : node.items) text += (text.empty() ? "" : ", ") + FlowText(item);
      return "[" + text + "]";
    case Node::Kind::kMap:
      for (const Entry& entry : node.entries)
        text += (text.empty() ? "" : ", ") + entry.key + ": " + FlowText(entry.value);
      return "{" + text + "}";
  }
  return text;
}

std::string NameOf(const Node& item) {
  const Node* name = item.kind == Node::Kind::kMap ? item.Find("name") : nullptr;
  return name != nullptr && name->kind == Node::Kind::kScalar ? name->text : "";
}

// The parts of a map, or of a list whose items have names.
struct Part {
  std::string key;
  const Node* value;
};
using Parts = std::vector<Part>;

bool HasParts(const Node& node) {
  const bool named = std::ranges::none_of(node.items, [](const Node& item) { return NameOf(item).empty(); });
  return node.kind == Node::Kind::kMap || (node.kind == Node::Kind::kList && named);
}

Parts PartsOf(const Node& node) {
  Parts parts;
  for (const Entry& entry : node.entries) parts.push_back({entry.key, &entry.value});
  for (const Node& item : node.items) parts.push_back({NameOf(item), &item});
  return parts;
}

const Node* FindPart(const Parts& parts, const std::string& key) {
  const auto found = std::ranges::find(parts, key, &Part::key);
  return found == parts.end() ? nullptr : found->value;
}

void Compare(const std::string& path, const Node* first, const Node* second, std::vector<NodeDifference>& found) {
  if (first != nullptr && second != nullptr && first->kind == second->kind && HasParts(*first) && HasParts(*second)) {
    const Parts ours = PartsOf(*first), others = PartsOf(*second);
    const std::string prefix = path.empty() ? "" : path + ".";
    for (const Part& part : ours) Compare(prefix + part.key, part.value, FindPart(others, part.key), found);
    for (const Part& part : others) {
      if (FindPart(ours, part.key) == nullptr) Compare(prefix + part.key, nullptr, part.value, found);
    }
    return;
  }
  const std::string a = first != nullptr ? FlowText(*first) : "", b = second != nullptr ? FlowText(*second) : "";
  if (a != b) found.push_back({path, a, b});
}

}  // namespace

std::vector<NodeDifference> CompareNodes(const Node& first, const Node& second) {
  std::vector<NodeDifference> found;
  Compare("", &first, &second, found);
  return found;
}

}  // namespace loadline
