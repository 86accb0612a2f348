#include "document/yaml_text.h"

#include <yaml-cpp/emitter.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.h"

namespace loadline {
namespace {

// Readers of YAML 1.1 end a line at these, too (yaml.org/spec/1.1, b-char): NEL, LS, PS.
bool HasLineBreak(std::string_view text) {
  for (const std::string_view each : {"\n", "\r", "\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"}) {
    if (text.find(each) != std::string_view::npos) return true;
  }
  return false;
}

// Whether a reader of YAML 1.1 or 1.2 takes it for text without quotes: it begins like a word, and is none that means
// something else. Quotes too many do no harm.
bool IsPlainText(std::string_view text) {
  if (text.empty() || text.size() > 1000) return false;
  const auto first = static_cast<unsigned char>(text.front());
  if (!std::isalpha(first) && first != '_' && first != '/' && first != '(') return false;
  if (text.back() == ' ' || text.find('\t') != std::string_view::npos || HasLineBreak(text)) return false;
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  constexpr std::array<std::string_view, 9> kMeanSomething = {"y",   "n",    "yes",   "no",  "on",
                                                              "off", "true", "false", "null"};
  return std::find(kMeanSomething.begin(), kMeanSomething.end(), lower) == kMeanSomething.end();
}

void EmitText(YAML::Emitter& out, const std::string& text) {
  if (!IsPlainText(text)) out << YAML::DoubleQuoted;
  if (HasLineBreak(text)) out << YAML::EscapeNonAscii;
  out << text;
}

void Emit(YAML::Emitter& out, const Node& node) {
  switch (node.kind) {
    case Node::Kind::kNull: out << YAML::Null; return;
    case Node::Kind::kScalar:
      if (node.quoted || HasLineBreak(node.text)) return EmitText(out, node.text);
      out << node.text;
      return;
    case Node::Kind::kList:
      if (node.items.empty()) out << YAML::Flow;
      out << YAML::BeginSeq;
      for (const Node& item : node.items) Emit(out, item);
      out << YAML::EndSeq;
      return;
    case Node::Kind::kMap:
      if (node.entries.empty()) out << YAML::Flow;
      out << YAML::BeginMap;
      for (const Entry& entry : node.entries) {
        out << YAML::Key;
        EmitText(out, entry.key);
        out << YAML::Value;
        Emit(out, entry.value);
      }
      out << YAML::EndMap;
  }
}

}  // namespace

Node PlainNode(std::string text) {
  Node node;
  node.kind = Node::Kind::kScalar;
  node.text = std::move(text);
  return node;
}

Node NumberNode(double value) { return PlainNode(FormatNumber(value)); }

Node TextNode(std::string text) {
  Node node = PlainNode(std::move(text));
  node.quoted = true;
  return node;
}

Node ListNode(std::vector<Node> items) {
  Node node;
  node.kind = Node::Kind::kList;
  node.items = std::move(items);
  return node;
}

Node MapNode(std::vector<std::pair<std::string, Node>> entries) {
  Node node;
  node.kind = Node::Kind::kMap;
  for (auto& [key, value] : entries) node.entries.push_back({std::move(key), {}, std::move(value)});
  return node;
}

void SetEntry(Node& map, std::string_view key, Node value) {
  if (map.kind == Node::Kind::kNull) map = MapNode({});
  for (Entry& entry : map.entries) {
    if (entry.key == key) {
      entry.value = std::move(value);
      return;
    }
  }
  map.entries.push_back({std::string(key), {}, std::move(value)});
}

void RemoveEntry(Node& map, std::string_view key) {
  std::erase_if(map.entries, [&](const Entry& entry) { return entry.key == key; });
}

std::string WriteYaml(const Node& root) {
  YAML::Emitter out;
  out.SetIndent(2);
  Emit(out, root);
  return std::string(out.c_str()) + "\n";
}

}  // namespace loadline
